"""What a film can lead from one value to another, and by which values it goes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core import assets, library
from ebmviz.core.errors import UserError
from ebmviz.core.film.sweep import at, offered, parsed, reading
from ebmviz.core.scene import Scene, fields, replace
from tests.commands.program import CATALOGUE


def scene(name: str = "ellipse") -> Scene:
    return library.scene(name, CATALOGUE)


def values(text: str, count: int, of: str = "ellipse") -> list[object]:
    found = parsed(text, scene(of), CATALOGUE)
    shares = [i / (count - 1) for i in range(count)]
    return [at(found, share, scene(of), CATALOGUE) for share in shares]


def test_beta_goes_by_its_logarithm() -> None:
    assert values("view.beta=0.1..1000", 5) == [0.1, 1.0, 10.0, 100.0, 1000.0]


def test_the_limits_are_reached_and_left() -> None:
    first, *between, last = values("view.beta=0..inf", 9)
    assert (first, last) == (0.0, math.inf)
    low, high = fields(scene(), CATALOGUE)["view.beta"].slider or (0, 0)
    assert all(isinstance(v, float) and low < v < high for v in between)
    assert between == sorted(between)  # type: ignore[type-var]


def test_others_go_evenly() -> None:
    assert values("view.x=0..1", 5, "horn") == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert values("view.probe=0,0..1,-2", 3) == [(0, 0), (0.5, -1), (1, -2)]
    assert values("view.contours=0..10", 5) == [0, 2, 5, 8, 10]


def test_a_whole_turn_is_a_whole_turn() -> None:
    found = np.array(values("view.azimuth=-180..180", 9))
    np.testing.assert_allclose(np.diff(found), 45)


def test_without_ends_it_is_the_whole_slider() -> None:
    found = parsed("view.beta", scene(), CATALOGUE)
    assert (found.first, found.last) == fields(scene(), CATALOGUE)["view.beta"].slider
    assert parsed(found.text, scene(), CATALOGUE) == found


def test_what_is_told_is_what_is_seen() -> None:
    """No value has more digits than are told of it, so that the title says the same."""
    found = parsed("view.beta=0.1..100", scene(), CATALOGUE)
    for i in range(1, 59):
        value = at(found, i / 59, scene(), CATALOGUE)
        said = reading(found, value, scene(), CATALOGUE)
        assert float(said.removeprefix("β = ")) == value


def test_a_training_parameter_says_so() -> None:
    assert parsed("optimizer.lr=0.01..0.1", scene(), CATALOGUE).trained
    assert not parsed("view.beta=1..2", scene(), CATALOGUE).trained


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("view.bet=1..2", "no such parameter here .did you mean “view.beta”"),
        ("view.beta=1", "“1” is not a span"),
        ("view.beta=-1..2", "view.beta: −1 is below 0"),
        ("view.beta=2..2", "it is 2 at both ends"),
        ("view.probe", "it has no slider, so say from where to where"),
        ("view.picture=a..b", "“Map shows” is not a number"),
        ("view.speed=1..2", "“Speed” is not a number that a film can vary"),
        ("view.x=0..1", "it does nothing in this scene"),
    ],
)
def test_what_cannot_be_swept_is_one_sentence(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        parsed(text, scene(), CATALOGUE)


@pytest.mark.parametrize("name", assets.scene_names())
def test_all_that_is_offered_can_be_swept(name: str) -> None:
    """Both ends of each, and its middle, are scenes."""
    here = scene(name)
    for path in offered(here, CATALOGUE):
        found = parsed(path, here, CATALOGUE)
        for share in (0, 0.5, 1):
            value = at(found, share, here, CATALOGUE)
            assert replace(here, {path: value}, CATALOGUE)[path] == value
            assert reading(found, value, here, CATALOGUE)


def test_the_camera_is_offered_where_there_is_one() -> None:
    flat = scene()
    solid = replace(flat, {"view.dimension": "surface"}, CATALOGUE)
    assert "view.azimuth" not in offered(flat, CATALOGUE)
    assert "view.azimuth" in offered(solid, CATALOGUE)
    assert [*offered(flat, CATALOGUE)][0] == "view.beta"
    assert all(path.startswith("experiment.") for path in offered(scene("information"), CATALOGUE))
