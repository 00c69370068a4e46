"""Pictures that are dropped on the window, or pasted: points are drawn from their dark parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from ebmviz.core.errors import UserError
from ebmviz.core.hands import points
from ebmviz.core.hands.chance import chance
from ebmviz.core.hands.cloud import Cloud
from ebmviz.core.hands.density import drawn, placed
from ebmviz.core.numerals import counted
from ebmviz.core.snapshot import Array
from ebmviz.files.opening import holds_session
from ebmviz.ui.hands.hands import Hands
from ebmviz.ui.hands.picture import SUFFIXES, PictureDialog, dark, read


class Pictures:
    """Asks how many points, and draws them."""

    def __init__(self, hands: Hands, window: QWidget) -> None:
        self._hands, self._window = hands, window

    def take(self, path: Path) -> bool:
        """Whether a file is such a picture, which is asked about; not one that holds a session."""
        if path.suffix.lower() not in SUFFIXES:
            return False
        try:
            if holds_session(path):
                return False
            self.ask(read(path), path.name)
        except UserError as error:
            self._hands.edited.tell(str(error), "warn")
        return True

    def ask(self, image: QImage, name: str) -> None:
        """The dialog, and the points; that the scene has none is said."""
        edited = self._hands.edited
        if why := self._hands.unfit:
            edited.tell(f"No points can be drawn from a picture here: {why}.", "warn")
            return
        cloud = edited.there()
        if cloud is None:
            return
        scene = edited.store.scene
        of = f" of class {self._hands.names(cloud)[self._hands.label]}" if cloud.labelled else ""
        dialog = PictureDialog(image, name, scene.run.seed, of, self._window)
        if dialog.exec():
            self._draw(dark(image), int(dialog.count.value()), int(dialog.seed.value()), dialog)  # type: ignore[arg-type]
        dialog.deleteLater()

    def _draw(self, shade: Array, count: int, seed: int, asked: PictureDialog) -> None:
        edited, overlay = self._hands.edited, self._hands.overlay
        cloud = edited.cloud()
        if cloud is None:
            return
        seen = overlay.boundingRect()
        window = (seen.left(), seen.right(), seen.top(), seen.bottom())  # y grows upwards
        high, wide = shade.shape
        box = placed(window, overlay.pixel(), (high, wide))

        def made() -> Cloud:
            new = cloud.made(drawn(shade, box, count, chance(seed, 0)), self._hands.beside())
            if not asked.replaces.isChecked():
                return points.joined(cloud, cloud.of(new))
            others = cloud.rows[cloud.label != self._hands.label] if cloud.labelled else new[:0]
            return cloud.of(np.concatenate([others, new]))

        if edited.put(made, f"drew {counted(count)} from a picture"):
            edited.tell(f"Drew {counted(count)} from the picture.", "good")
