"""The lessons that are shipped: every text in resources/lessons/."""

from __future__ import annotations

from ebmviz.core import assets
from ebmviz.core.catalogue import suggestion
from ebmviz.core.errors import UserError
from ebmviz.core.lesson.stop import Lesson
from ebmviz.core.lesson.text import read
from ebmviz.core.outside import clean

_FOLDER = "lessons"


def names() -> list[str]:
    """Of all of them, in the order of their lecture."""
    found = [path.stem for path in assets.resource(_FOLDER).glob("*.md")]
    return sorted(found, key=lambda name: (lesson(name).order, name))


def lesson(name: str) -> Lesson:
    """One of them; UserError suggests what was meant, or says what is wrong with it."""
    known = sorted(path.stem for path in assets.resource(_FOLDER).glob("*.md"))
    if name not in known:
        there = f"; there is: {', '.join(known)}" if known else ""
        said = f"“{clean(name, 80)}” is not a lesson{suggestion(name, known)}{there}"
        raise UserError(said)
    text = assets.resource(f"{_FOLDER}/{name}.md").read_bytes().decode("utf-8")
    try:
        return read(text)
    except UserError as error:
        raise UserError(f"{name}.md: {error}") from None
