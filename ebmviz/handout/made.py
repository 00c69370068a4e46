"""The files of a handout, each whole, of a lesson that is gone through once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ebmviz.core.lesson.stop import Lesson
from ebmviz.handout.models import Models
from ebmviz.handout.seen import Page, pages

_MOVING = "html"
"""The one whose figures move."""


class _Document(Protocol):
    def add(self, page: Page) -> None: ...

    def end(self) -> bytes: ...


def made(
    lesson: Lesson, models: Models, formats: Sequence[str], told: Callable[[int], None]
) -> dict[str, bytes]:
    """format -> file. told: the stop, from 0, that is next. Raises UserError naming a stop that
    cannot be shown.
    """
    documents = {format: _begun(format, lesson) for format in formats}
    for page in pages(lesson, models, _MOVING in documents, told):
        for document in documents.values():
            document.add(page)
    return {format: document.end() for format, document in documents.items()}


def _begun(format: str, lesson: Lesson) -> _Document:
    """Of that format, whose libraries are loaded for it alone."""
    if format == _MOVING:
        from ebmviz.handout.web.page import Document as Web

        return Web(lesson)
    from ebmviz.handout.paper.document import Document as Paper

    return Paper(lesson)
