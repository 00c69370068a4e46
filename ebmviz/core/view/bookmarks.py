"""Bookmarks of a run, kept as one line of text: `120 first fold; 300`.

One is the least of a stop (`core.lesson`): a name and a step of this run, whatever the scene is. It
becomes a stop with the rest of the state, and stops of a run are marks of its timeline, too.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.params import Affects, text

MOST = 20

Bookmarks = Annotated[
    str,
    text(
        "Bookmarks",
        help="Steps to come back to, each with an optional name: 120 first fold; 300",
        affects=Affects.DRAW,
        hidden=True,
        high=2000,  # letters
    ),
]


class Bookmark(NamedTuple):
    """A step with a name, which may be empty."""

    step: int
    name: str = ""


def read(line: str) -> tuple[Bookmark, ...]:
    """Those of such a line, by step. Raises UserError of one that begins with no step."""
    found = {}
    for part in filter(None, (p.strip() for p in line.split(";"))):
        step, _, name = part.partition(" ")
        if not (step.isascii() and step.isdigit() and len(step) <= 15):
            raise UserError(f"view.bookmarks: “{clean(part, 80)}” does not begin with a step")
        found[int(step)] = Bookmark(int(step), name.strip())
    if len(found) > MOST:
        raise UserError(f"view.bookmarks: {len(found)} bookmarks, at most {MOST} are kept")
    return tuple(found[step] for step in sorted(found))


def with_one(line: str, step: int, name: str) -> str:
    """The line with another, in place of one at the same step."""
    return _written([*(b for b in read(line) if b.step != step), Bookmark(step, name)])


def without(line: str, step: int) -> str:
    """The line without the one at a step."""
    return _written([b for b in read(line) if b.step != step])


def until(line: str, step: int) -> str:
    """The line without those of later steps."""
    return _written([b for b in read(line) if b.step <= step])


def _written(marks: list[Bookmark]) -> str:
    clean = (Bookmark(b.step, b.name.replace(";", ",").strip()) for b in sorted(marks))
    return "; ".join(f"{b.step} {b.name}".strip() for b in clean)
