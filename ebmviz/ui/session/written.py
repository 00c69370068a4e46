"""Folders that files were lately written to: a window killed over one leaves its half there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

_KEY, _MOST = "written", 8


def note(folder: Path) -> None:
    """A file is about to be written there."""
    settings = QSettings()
    place = str(folder.absolute())
    settings.setValue(_KEY, [place, *(p for p in _places(settings) if p != place)][:_MOST])
    settings.sync()  # before anything can happen


def folders() -> list[Path]:
    """For the next start to look through, the newest first."""
    return [Path(place) for place in _places(QSettings())]


def _places(settings: QSettings) -> list[str]:
    kept = settings.value(_KEY, [], list)
    return [str(place) for place in kept]  # type: ignore[attr-defined]
