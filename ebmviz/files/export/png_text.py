"""The text chunk "ebmviz" of a PNG: an uncompressed iTXt, which no reader refuses.

Programs that save a PNG anew may turn it into tEXt or zTXt; it is found there too.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from ebmviz.core.errors import UserError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEY = b"ebmviz\0"
_PLAIN = _KEY + b"\0\0\0\0"  # not compressed, no language, no translated keyword
_MOST_CHUNKS = 100_000


def put(data: bytes, text: bytes) -> bytes:
    """The PNG with this text before its end, and without an earlier one."""
    parts = [SIGNATURE]
    ended = False
    for kind, start, end in _chunks(data):
        ended = kind == b"IEND"
        if ended:
            body = b"iTXt" + _PLAIN + text
            parts.append(struct.pack(">I", len(body) - 4) + body)
            parts.append(struct.pack(">I", zlib.crc32(body)))
        if not _is_ours(data, kind, start):
            parts.append(data[start - 8 : end + 4])
    if not ended:
        raise UserError("this is no PNG picture")
    return b"".join(parts)


def get(data: bytes, most: int) -> bytes | None:
    """The text, of at most `most` bytes; None without one, ValueError for a damaged one."""
    for kind, start, end in _chunks(data):
        if _is_ours(data, kind, start):
            if end + 4 > len(data):
                raise ValueError("the picture is cut off")
            if zlib.crc32(data[start - 4 : end]) != struct.unpack_from(">I", data, end)[0]:
                raise ValueError("its checksum is wrong")
            if end - start > most + 64:
                raise ValueError("it is too large")
            return _text(kind, data[start + len(_KEY) : end], most)
    return None


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of every chunk's body; the last one may reach beyond the data."""
    at = len(SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, at + 8, at + 8 + length
        at += 12 + length


def _is_ours(data: bytes, kind: bytes, start: int) -> bool:
    return kind in (b"iTXt", b"tEXt", b"zTXt") and data.startswith(_KEY, start)


def _text(kind: bytes, body: bytes, most: int) -> bytes:
    if kind == b"tEXt":
        return body
    if kind == b"zTXt":
        return _inflated(body[1:], most)
    compressed, _, rest = body[:1], body[1:2], body[2:]
    text = rest.partition(b"\0")[2].partition(b"\0")[2]
    return _inflated(text, most) if compressed == b"\1" else text


def _inflated(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most + 1)
    except zlib.error:
        raise ValueError("it cannot be decompressed") from None
