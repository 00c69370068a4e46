"""Autosaves, and what to offer after a crash. Files only: the window decides when.

A process holds a lock of the operating system on its autosave for as long as it lives.
The lock ends with the process however that ends, and a reused process number has no part
in it: an autosave whose lock is free was left behind.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec
import platformdirs

from ebmviz.core.errors import UserError
from ebmviz.files import archive, strictjson
from ebmviz.files.atomic import read_bytes, reason, replace, shown, write_bytes
from ebmviz.files.lock import Lock, is_held
from ebmviz.files.session import Session

_NAME = re.compile(r"(autosave-(\d+)-[0-9a-f]{16})(\.new|\.backup|)\.ebmviz")
_NEWEST_FIRST = (".new.ebmviz", ".ebmviz", ".backup.ebmviz")
_SHA256 = re.compile("[0-9a-f]{64}")
_DOCUMENT, _LOCK = ".json", ".lock"


class Orphan(msgspec.Struct, frozen=True):
    """An autosave whose process is gone.

    path: the newest copy that validates, or else the newest copy. document: the file that
    was being edited, None for an untitled session. time: seconds since the epoch.
    readable: whether `path` validates. step: of the training in it, where that is known. told:
    whether the user has been asked about it, and left it. known: the SHA-256 (hex) that the
    document's file had when it was last read or written, where that was noted.
    """

    path: Path
    document: str | None
    time: float
    readable: bool
    step: int | None = None
    told: bool = False
    known: str = ""


def default_folder() -> Path:
    """Where autosaves of this user are kept."""
    return Path(platformdirs.user_state_dir("ebmviz", appauthor=False)) / "autosave"


class Recovery:
    """The autosave of this process, and those that others left behind.

    check: raises UserError for bytes that are not a session; by default the archive and its
    checksums are checked. The window may pass the full `session.unpack`.
    """

    def __init__(
        self, folder: Path | None = None, check: Callable[[bytes], object] | None = None
    ) -> None:
        self.folder = folder or default_folder()
        self._check = check or (lambda data: archive.unpack(data, "the autosave"))
        self._lock: Lock | None = None
        self._stem = ""
        self._noted: tuple[str | None, str] = None, ""

    def write(self, session_bytes: bytes, document: str | None, known: str = "") -> None:
        """Keeps an autosave, and the one before it as a backup. document, known: as in `Orphan`.

        Raises UserError; what was kept before is then still there, if need be beside the new one.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._claim()
            if (document, known) != self._noted:
                note = {"document": document, "known": known}
                write_bytes(self._file(_DOCUMENT), strictjson.encode(note))
                self._noted = document, known
            new, main, backup = (self._file(suffix) for suffix in _NEWEST_FIRST)
            write_bytes(new, session_bytes, self._check)
            if self._valid(main):  # a damaged file must not push out a good backup
                replace(main, backup)
            replace(new, main)
        except OSError as error:
            raise UserError(f"{shown(self.folder)}: no autosave: {reason(error)}") from error

    def clear(self) -> None:
        """Removes this process's autosave: what it held is saved, or was given up."""
        if self._lock is not None:
            self._remove(self._stem)
            self._lock.release()
            self._lock = None
            with contextlib.suppress(OSError):
                self._file(_LOCK).unlink()
        self._noted = None, ""

    def orphans(self) -> list[Orphan]:
        """Autosaves whose process is gone, newest first. Never raises."""
        try:
            names = sorted(os.listdir(self.folder))
        except OSError:
            return []
        matches = [match for match in map(_NAME.fullmatch, names) if match]
        owners = {match[1]: int(match[2][:18]) for match in matches}
        left = [
            self._orphan(stem)
            for stem, pid in owners.items()
            if not (self._lock is not None and stem == self._stem)
            and not is_held(self.folder / (stem + _LOCK), pid)
        ]
        return sorted((o for o in left if o is not None), key=lambda o: -o.time)

    def discard(self, orphan: Orphan) -> None:
        """Removes an orphan with its backup. Does nothing if it is gone already."""
        match = _NAME.fullmatch(orphan.path.name)
        if match and orphan.path.parent == self.folder:
            self._remove(match[1])
            with contextlib.suppress(OSError):
                (self.folder / (match[1] + _LOCK)).unlink()

    def tell(self, orphan: Orphan) -> None:
        """The user has been asked about an orphan: the next start need not ask again."""
        match = _NAME.fullmatch(orphan.path.name)
        if match and orphan.path.parent == self.folder:
            note = {"document": orphan.document, "told": True, "known": orphan.known}
            with contextlib.suppress(UserError):
                write_bytes(self.folder / (match[1] + _DOCUMENT), strictjson.encode(note))

    def _claim(self) -> None:
        """Takes a name of its own. The lock comes first: no file is ever without one."""
        if self._lock is None:
            self._stem = f"autosave-{os.getpid()}-{secrets.token_hex(8)}"
            self._lock = Lock(self._file(_LOCK))

    def _file(self, suffix: str) -> Path:
        return self.folder / (self._stem + suffix)

    def _remove(self, stem: str) -> None:
        for suffix in (*_NEWEST_FIRST, _DOCUMENT):
            with contextlib.suppress(OSError):
                (self.folder / (stem + suffix)).unlink()

    def _valid(self, path: Path) -> bool:
        return self._read(path) is not None

    def _read(self, path: Path) -> tuple[object] | None:
        """What `check` makes of a copy; None where it does not validate."""
        try:
            return (self._check(read_bytes(path, archive.FILE_CAP)),)
        except UserError:
            return None

    def _orphan(self, stem: str) -> Orphan | None:
        # By validity alone: a date says when a file was written, not whether it is whole.
        copies = [self.folder / (stem + suffix) for suffix in _NEWEST_FIRST]
        copies = [path for path in copies if os.path.isfile(path)]
        if not copies:
            return None  # another window has just discarded it
        valid = ((path, found) for path in copies if (found := self._read(path)))
        path, good = next(valid, (copies[0], None))
        session = good[0] if good and isinstance(good[0], Session) else None
        step = session.checkpoint.progress.shown(session.scene.in_lab) if session else None
        try:
            time = path.stat().st_mtime
        except OSError:
            return None
        document, told, known = self._note(stem)
        return Orphan(path, document, time, good is not None, step, told, known)

    def _note(self, stem: str) -> tuple[str | None, bool, str]:
        """The document that an autosave is of, whether the user was asked about it, and what that
        document was.
        """
        path = self.folder / (stem + _DOCUMENT)
        with contextlib.suppress(UserError):
            found = strictjson.decode(read_bytes(path, 2**16), "document")
            if isinstance(found, dict):
                name, known = found.get("document"), found.get("known")
                document = name if isinstance(name, str) else None
                was = known if isinstance(known, str) and _SHA256.fullmatch(known) else ""
                return document, found.get("told") is True, was
        return None, False, ""
