"""The small picture of a session that is kept in its file."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtWidgets import QWidget

_SIDE = 480  # pixels of the longer side


def png(view: QWidget) -> bytes:
    """A view as it is seen: what is hidden may have any shape."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    ratio = Qt.AspectRatioMode.KeepAspectRatio
    smooth = Qt.TransformationMode.SmoothTransformation
    view.grab().scaled(_SIDE, _SIDE, ratio, smooth).save(buffer, "PNG")
    return bytes(buffer.data().data())
