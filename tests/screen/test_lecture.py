"""Two screens, with a real mouse and keyboard: the lecturer's, and that of the class."""

from __future__ import annotations

import pytest

from tests.screen import lecture_plays
from tests.screen.conftest import Play

pytestmark = [
    pytest.mark.screen,
    pytest.mark.parametrize("desk", ["2624x1000"], indirect=True),
]


def test_the_class_sees_the_stage_and_the_lecturer_the_rest(play: Play) -> None:
    seen = play(lecture_plays.two_windows)
    assert seen == dict.fromkeys(
        ("fills", "stays", "pointed", "follows", "in sight", "led", "next"), True
    )


def test_screens_come_and_go_and_either_window_is_closed(play: Play) -> None:
    seen = play(lecture_plays.screens_come_and_go)
    assert seen == dict.fromkeys(("unplugged", "theirs closed", "again", "own closed"), True)
