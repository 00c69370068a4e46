"""Points to and from the clipboard, as text that a spreadsheet takes and gives."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtGui import QAction, QGuiApplication, QImage, QKeySequence

from ebmviz.core.errors import UserError
from ebmviz.core.hands import points
from ebmviz.core.numerals import counted
from ebmviz.files.tables.exchange import rows_in, written
from ebmviz.files.tables.table import table_of_text
from ebmviz.ui.hands.hands import Hands
from ebmviz.ui.hands.tools import SELECT

_WHERE = "the clipboard"


class Clipboard:
    """Cuts, copies and pastes for a hand. As long as points are selected, the key that copies the
    picture copies them.
    """

    def __init__(self, hands: Hands, points: QAction, picture: QAction) -> None:
        """points, picture: the actions that copy these."""
        self._hands, self._edited = hands, hands.edited
        self._points, self._picture = points, picture
        self._keys = picture.shortcuts()
        self.pasted_picture: Callable[[QImage], None] = lambda _: None
        hands.edited.changed.connect(self._give_keys)

    def copy(self) -> None:
        """What is selected."""
        cloud = self._edited.cloud()
        if cloud is None or not self._edited.mask.any():
            return
        some = points.only(cloud, self._edited.mask)
        scene, names = self._edited.store.scene, self._hands.names(cloud)
        QGuiApplication.clipboard().setText(written(some, scene, names, "\t"))
        self._edited.tell(f"Copied {counted(len(some.rows))}.", "good")

    def cut(self) -> None:
        """Copy, and take out."""
        self.copy()
        self._edited.remove()

    def paste(self) -> None:
        """The points of a text, which are selected then; of a picture, those of its dark parts."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime.hasImage() and not mime.hasText():
            self.pasted_picture(QGuiApplication.clipboard().image())
            return
        edited, store = self._edited, self._edited.store
        cloud = edited.there()
        if cloud is None:
            return
        said = QGuiApplication.clipboard().text()
        try:
            if not said.strip():
                raise UserError(f"{_WHERE} holds no text of points")
            table = table_of_text(said, _WHERE)
            about = (cloud, store.scene, store.catalogue, self._hands.names(cloud))
            rows = rows_in(table, *about, self._hands.beside())
        except UserError as error:
            edited.tell(f"{str(error)[:1].upper()}{str(error)[1:]}.", "warn")
            return
        did = f"pasted {counted(len(rows))}"
        mask = np.arange(len(cloud.rows) + len(rows)) >= len(cloud.rows)
        if edited.put(lambda: points.joined(cloud, cloud.of(rows)), did, mask=mask):
            self._hands.take(SELECT.action)
            edited.tell(f"Pasted {counted(len(rows))}: drag them where they should be.", "good")

    def _give_keys(self) -> None:
        some = bool(self._edited.mask.any())
        taken = QKeySequence.keyBindings(QKeySequence.StandardKey.Copy) if some else []
        if taken != self._points.shortcuts():
            self._picture.setShortcuts([each for each in self._keys if each not in taken])
            self._points.setShortcuts(taken)
