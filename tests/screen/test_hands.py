"""Wheel, focus, typed values, overwriting and standard keys with a real mouse and keyboard."""

from __future__ import annotations

import pytest

from tests.screen import plays
from tests.screen.conftest import Play

pytestmark = pytest.mark.screen


def test_the_wheel_changes_only_what_was_clicked(play: Play) -> None:
    seen = play(plays.wheel)
    assert seen["turned"] > 10
    assert seen["at map"] >= 3
    assert seen["in lab"] >= 4
    assert seen["asked"] >= 4
    assert seen["still"]
    assert seen["clicked"] < 10, "a click, and the wheel turns it"
    assert seen["left"] == seen["clicked"], "the mouse has been elsewhere since"


def test_after_a_choice_the_keys_are_the_windows(play: Play) -> None:
    seen = play(plays.focus)
    assert seen["entered"] == [0.07, True]
    assert seen["undone"] == 0.2
    assert seen["released"] == seen["chosen"] == [True, True]
    assert seen["panned"]


def test_what_is_typed_is_used(play: Play) -> None:
    assert play(plays.typed) == {"trained with": 0.013, "saved": 0.017}


def test_save_as_asks_before_it_adds_a_suffix_that_hits_a_file(play: Play) -> None:
    assert play(plays.overwrite) == {"kept": "mine", "replaced": "PK\x03\x04"}


def test_the_standard_keys(play: Play) -> None:
    seen = play(plays.keys)
    assert seen["ctrl+z"] == [0.2, 0.2]
    assert seen["ctrl+y"] == seen["ctrl+shift+z"] == [0.4]
    assert seen["full"]
    assert seen["back"]
    assert seen["list"]
    assert seen["closed"]
