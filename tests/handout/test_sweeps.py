"""What a reader can move at a stop is what the window would offer there."""

from __future__ import annotations

import math

import pytest

from ebmviz.core import library
from ebmviz.core.scene import Scene, replace
from ebmviz.handout import sweeps
from tests.handout.lesson import CATALOGUE


def scene(name: str, **changes: object) -> Scene:
    given = {at.replace("__", "."): value for at, value in changes.items()}
    return replace(library.scene(name, CATALOGUE), given, CATALOGUE)


@pytest.mark.parametrize(
    ("name", "step", "keys"),
    [
        ("ellipse", 0, ["beta"]),
        ("ellipse", 9, ["beta", "step"]),
        ("horn", 9, ["beta", "x", "step"]),
        ("conditional", 9, ["step"]),  # its map is over x
        ("information", 9, []),
    ],
)
def test_what_a_scene_has_can_be_moved(name: str, step: int, keys: list[str]) -> None:
    assert [each.key for each in sweeps.of(scene(name), step, CATALOGUE)] == keys


@pytest.mark.parametrize("own", [0.0, 0.3, 1.0, 1.5])
def test_x_goes_over_its_slider_and_through_where_the_stop_is(own: float) -> None:
    there = scene("horn", view__x=own)
    (sweep,) = (each for each in sweeps.of(there, 0, CATALOGUE) if each.key == "x")
    values = [float(changes["view.x"]) for changes, _ in sweep.states]  # type: ignore[arg-type]
    assert values == sorted({*(i / 8 for i in range(9)), own})
    assert values[sweep.at] == own
    assert sweep.labels[values.index(0.125)] == "0.125"
    assert all(step is None for _, step in sweep.states)


def test_beta_has_both_limits() -> None:
    (sweep,) = sweeps.of(scene("ellipse"), 0, CATALOGUE)
    ends = [changes["view.beta"] for changes, _ in (sweep.states[0], sweep.states[-1])]
    assert ends == [0.0, math.inf]
