"""A file attached to a PDF by an incremental update, as readers show it (ISO 32000, 7.11.4).

The original bytes stay as they are. After them come the attached file, its name, the
catalogue of the document that now points at it, and a table of where these are.
"""

from __future__ import annotations

import hashlib
import re

from ebmviz.core.errors import UserError

NAME = "session.ebmviz"
_MARK = b"%ebmviz\n"  # a comment that starts our update
_TRAILER = re.compile(rb"trailer\s*<<([^<>]*)>>\s*startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_ROOT = re.compile(rb"/Root (\d{1,7}) 0 R")
_SIZE = re.compile(rb"/Size (\d{1,7})")
_INFO = re.compile(rb"/Info \d{1,7} 0 R")
_HEADER = re.compile(
    rb"<< /Type /EmbeddedFile /Subtype /application#2Fx-ebmviz /Length (\d{1,10}) "
    rb"/Params << /Size \d{1,10} /CheckSum <([0-9a-f]{32})> >> >>\r?\nstream\r?\n"
)


def put(data: bytes, content: bytes) -> bytes:
    """The PDF with this attachment, and without an earlier one."""
    before, found, _ = data.partition(b"%%EOF\n" + _MARK)
    data = (before + b"%%EOF" if found else data.rstrip()) + b"\n"
    trailer = _TRAILER.search(data, max(0, len(data) - 4096))
    root, size = trailer and _ROOT.search(trailer[1]), trailer and _SIZE.search(trailer[1])
    if not (trailer and root and size):
        raise UserError("a session cannot be attached to this PDF; export the figure again")
    number, first = int(root[1]), int(size[1])
    catalogue = re.search(rb"\n%d 0 obj\s*<<(.*?)>>\s*endobj" % number, data, re.DOTALL)
    if catalogue is None or b"/Names" in catalogue[1]:
        raise UserError("a session cannot be attached to this PDF; export the figure again")
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    objects = {
        number: b"<<%b/Names << /EmbeddedFiles << /Names [(%b) %d 0 R] >> >> >>"
        % (catalogue[1], NAME.encode(), first + 1),
        first: (
            b"<< /Type /EmbeddedFile /Subtype /application#2Fx-ebmviz /Length %d "
            b"/Params << /Size %d /CheckSum <%b> >> >>\nstream\n%b\nendstream"
        )
        % (len(content), len(content), digest.encode(), content),
        first + 1: b"<< /Type /Filespec /F (%b) /UF (%b) /EF << /F %d 0 R >> >>"
        % (NAME.encode(), NAME.encode(), first),
    }
    return _updated(data, objects, root[0], trailer)


def get(data: bytes, most: int) -> bytes | None:
    """The attachment, of at most `most` bytes; None without one, ValueError if damaged."""
    mark = data.find(b"%%EOF\n" + _MARK)
    header = _HEADER.search(data, mark) if mark >= 0 else None
    if header is None:
        return None
    length = int(header[1])
    if length > most:
        raise ValueError("it is too large")
    content = data[header.end() : header.end() + length]
    if len(content) < length:
        raise ValueError("the picture is cut off")
    if hashlib.md5(content, usedforsecurity=False).hexdigest().encode() != header[2]:
        raise ValueError("its checksum is wrong")
    return content


def _updated(
    data: bytes, objects: dict[int, bytes], root: bytes, trailer: re.Match[bytes]
) -> bytes:
    out = bytearray(data + _MARK)
    table = b"xref\n0 1\n0000000000 65535 f \n"
    for number, body in objects.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    info = _INFO.search(trailer[1])
    start = len(out)
    out += table
    out += b"trailer\n<< /Size %d %b %b /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        max(objects) + 1,
        root,
        info[0] if info else b"",
        int(trailer[2]),
        start,
    )
    return bytes(out)
