"""Questions about files: which to open, where to save, and what of unsaved changes.

A suffix is added before it is asked about a file that is there already.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from ebmviz.files.lessons import SUFFIX as LESSON
from ebmviz.files.session import SUFFIX
from ebmviz.ui.controls import wheel
from ebmviz.ui.controls.message_box import Box
from ebmviz.ui.session import written

_OPENED = (
    f"Everything ebmviz opens (*{SUFFIX} *.csv *.tsv *.txt *.dat *.npy *.npz *.png *.svg *.pdf"
    f" *{LESSON});;Sessions (*{SUFFIX});;Lessons (*{LESSON})"
    ";;Points (*.csv *.tsv *.txt *.dat *.npy *.npz)"
    ";;Figures made by ebmviz (*.png *.svg *.pdf)"
)
_BUTTONS = QMessageBox.StandardButton


def where_to_save(
    parent: QWidget, title: str, start: str, suffix: str | tuple[str, ...], kinds: str
) -> Path | None:
    """A file with this suffix, or one of these, that may be written: new, or to be replaced. Of
    several that of the kind chosen is added where none is named. None on Cancel.
    """
    suffixes = (suffix,) if isinstance(suffix, str) else suffix
    _guard_soon()
    path, kind = QFileDialog.getSaveFileName(
        parent, title, start, kinds, options=QFileDialog.Option.DontConfirmOverwrite
    )
    if not path:
        return None
    named = Path(path).suffix.lower() in suffixes
    added = next((each for each in suffixes if f"*{each}" in kind), suffixes[0])
    target = Path(path) if named else Path(f"{path}{added}")
    if target.exists() and not _may_replace(parent, target):
        return None
    written.note(target.parent)
    return target


def which_folder(parent: QWidget, title: str, names: Sequence[str]) -> Path | None:
    """A folder for files of these names, which may be written there. None on Cancel."""
    _guard_soon()
    found = QFileDialog.getExistingDirectory(parent, title)
    if not found:
        return None
    there = (Path(found) / name for name in names)
    if not all(_may_replace(parent, path) for path in there if path.exists()):
        return None
    written.note(Path(found))
    return Path(found)


def which_to_open(parent: QWidget) -> Path | None:
    """A file that is there. None on Cancel."""
    _guard_soon()
    path, _ = QFileDialog.getOpenFileName(parent, "Open", "", _OPENED)
    return Path(path) if path else None


def what_of_changes(parent: QWidget, name: str) -> Literal["save", "discard", "cancel"]:
    """What becomes of the unsaved changes to a document."""
    box = Box(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setText(f"Save the changes to “{name}”?")
    box.setInformativeText("The training and the settings since the last save would be lost.")
    box.setStandardButtons(_BUTTONS.Save | _BUTTONS.Discard | _BUTTONS.Cancel)
    box.setDefaultButton(_BUTTONS.Save)
    answer = box.exec()
    box.deleteLater()
    if answer == _BUTTONS.Save:
        return "save"
    return "discard" if answer == _BUTTONS.Discard else "cancel"


def may_overwrite(parent: QWidget, path: Path) -> bool:
    """Whether to write over a file that somebody else has changed."""
    text = f"“{path.name}” has been changed by another program since it was read or saved here."
    return _asked(parent, text, "Replacing it loses those changes; “Save as” keeps both.")


def _may_replace(parent: QWidget, path: Path) -> bool:
    return _asked(parent, f"“{path.name}” already exists.", "Replacing it loses what is in it.")


def _asked(parent: QWidget, text: str, more: str) -> bool:
    box = Box(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setText(text)
    box.setInformativeText(more)
    box.setStandardButtons(_BUTTONS.Save | _BUTTONS.Cancel)
    box.button(_BUTTONS.Save).setText("&Replace")
    box.setDefaultButton(_BUTTONS.Cancel)
    answer = box.exec()
    box.deleteLater()
    return answer == _BUTTONS.Save


def _guard_soon() -> None:
    """Qt's own dialog has lists too: the wheel leaves them alone, once it is there."""
    QTimer.singleShot(0, _guard_dialog)


def _guard_dialog() -> None:
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QFileDialog):
        for control in wheel.turned(dialog):
            wheel.guard(control)
