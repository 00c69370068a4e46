"""Files that are dropped on the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent

from ebmviz.ui.hands.pictures import Pictures
from ebmviz.ui.session.document import Document


def enter(event: QDragEnterEvent) -> None:
    """Files may come in."""
    if event.mimeData().hasUrls():
        event.acceptProposedAction()


def take(event: QDropEvent, pictures: Pictures, document: Document) -> None:
    """The first becomes points, if it is a picture without a session, or is opened."""
    local = [u.toLocalFile() for u in event.mimeData().urls() if u.isLocalFile()]
    if local and not pictures.take(Path(local[0])):
        document.open(Path(local[0]))
