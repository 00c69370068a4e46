"""The settings of a person, before Qt reads them: whatever is in their file, it starts the program.

Qt keeps values of other kinds than words and bytes in a stream of its own, which can ask for any
memory, and its Python bindings have a kind that is a pickle. Nothing of ours is kept so.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import struct
from pathlib import Path

from PySide6.QtCore import QByteArray, QDataStream, QSettings

from ebmviz.core.errors import UserError
from ebmviz.files.atomic import read_bytes

ASIDE = ".damaged"
"""Behind the name of a file that is set aside."""
_LARGEST = 1 << 20  # bytes
_STREAMS = re.compile(rb"@(Variant|DateTime)\(")
_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{1,8})|([0-7]{1,8})|\r?\n)")
_LOADS = "loads"
_KIND = 127  # a type that is known by its name, in the form that settings have
_NAME = b"PySide::PyObjectWrapper\0"
_OLD = 7  # QDataStream.Version.Qt_4_0, that of settings


def ready() -> None:
    """Before the first is read: a file with what is never ours is set aside, for they are all gone
    then; and no pickle is ever read.
    """
    _without_pickles()
    path = Path(QSettings().fileName())
    try:
        ours = not path.is_file() or not _STREAMS.search(_plain(read_bytes(path, _LARGEST)))
    except UserError:
        ours = False
    if not ours:
        with contextlib.suppress(OSError):
            os.replace(path, path.with_name(path.name + ASIDE))


def wrapped(pickled: bytes) -> bytes:
    """A pickle as the bindings keep one: in settings, in what is dropped or pasted."""
    head = struct.pack(">II", _KIND, len(_NAME)) + _NAME
    return head + struct.pack(">I", len(pickled)) + pickled


def _without_pickles() -> None:
    # They look once for the function that unpickles, when they first need it: this is when.
    stream = QDataStream(QByteArray(wrapped(b"")))
    stream.setVersion(_OLD)
    kept = pickle.loads
    setattr(pickle, _LOADS, _nothing)
    try:
        stream.readQVariant()
    finally:
        setattr(pickle, _LOADS, kept)


def _nothing(_pickled: object) -> None:
    """Of whatever there is."""


def _plain(data: bytes) -> bytes:
    """Letters as they are read, without the signs around and between them."""
    return _ESCAPE.sub(_letter, data).replace(b'"', b"")


def _letter(found: re.Match[bytes]) -> bytes:
    number = int(found[1], 16) if found[1] else int(found[2], 8) if found[2] else 0
    return bytes((number,)) if 0 < number < 128 else b""
