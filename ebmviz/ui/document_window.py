"""A window of one document: its title, what is dropped on it, and how it closes."""

from __future__ import annotations

import time

from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow

from ebmviz.files.recovery import Orphan
from ebmviz.ui import drops
from ebmviz.ui.hands.pictures import Pictures
from ebmviz.ui.open_texts import OpenTexts
from ebmviz.ui.session import kept, left_behind
from ebmviz.ui.session.document import Document
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.views.banner import Banner


class DocumentWindow(QMainWindow):
    """Those that inherit make the parts."""

    client: EngineClient
    document: Document
    texts: OpenTexts
    banner: Banner
    pictures: Pictures

    def offer_recovery(self, orphans: list[Orphan]) -> None:
        """Say once that earlier runs left work behind."""
        new = [orphan for orphan in orphans if orphan.readable and not orphan.told]
        if new:
            said = left_behind.offer(new, time.time())
            self.banner.tell(said, "warn", "Show", lambda: kept.show(self, self.document))

    def _retitle(self) -> None:
        name = self.document.name.replace("[*]", "[*][*]")  # that is Qt's mark of a change
        self.setWindowTitle(f"{name}[*] — ebmviz")
        self.setWindowModified(self.document.dirty)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        drops.enter(event)

    def dropEvent(self, event: QDropEvent) -> None:
        drops.take(event, self.pictures, self.document)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.texts.take():
            event.ignore()
            return
        if self.document.saving:
            event.ignore()
            self.document.once_saved(self.close)
            return
        if not self.document.dirty:
            self._leave()
            event.accept()
            return
        event.ignore()
        self.document.keep_first(self._leave_now)

    def _leave_now(self) -> None:
        self.document.give_up()
        self.close()

    def _leave(self) -> None:
        self.document.close()
        self.client.stop()
