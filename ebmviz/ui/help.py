"""What the Help menu says."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ebmviz import __version__
from ebmviz.core import machine
from ebmviz.core.markup import Html
from ebmviz.ui import box

_KEYS = """
<h3>On the landscape</h3>
<p>Click or drag the cross: the probe y′. Drag the dashed line or its ends: the cut.<br>
Drag elsewhere: pan. Wheel: zoom. In 3-D, drag: turn.</p>
<h3>Keys</h3>
<p>Space: train or pause. N: single step. R: reset. E: newest step.<br>
M: let the chains of the sampler walk, or pause them. Shift+M: start them again.<br>
F: fit the colour range. H: fit view. F5: presenter mode.</p>
<p>Sliders: double click restores the default; Home and End reach the stops at 0 and ∞.</p>
"""


def keys(parent: QWidget) -> None:
    """Keys and gestures."""
    box.tell(parent, "Keys and gestures", Html(_KEYS))


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
    if box.tell(parent, "About ebmviz", Html(f"{text}<table>{rows}</table>"), more="Copy"):
        QGuiApplication.clipboard().setText(machine.text(more))
