"""Whether a file still holds what was read from it, or written to it, here."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

_CHUNK = 1 << 20


class Stamp(NamedTuple):
    """status: time of the last write and change, size and number of the file. digest: SHA-256."""

    status: tuple[int, int, int, int]
    digest: bytes

    @classmethod
    def of_digest(cls, digest: str) -> Stamp:
        """Of a file of which that alone is known, in hex."""
        return cls((0, 0, 0, 0), bytes.fromhex(digest))


def stamp(path: Path) -> Stamp | None:
    """Of a file as it is now; None where there is none that can be read."""
    try:
        status = _status(path)  # first: what is written meanwhile is told apart by it
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return None
    return Stamp(status, digest.digest())


def changed(path: Path, before: Stamp | None) -> bool:
    """Whether there is a file with another content than it had `before`; None is not known."""
    try:
        status = _status(path)
    except OSError:
        return False  # nothing there that could be lost
    if before is not None and status == before.status:
        return False
    now = stamp(path)
    return now is None or before is None or now.digest != before.digest


def _status(path: Path) -> tuple[int, int, int, int]:
    found = os.stat(path)
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
