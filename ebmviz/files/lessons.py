"""Lessons as files: Markdown that is opened, edited by hand and saved."""

from __future__ import annotations

import os

from ebmviz.core.errors import UserError
from ebmviz.core.lesson import text
from ebmviz.core.lesson.stop import Lesson
from ebmviz.files.atomic import read_bytes, shown, write_bytes

SUFFIX = ".md"


def load(path: str | os.PathLike[str]) -> Lesson:
    """The lesson in a file. Raises UserError naming the file, and the line."""
    return decoded(read_bytes(path, text.CAP), shown(path))


def save(lesson: Lesson, path: str | os.PathLike[str]) -> None:
    """Writes the lesson whole, and read back successfully, or not at all."""
    at = f"{shown(path)} could not be saved"
    write_bytes(path, encoded(lesson), lambda written: decoded(written, at))


def encoded(lesson: Lesson) -> bytes:
    """Its text as bytes of a file."""
    return text.write(lesson).encode("utf-8", "replace")


def decoded(data: bytes, where: str) -> Lesson:
    """The inverse. Raises UserError that begins with `where`."""
    try:
        return text.read(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{where}: line {line}: not text in UTF-8") from None
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
