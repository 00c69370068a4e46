"""Points, weights, layers, cards and the surface, with a real mouse and keyboard."""

from __future__ import annotations

import pytest

from tests.screen import map_plays
from tests.screen.conftest import Play

pytestmark = pytest.mark.screen


def test_points_are_painted_sprayed_erased_cut_pasted_and_dragged(play: Play) -> None:
    seen = play(map_plays.points)
    assert seen["painted"] >= 4
    assert seen["trains"], "and it has trained all the while"
    assert seen["said"] == f"painted {seen['painted']} points"
    assert seen["erased"] > 0
    assert seen["pasted"], "what was pasted is selected"
    assert seen["dragged"] < 0.03


def test_weights_are_dragged_and_trained_on(play: Play) -> None:
    seen = play(map_plays.weights)
    assert seen["map"] > 0.1, "F follows before any step is made"
    assert seen["trained"] == "moved a weight"


def test_layers_cards_and_sections_are_hidden_pointed_at_and_enlarged(play: Play) -> None:
    seen = play(map_plays.layers)
    assert seen["hidden"] == ["data", False]
    assert seen["shown"] == ""
    assert seen["pointed"] == 1.0, "what the pointer rests on stays"
    assert seen["alone"]
    assert seen["all"] == ""
    assert seen["colours"] == "magma"
    assert seen["large"]
    assert seen["small"]
    assert seen["folded"]


def test_the_surface_is_turned_zoomed_stretched_and_brought_back(play: Play) -> None:
    seen = play(map_plays.space)
    assert seen["turned"] == [pytest.approx(-24.0), pytest.approx(4.0)]
    assert seen["zoomed"] == pytest.approx(2**0.5), "four notches"
    assert seen["stretched"] > 1
    assert seen["home"] == 1.0
