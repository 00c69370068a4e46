"""The files of late, as the File menu lists them."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QSettings

_MOST = 8
_KEY = "recent"


def paths() -> list[str]:
    """Those that still exist, newest first."""
    kept = QSettings().value(_KEY, [], list)
    return [str(p) for p in kept if os.path.exists(str(p))]  # type: ignore[attr-defined]


def note(path: Path) -> None:
    """This one was opened or saved."""
    place = str(path.resolve())
    QSettings().setValue(_KEY, [place, *(p for p in paths() if p != place)][:_MOST])
