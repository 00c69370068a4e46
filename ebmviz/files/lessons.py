"""Lessons as files: Markdown that is opened, edited by hand and saved, and members of a session."""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec
import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.lesson import text
from ebmviz.core.lesson.stop import PICTURE, Lesson
from ebmviz.files import archive, tensors
from ebmviz.files.atomic import clean, read_bytes, shown, size, write_bytes

SUFFIX = ".md"
_TEXT, _PICTURES = "lesson.md", "stops.safetensors"
_NONE = tensors.encode({})


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


def pack(lesson: Lesson) -> dict[str, bytes]:
    """The members of a session that tell of its stops; none without any. Raises UserError of too
    long a text.
    """
    if not lesson.stops:
        return {}
    told = encoded(lesson)
    if len(told) > archive.LESSON_CAP:
        said = f"its stops take {size(len(told))}, of which {size(archive.LESSON_CAP)} are kept"
        raise UserError(f"{said}: delete some, or take stops on fewer points")
    pictures = {
        str(i): np.frombuffer(stop.picture, np.uint8).reshape(PICTURE)
        for i, stop in enumerate(lesson.stops)
        if stop.picture
    }
    seen = {_PICTURES: tensors.encode(pictures)} if pictures else {}
    return {_TEXT: told, **seen}


def unpack(members: Mapping[str, bytes], where: str) -> Lesson:
    """The inverse. Raises UserError that begins with `where`."""
    if _TEXT not in members:
        return Lesson()
    lesson = decoded(members[_TEXT], f"{where}: {_TEXT}")
    pictures = tensors.decode(members.get(_PICTURES, _NONE), f"{where}: {_PICTURES}")
    for name, picture in pictures.items():
        known = name in map(str, range(len(lesson.stops)))
        if not known or picture.shape != PICTURE or picture.dtype != np.uint8:
            raise UserError(f"{where}: {_PICTURES}: “{clean(name, 40)}” is no picture of a stop")
        index = int(name)
        stop = msgspec.structs.replace(lesson.stops[index], picture=picture.tobytes())
        lesson = lesson.changed(index, stop)
    return lesson
