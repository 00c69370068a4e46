"""Bookmarks are one line of text, and read as they were written."""

from __future__ import annotations

import pytest

from ebmviz.core import library
from ebmviz.core.errors import UserError
from ebmviz.core.scene import replace
from ebmviz.core.view.bookmarks import MOST, Bookmark, read, until, with_one, without


def test_they_are_kept_by_step_and_one_takes_the_place_of_another() -> None:
    line = with_one(with_one(with_one("", 300, ""), 120, "first fold; then"), 300, "end")
    assert read(line) == (Bookmark(120, "first fold, then"), Bookmark(300, "end"))
    assert read(without(line, 120)) == (Bookmark(300, "end"),)
    assert read(until(line, 120)) == (Bookmark(120, "first fold, then"),)
    assert read("") == read(" ; ") == ()


@pytest.mark.parametrize("line", ["fold", "1e3 far", "-1", "٣", "; 3; x"])
def test_one_without_a_step_is_refused_by_name(line: str) -> None:
    catalogue = library.shipped_catalogue()
    with pytest.raises(UserError, match="view.bookmarks: “.*” does not begin with a step"):
        replace(library.scene("horn", catalogue), {"view.bookmarks": line}, catalogue)


def test_there_are_no_more_than_a_line_can_show() -> None:
    with pytest.raises(UserError, match=f"{MOST + 1} bookmarks"):
        read(";".join(str(step) for step in range(MOST + 1)))
