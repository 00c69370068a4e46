"""A picture whose dark parts become points: read, asked about, drawn from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from ebmviz.core import markup
from ebmviz.core.errors import UserError
from ebmviz.core.outside import short
from ebmviz.core.params import Affects, integer
from ebmviz.core.rows import POINTS_CAP
from ebmviz.core.snapshot import Array
from ebmviz.files.atomic import read_bytes, shown
from ebmviz.ui.controls.switch import Switch
from ebmviz.ui.controls.text import Plain, Text
from ebmviz.ui.controls.valuebox import ValueBox
from ebmviz.ui.look import theme

SUFFIXES = (".png", ".jpg", ".jpeg")
_BEGIN = {b"\x89PNG\r\n\x1a\n": b"png", b"\xff\xd8\xff": b"jpeg"}
_LARGEST = 256 << 20  # bytes of a file
_DOTS = 1024  # along the longer side: finer, and points would look the same
_MOST = 30_000  # dots along a side of a file
_SEEN = 220, 160
_COUNT = integer("Points", symbol="N", affects=Affects.TRAIN, low=1, high=POINTS_CAP)
_SEED = integer("Seed", affects=Affects.TRAIN, low=0, high=2**31 - 1)


def read(path: Path) -> QImage:
    """A picture, made smaller where it has more dots than are needed. Raises UserError.

    By what it begins with: Qt would go by its own guess, and follow the links of a drawing.
    """
    data = read_bytes(path, _LARGEST)
    kind = next((kind for begin, kind in _BEGIN.items() if data.startswith(begin)), b"")
    if not kind:
        raise UserError(f"{shown(path)}: not a picture that can be read: neither PNG nor JPEG")
    buffer = QBuffer()
    buffer.setData(data)
    reader = QImageReader(buffer, kind)
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if max(size.width(), size.height()) > _MOST:
        dots = f"{size.width()} × {size.height()} pixels"
        raise UserError(f"{shown(path)}: {dots}, at most {_MOST} along a side are read")
    if max(size.width(), size.height()) > _DOTS:
        reader.setScaledSize(size.scaled(_DOTS, _DOTS, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise UserError(f"{shown(path)}: not a picture that can be read: {reader.errorString()}")
    return image


def dark(image: QImage) -> Array:
    """How dark it is, (H, W) in [0, 1]: white and what is transparent are 0."""
    if max(image.width(), image.height()) > _DOTS:
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(QSize(_DOTS, _DOTS), Qt.AspectRatioMode.KeepAspectRatio, smooth)
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    high, wide = image.height(), image.width()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(high, image.bytesPerLine())
    dots = rows[:, : 4 * wide].reshape(high, wide, 4).astype(float) / 255
    grey = dots[..., :3] @ [0.299, 0.587, 0.114]  # Rec. 601, as Qt and Pillow have it
    return np.asarray(dots[..., 3] * (1 - grey))


def _on_paper(image: QImage) -> QPixmap:
    """On white, which is what counts as clear."""
    paper = QPixmap(image.size())
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    return paper


class PictureDialog(QDialog):
    """How many points, by which seed, and whether those that are there stay."""

    def __init__(self, image: QImage, name: str, seed: int, of: str, parent: QWidget) -> None:
        """of: whose points they may replace, “ of class 1” or nothing."""
        super().__init__(parent)
        self.setObjectName("picture")
        self.setWindowTitle("Points from a picture")
        self.count, self.seed = ValueBox(_COUNT, 1000), ValueBox(_SEED, seed)
        self.replaces = Switch()
        self.replaces.setChecked(True)
        for box, named in (
            *((self.count, "points"), (self.seed, "seed")),
            (self.replaces, "replaces"),
        ):
            box.setObjectName(f"picture.{named}")
        view = Plain()
        ratio = self.devicePixelRatioF()
        size = QSize(*(round(ratio * theme.px(n)) for n in _SEEN))
        keep, smooth = (
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        small = _on_paper(image.scaled(size, keep, smooth))
        small.setDevicePixelRatio(ratio)
        view.setPixmap(small)
        view.setAlignment(Qt.AlignmentFlag.AlignCenter)
        said = Plain()
        said.setText(f"{short(name)}: points are drawn where it is dark, in the window of the map.")
        said.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(theme.px(16))
        form.setVerticalSpacing(theme.px(8))
        form.addRow(Text("Points N", tone="muted"), self.count)
        form.addRow(Text("Seed", tone="muted"), self.seed)
        form.addRow(Text(f"Replace the points{markup.quoted(of)}", tone="muted"), self.replaces)
        buttons = QDialogButtonBox()
        roles = QDialogButtonBox.ButtonRole
        self.draw = buttons.addButton("Draw points", roles.AcceptRole)
        self.draw.setProperty("primary", True)
        self.draw.setDefault(True)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(theme.px(12))
        for part in (said, view):
            column.addWidget(part)
        column.addLayout(form)
        column.addWidget(buttons)
        self.setMinimumWidth(theme.px(360))

    def accept(self) -> None:
        """Not before what is typed is understood."""
        if self.count.commit() and self.seed.commit():
            super().accept()
