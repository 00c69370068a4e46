"""The steps behind, branches, the history and the lab, with a real mouse and keyboard."""

from __future__ import annotations

import math

import pytest

from tests.screen import run_plays
from tests.screen.conftest import Play

pytestmark = pytest.mark.screen


def test_the_past_is_dragged_played_and_gone_on_from(play: Play) -> None:
    seen = play(run_plays.past)
    assert 0 < seen["dragged"] < seen["last"] / 2
    assert seen["scrubbed"] >= 2, "the map follows the mouse while it drags"
    assert seen["played"]
    assert seen["exact"], "every step is as it was, to the last bit"
    assert seen["branches"] == 2
    assert seen["left at"]
    assert seen["switched"]
    assert seen["said"] == "deleted slow"
    assert seen["history"][0] == "Beginning"
    assert seen["history"][-1] == "Deleted slow"
    assert seen["back"] == [2, True]
    assert seen["undone"]


def test_the_lab_is_varied_sorted_thinned_and_adopted(play: Play) -> None:
    seen = play(run_plays.lab)
    assert seen["sorted"]
    assert seen["alone"] == "η 0.01, β ∞"
    assert seen["left"] == ["0.3", "0.1"]
    assert seen["adopted"] == [0.3, math.inf]
    assert seen["goes on"] == [True, 2], "with its training, as a branch"
