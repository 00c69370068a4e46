"""What the Help menu says."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget

from ebmviz import __version__
from ebmviz.core.markup import Html
from ebmviz.core.process import machine
from ebmviz.ui.controls import message_box
from ebmviz.ui.menus.key_list import KeyList


def keys(parent: QWidget, acts: Mapping[str, QAction]) -> None:
    """Keys and gestures."""
    KeyList(parent, acts).open()


def about(parent: QWidget, engine: Mapping[str, str]) -> None:
    """Name and version, and all that a report of a fault must say, to be copied.

    engine: what only the engine knows, such as its device.
    """
    more = {"settings": QSettings().fileName(), **engine}
    text = f"<b>ebmviz {__version__}</b><p>A desktop explorer of energy landscapes.</p>"
    rows = "".join(
        f"<tr><td>{escape(name)}&nbsp;&nbsp;</td><td>{escape(value)}</td></tr>"
        for name, value in {**machine.facts(), **more}.items()
    )
    if message_box.tell(parent, "About ebmviz", Html(f"{text}<table>{rows}</table>"), more="Copy"):
        QGuiApplication.clipboard().setText(machine.text(more))
