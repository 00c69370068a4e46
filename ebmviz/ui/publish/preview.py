"""A small picture of what is going to be exported, drawn by the same process that draws it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QSizePolicy

from ebmviz.ui.controls.text import Plain
from ebmviz.ui.look import theme

_WIDE, _HIGH = 340, 300
_PAUSE_MS = 150  # several changes at once are drawn once


class Preview(Plain):
    """wanted: a picture is due, `room` pixels wide."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("export.preview")
        self.setAccessibleName("Preview")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setProperty("tone", "muted")
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(QSize(theme.px(_WIDE), theme.px(_HIGH)))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.wanted)

    @property
    def room(self) -> float:
        """Its width in device pixels."""
        return self.width() * self.devicePixelRatioF()

    def ask(self) -> None:
        """What is shown is of yesterday; where nothing is shown yet, words say what is coming."""
        if self.pixmap().isNull() and not self.text():
            self.setText("Drawing a preview …")
        self._timer.start()

    def stop(self) -> None:
        """None is due any more."""
        self._timer.stop()

    def tell(self, sentence: str) -> None:
        """Words in place of a picture."""
        self.setPixmap(QPixmap())
        self.setText(sentence)

    def show_picture(self, data: bytes) -> None:
        """A PNG, as large as it has room."""
        picture = QPixmap()
        if not picture.loadFromData(data):
            return
        ratio = self.devicePixelRatioF()
        room = self.size() * ratio
        smooth = Qt.TransformationMode.SmoothTransformation
        picture = picture.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        picture.setDevicePixelRatio(ratio)
        self.setPixmap(picture)
