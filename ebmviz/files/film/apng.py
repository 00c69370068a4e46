"""An animated PNG: each frame compressed by Pillow as a PNG, its data as those of one animation.

Written chunk by chunk (PNG 3rd edition, 2025, §11.3.6): Pillow itself keeps all frames in memory.
"""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from ebmviz.core.film.look import Look
from ebmviz.core.snapshot import Array
from ebmviz.files.film.changed import changed

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LONGEST = 65535  # frames that a picture stays


@contextlib.contextmanager
def begun(
    file: BinaryIO, look: Look, pictures: int, _samples: Sequence[Array]
) -> Iterator[_Animation]:
    """One that repeats for ever."""
    yield (made := _Animation(file, look, pictures))
    made.end()


class _Animation:
    def __init__(self, file: BinaryIO, look: Look, pictures: int) -> None:
        self._file, self._rate, self._number = file, look.rate, 0
        self._before: Array | None = None
        head = struct.pack(">IIBBBBB", *look.size, 8, 2, 0, 0, 0)
        file.write(_SIGNATURE + _chunk(b"IHDR", head))
        file.write(_chunk(b"acTL", struct.pack(">II", pictures, 0)))

    def add(self, picture: Array, frames: int) -> None:
        """A picture as far as it differs from the one before."""
        part, left, top = changed(self._before, picture)
        high, wide = part.shape[:2]
        place = struct.pack(">IIII", wide, high, left, top)
        pause = struct.pack(">HHBB", min(frames, _LONGEST), self._rate, 0, 0)
        self._file.write(_chunk(b"fcTL", self._next() + place + pause))
        data = _compressed(part)
        first = self._before is None
        self._file.write(_chunk(b"IDAT", data) if first else _chunk(b"fdAT", self._next() + data))
        self._before = picture

    def end(self) -> None:
        """It is whole."""
        self._file.write(_chunk(b"IEND", b""))

    def _next(self) -> bytes:
        self._number += 1
        return struct.pack(">I", self._number - 1)


def _compressed(picture: Array) -> bytes:
    """The data of its PNG."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG", compress_level=6)
    whole, at, found = out.getvalue(), len(_SIGNATURE), b""
    while at < len(whole):
        (length,) = struct.unpack_from(">I", whole, at)
        if whole[at + 4 : at + 8] == b"IDAT":
            found += whole[at + 8 : at + 8 + length]
        at += 12 + length
    return found


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
