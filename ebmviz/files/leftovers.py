"""What a killed process has left behind: temporary files of a save, and notes of an autosave."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterable
from pathlib import Path

from ebmviz.files.lock import is_abandoned

_TEMPORARY = re.compile(r"\.ebmviz-[0-9a-f]{16}(\.[^/]{0,15})?")
_NOTE = re.compile(r"(autosave-\d+-[0-9a-f]{16})\.(json|lock)")
_YOUNG_S = 2.0  # a file is made, and locked, within less


def sweep(folders: Iterable[Path]) -> None:
    """Remove what is surely abandoned, in these folders alone. Never raises."""
    for folder in dict.fromkeys(folders):
        with contextlib.suppress(OSError):
            names = set(os.listdir(folder))
            for name in sorted(names):
                if _TEMPORARY.fullmatch(name) and is_abandoned(folder / name):
                    _remove(folder / name)
                elif note := _NOTE.fullmatch(name):
                    _remove_note(folder, note[1], name, names)


def _remove_note(folder: Path, stem: str, name: str, names: set[str]) -> None:
    lock = f"{stem}.lock"
    alone = not any(other.startswith(stem) and other.endswith(".ebmviz") for other in names)
    if alone and (lock not in names or is_abandoned(folder / lock)):
        _remove(folder / name)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.is_file() and time.time() - path.stat().st_mtime > _YOUNG_S:
            path.unlink()
