"""Pages of Help and formulas, with a real mouse and keyboard."""

from __future__ import annotations

import pytest

from tests.screen import help_plays
from tests.screen.conftest import Play

pytestmark = pytest.mark.screen


def test_formulas_of_help_and_of_the_panel_are_joined_to_the_window(play: Play) -> None:
    seen = play(help_plays.read_and_point)
    assert seen["panel"]
    for page in ("mathematics", "glossary"):
        assert seen[page]["lit"]
        assert seen[page]["found"] >= 1
        assert seen[page]["copied"]
