"""A session inside a picture, and out again. The picture stays what it was to every viewer.

PNG: a text chunk "ebmviz". SVG: a `<metadata id="ebmviz">` element. PDF: an attached file
"session.ebmviz", in an incremental update as the PDF standard has it.
Pictures come from anywhere: nothing here parses more than it must, and every size is capped.
"""

from __future__ import annotations

import base64
import hashlib
import re

from ebmviz.core.errors import UserError
from ebmviz.files.export import pdf_attachment, png_text

MOST_BYTES = 64 << 20
_OPEN = re.compile(rb'<metadata\s{1,40}id="ebmviz"\s{0,40}>')
_CLOSE = b"</metadata>"


def embed(data: bytes, format: str, session: bytes) -> bytes:
    """The picture with the session in it, in place of an earlier one."""
    if len(session) > MOST_BYTES:
        raise UserError(
            f"the session is too large to travel inside a picture: {len(session) >> 20} MiB, "
            f"at most {MOST_BYTES >> 20}"
        )
    match format:
        case "png":
            return png_text.put(data, _packed(session))
        case "svg":
            return _into_svg(data, _packed(session))
        case "pdf":
            return pdf_attachment.put(data, session)
    raise UserError(f"“{format}” pictures cannot hold a session; PNG, SVG and PDF can")


def extract(data: bytes) -> bytes | None:
    """The session inside a picture; None if it has none or is no picture at all.

    Raises UserError for a session that was damaged on its way.
    """
    try:
        if data.startswith(png_text.SIGNATURE):
            packed = png_text.get(data, _most_packed())
            return None if packed is None else _unpacked(packed)
        if b"%PDF-" in data[:1024]:
            return pdf_attachment.get(data, MOST_BYTES)
        if b"<svg" in data[:4096]:
            return _from_svg(data)
    except ValueError as error:
        raise UserError(f"the session inside this picture is damaged: {error}") from None
    return None


def _packed(session: bytes) -> bytes:
    """As text: a SHA-256 and the session in base64."""
    return hashlib.sha256(session).hexdigest().encode() + b" " + base64.b64encode(session)


def _unpacked(packed: bytes) -> bytes:
    if len(packed) > _most_packed():
        raise ValueError("it is too large")
    digest, _, text = packed.strip().partition(b" ")
    session = base64.b64decode(b"".join(text.split()), validate=True)
    if hashlib.sha256(session).hexdigest().encode() != digest:
        raise ValueError("its checksum is wrong")
    return session


def _most_packed() -> int:
    return 65 + 4 * (MOST_BYTES + 2) // 3 + 16


def _into_svg(data: bytes, packed: bytes) -> bytes:
    earlier = _OPEN.search(data)
    if earlier:
        end = data.find(_CLOSE, earlier.end())
        data = data[: earlier.start()] + data[end + len(_CLOSE) :].lstrip()
    end = data.rfind(b"</svg>")
    if end < 0:
        raise UserError("this is no SVG picture")
    return data[:end] + b'<metadata id="ebmviz">' + packed + _CLOSE + b"\n" + data[end:]


def _from_svg(data: bytes) -> bytes | None:
    start = _OPEN.search(data)
    if start is None:
        return None
    end = data.find(_CLOSE, start.end(), start.end() + _most_packed() + len(_CLOSE))
    if end < 0:
        raise ValueError("its end is missing")
    return _unpacked(data[start.end() : end])
