"""The lessons that are shipped: every text in resources/lessons/ but the table beside them."""

from __future__ import annotations

from ebmviz.core import assets
from ebmviz.core.catalogue import suggestion
from ebmviz.core.errors import UserError
from ebmviz.core.lesson.stop import Lesson
from ebmviz.core.lesson.text import read
from ebmviz.core.outside import clean

_FOLDER = "lessons"
_TABLE = "coverage"  # where the sources' statements are shown


def names() -> list[str]:
    """Of all of them, in the order of their lecture."""
    return sorted(_stems(), key=lambda name: (lesson(name).order, name))


def lesson(name: str) -> Lesson:
    """One of them; UserError suggests what was meant, or says what is wrong with it."""
    known = _stems()
    if name not in known:
        there = f"; available: {', '.join(known)}" if known else ""
        said = f"“{clean(name, 80)}” is not a lesson{suggestion(name, known)}{there}"
        raise UserError(said)
    text = assets.resource(f"{_FOLDER}/{name}.md").read_bytes().decode("utf-8")
    try:
        return read(text)
    except UserError as error:
        raise UserError(f"{name}.md: {error}") from None


def _stems() -> list[str]:
    found = sorted(path.stem for path in assets.resource(_FOLDER).glob("*.md"))
    return [name for name in found if name != _TABLE]
