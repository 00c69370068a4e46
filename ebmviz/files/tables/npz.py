"""The arrays of an NPZ archive that may be columns, and why the others are not."""

from __future__ import annotations

import io
import struct
import zipfile

from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.snapshot import Array
from ebmviz.files.archive import DAMAGED
from ebmviz.files.atomic import size
from ebmviz.files.tables.npy import HEAD_CAP, NPY, body, head, no_column, unread

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""How an archive begins, with members and without."""
_MEMBERS_CAP = 64
_DIRECTORY_CAP = _MEMBERS_CAP * 1024
_END = struct.Struct("<4s4H2LH")  # the end of the central directory
_END_64 = b"PK\x06\x07"


def members(
    data: bytes, where: str, bytes_cap: int, left: dict[str, str]
) -> list[tuple[str, Array]]:
    """Names and arrays; of what is no column only the header is inflated, and the reason goes to
    `left`. Raises UserError for what is no NPZ file, or damaged.
    """
    try:
        _check_directory(data, where)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive, where, bytes_cap, left)
    except DAMAGED:
        raise UserError(f"{where}: damaged, or not an NPZ file") from None


def _check_directory(data: bytes, where: str) -> None:
    # A reader would build an object per entry of the directory, however many it claims.
    end = data[-_END.size :]
    if len(end) < _END.size or not end.startswith(b"PK\x05\x06"):
        raise zipfile.BadZipFile
    if data[-_END.size - 20 :].startswith(_END_64):
        raise zipfile.BadZipFile
    if _END.unpack(end)[4] > _MEMBERS_CAP or _END.unpack(end)[5] > _DIRECTORY_CAP:
        raise UserError(f"{where}: more than {_MEMBERS_CAP} arrays")


def _members(
    archive: zipfile.ZipFile, where: str, bytes_cap: int, left: dict[str, str]
) -> list[tuple[str, Array]]:
    infos = archive.infolist()
    names = [info.filename.removesuffix(".npy") for info in infos]
    if len(set(names)) != len(names):
        raise UserError(f"{where}: two arrays of one name")
    found, room = [], bytes_cap
    for info, name in zip(infos, names, strict=True):
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile
        at = f"{where}, {clean(name, 40)}"
        with archive.open(info) as file:
            begun = file.read(HEAD_CAP)
            if not begun.startswith(NPY):
                left[name] = "no array"
                continue
            first = head(begun, at)
            if why := unread(first):
                left[name] = why
                continue
            assert first.dtype is not None
            if not first.dtype.names and (why := no_column(first.dtype, first.shape)):
                left[name] = why
                continue
            if max(info.file_size, len(begun)) > room:
                left[name] = f"more than the {size(bytes_cap)} that are accepted"
                continue
            whole = begun + file.read(room + 1 - len(begun))
        room -= len(whole)
        if room < 0:
            raise zipfile.BadZipFile  # longer than it said
        found.append((name, body(first, whole, at)))
    return found
