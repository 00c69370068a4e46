"""The ZIP around a session: members by name, checksums, and nothing taken on trust.

Knows the names and sizes of the members, nothing of what they mean.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import ebmviz
from ebmviz.core.errors import UserError
from ebmviz.files import strictjson
from ebmviz.files.atomic import clean, size

MIMETYPE = b"application/x-ebmviz+zip"
FORMAT = 3
"""The newest that is read. A session is written as the first, with branches or marks as the second,
with stops as the third.
"""
_BRANCHES = "runs.json"
_LESSON = "lesson.md"
_MIB = 2**20
FILE_CAP = 256 * _MIB
LESSON_CAP = 4 * _MIB
TOTAL_CAP = 512 * _MIB
CAPS = {
    "mimetype": len(MIMETYPE),
    "scene.json": 16 * _MIB,
    "weights.safetensors": 256 * _MIB,
    "history.safetensors": 512 * _MIB,
    "metrics.json": 4 * _MIB,
    "preview.png": 16 * _MIB,
    _BRANCHES: 64 * _MIB,
    _LESSON: LESSON_CAP,
    "stops.safetensors": 32 * _MIB,
    **{f"run-{i}.safetensors": 256 * _MIB for i in (1, 2, 3)},
    **{f"run-{i}-history.safetensors": 512 * _MIB for i in (1, 2, 3)},
    "manifest.json": 64 * 2**10,
}
"""Every member there may be, and its largest size once inflated."""
_MAYBE = ("history", "preview", "run", "lesson", "stops")
OPTIONAL = {name for name in CAPS if name.startswith(_MAYBE)}
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(RuntimeError, ValueError, OverflowError),  # the first: NotImplementedError too
)
"""What reading a ZIP raises that does not hold together."""
_COUNT_CAP = 16
_DIRECTORY_CAP = 8 * 2**10
_START = b"PK\x03\x04"
_MAGIC = b"mimetype" + MIMETYPE  # at byte 30: the first member, stored, without extra field
_END = struct.Struct("<4s4H2LH")  # the end of the central directory
_END_64 = b"PK\x06\x07"


def pack(members: Mapping[str, bytes]) -> bytes:
    """The archive of `members`, completed by `mimetype` and `manifest.json`.

    The same members give the same bytes.
    """
    whole = {"mimetype": MIMETYPE, **members}
    manifest = {
        "format": FORMAT if _LESSON in members else 2 if _BRANCHES in members else 1,
        "program": f"ebmviz {ebmviz.__version__}",
        "members": {name: _record(content) for name, content in whole.items()},
    }
    whole["manifest.json"] = strictjson.encode(manifest)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in whole.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3  # the same on every system
            info.external_attr = 0o100644 << 16
            stored = name == "mimetype"
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def unpack(data: bytes, where: str) -> dict[str, bytes]:
    """The checked members, without `mimetype` and `manifest.json`.

    Raises UserError, beginning with `where`, for whatever `pack` would not have written.
    """
    _check_frame(data, where)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive, where)
    except DAMAGED:
        raise UserError(f"{where}: damaged, its ZIP structure does not hold together") from None


def _record(content: bytes) -> dict[str, object]:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _check_frame(data: bytes, where: str) -> None:
    """What must hold before a ZIP reader may look at the rest."""
    if not data:
        raise UserError(f"{where}: the file is empty")
    if len(data) > FILE_CAP:
        raise UserError(f"{where}: larger than the {size(FILE_CAP)} that are accepted")
    if not data.startswith(_START[: len(data)]):
        raise UserError(f"{where}: not an ebmviz session")
    if data[30 : 30 + len(_MAGIC)] != _MAGIC[: max(0, len(data) - 30)]:
        raise UserError(f"{where}: a ZIP file, but not an ebmviz session")
    # A reader would build an object per entry of the directory, however many it claims.
    end = data[-_END.size :]
    if len(end) < _END.size or not end.startswith(b"PK\x05\x06"):
        raise UserError(f"{where}: damaged or cut short")
    _, disk, disk_2, count, count_2, length, _, comment = _END.unpack(end)
    if data[-_END.size - 20 :].startswith(_END_64) or disk or disk_2 or comment:
        raise UserError(f"{where}: a kind of ZIP file that ebmviz does not write")
    if not count == count_2 <= _COUNT_CAP or length > _DIRECTORY_CAP:
        raise UserError(f"{where}: too many members")


def _members(archive: zipfile.ZipFile, where: str) -> dict[str, bytes]:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise UserError(f"{where}: the same member twice")
    if not names or names[0] != "mimetype" or infos[0].header_offset != 0:
        raise UserError(f"{where}: not an ebmviz session")
    for info in infos:
        _check_info(info, where)
    if sum(info.file_size for info in infos) > TOTAL_CAP:
        raise UserError(f"{where}: holds more than the {size(TOTAL_CAP)} that are accepted")
    if "manifest.json" not in names:
        raise UserError(f"{where}: manifest.json is missing")
    # First of all the version: a newer one may well have other members.
    records = _manifest(_content(archive, archive.getinfo("manifest.json"), where), where)
    for name in names:
        if name not in CAPS:
            raise UserError(f"{where}: the member “{clean(name, 80)}” does not belong in it")
    for name in CAPS:
        if name not in names and name not in OPTIONAL:
            raise UserError(f"{where}: {name} is missing")
    if set(records) != set(names) - {"manifest.json"}:
        raise UserError(f"{where}: its manifest lists other members than it has")
    found = {}
    for info in infos:
        if info.filename != "manifest.json":
            content = _content(archive, info, where)
            if records[info.filename] != _record(content):
                raise UserError(f"{where}: {info.filename} does not match its checksum")
            found[info.filename] = content
    if found.pop("mimetype") != MIMETYPE:
        raise UserError(f"{where}: not an ebmviz session")
    return found


def _check_info(info: zipfile.ZipInfo, where: str) -> None:
    at = f"{where}: {clean(info.filename, 80)}"
    if info.flag_bits & 0x41:
        raise UserError(f"{at} is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UserError(f"{at} is compressed in a way that ebmviz does not read")
    cap = CAPS.get(info.filename, TOTAL_CAP)
    if info.file_size > cap:
        raise UserError(f"{at} is larger than the {size(cap)} that are accepted")


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> bytes:
    # One byte more than it declares: the reader inflates no further than that.
    with archive.open(info) as member:
        content = member.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise UserError(f"{where}: {info.filename} is not as long as it claims")
    return content


def _manifest(raw: bytes, where: str) -> dict[str, object]:
    at = f"{where}: manifest.json"
    manifest = strictjson.decode(raw, at)
    version = manifest.get("format") if isinstance(manifest, dict) else None
    if not isinstance(manifest, dict) or type(version) is not int or version < 1:
        raise UserError(f"{at} does not say which format this is")
    if version > FORMAT:
        raise UserError(
            f"{where}: was made by a newer ebmviz (file format {version}, "
            f"this one reads {FORMAT}): update ebmviz to open it"
        )
    records = manifest.get("members")
    if not isinstance(records, dict):
        raise UserError(f"{at} lists no members")
    return records
