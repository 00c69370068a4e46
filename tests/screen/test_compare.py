"""Two models side by side, with a real mouse and keyboard."""

from __future__ import annotations

import pytest

from tests.screen import compare_plays
from tests.screen.conftest import Play

pytestmark = pytest.mark.screen


def test_two_models_are_looked_at_as_one_and_swapped(play: Play) -> None:
    seen = play(compare_plays.compare)
    assert seen.pop("closed") == ""
    assert all(seen.values()), seen
