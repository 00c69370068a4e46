"""A page of Help beside the window: text to read, to select and to follow the links of."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from ebmviz.core import pages
from ebmviz.ui.look import theme

_SIZE = 860, 720
_INDENT = 20


class Page(QDialog):
    """A page of resources/, such as "mathematics"; colours and sizes are those of the window."""

    def __init__(self, parent: QWidget | None, name: str, title: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.page = QTextBrowser()
        self.page.setObjectName(f"{name}.page")
        self.page.setOpenLinks(False)  # they lead to a heading of the page, never elsewhere
        self.page.anchorClicked.connect(self.follow)
        self._html = pages.to_html(pages.read(f"{name}.md"))
        self._dress()
        column = QVBoxLayout(self)
        column.addWidget(self.page)
        room = QGuiApplication.primaryScreen().availableSize() * 0.9  # it has a frame
        wide, high = (theme.px(n) for n in _SIZE)
        self.resize(min(wide, room.width()), min(high, room.height()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        bar = self.page.verticalScrollBar()
        read = bar.value()
        self.page.document().setIndentWidth(theme.px(_INDENT))
        self.page.setHtml(self._html)  # a link takes its colour when it is set
        bar.setValue(read)

    def follow(self, link: QUrl) -> None:
        """Scroll to the heading that a link names."""
        self.page.scrollToAnchor(link.fragment())


def show(parent: QWidget, name: str, title: str) -> None:
    """Open it beside the window, which stays usable."""
    page = Page(parent, name, title)
    page.finished.connect(page.deleteLater)
    page.show()
