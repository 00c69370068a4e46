"""Keys and gestures: all actions with their keys, and what the hand can do elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from ebmviz.ui.look import theme
from ebmviz.ui.menus import actions

GESTURES = {
    "On the landscape": {
        "click, or drag the cross": "the probe y′",
        "drag the dashed line or its ends": "the cut",
        "drag a square": "a weight: the end of a half axis, a centre",
        "drag elsewhere": "pan; in 3-D, turn",
        "wheel, + and −": "zoom",
        "arrow keys": "pan; in 3-D, turn",
        "Shift and arrow keys": "the probe y′; in 3-D, move",
        "drag with Shift or the right button": "in 3-D, move",
        "Page up and Page down": "in 3-D, stretch the heights",
        "double click": "in 3-D, the camera as it was at first",
        "drop or paste a PNG or JPG": "points drawn from its dark parts",
        "paste a table of a spreadsheet": "its points",
    },
    "With a tool of the map": {
        "drag": "paint, spray, erase, thin out points or add noise; draw the cut; move the probe",
        "drag a point": "move it, and all that are selected with it",
        "drag elsewhere, with Select": "select what is inside; with Shift, add it",
        "arrow keys": "move what the tool moves, the selected points too; with Shift, by a pixel",
        "Ctrl and wheel, [ and ]": "the radius of the brush",
        "1 … 8": "the class to paint in, and of the selected points",
        "Ctrl+C": "copy the selected points as text, in place of the picture",
        "Del": "delete the selected points, or the drawn starts of descents",
        "middle button": "pan",
        "Esc": "leave the tool",
    },
    "On the timeline": {
        "drag": "an earlier step; training goes on from there, as a branch",
        "click a mark": "the step where it happened",
        "click a thin line": "that branch",
        "right click, or the menu key": "bookmarks, names of branches, deleting one",
    },
    "On a landscape of the lab": {
        "click, or Enter": "go on with its scene and its model",
        "double click, or Z": "show it alone, or all of them again",
        "Del": "leave its value out",
        "right click": "a menu of these",
        "Esc": "all of them again",
    },
    "On a legend": {
        "click a name": "hide or show its layer",
        "hover over a name": "fade all others",
        "right click, or the menu key": "the settings of a layer of the map",
        "Tab, then arrow keys": "from name to name; Space or Enter hides or shows",
    },
    "On cards and the borders between columns": {
        "double click a title": "put a card in the map’s place, and back; Esc does, too",
        "click the title of a section": "fold it",
        "drag a border, or Tab and arrow keys": "resize the panel or the cards; Enter undoes it",
    },
    "On the list of stops": {
        "click, or Enter": "go there; any key or click on the way stops it where it is",
        "double click, or F2": "its name",
        "drag": "another place in the lesson",
    },
    "On a slider": {
        "arrow keys, Page up and Page down": "small and large steps",
        "Home and End": "its ends, or the stops at 0 and ∞",
        "double click": "the default",
        "wheel": "small steps, after a click on it; elsewhere the wheel scrolls",
    },
    "In a box": {
        "Enter": "apply what is typed; any action of the window applies it, too",
        "Esc": "discard it",
        "arrow keys up and down": "a small step of the number under the cursor",
        "0.5 or 0,5": "one number; a list is split by blanks or semicolons",
    },
    "On a list or a button that has the focus": {
        "Enter": "open the list, press the button",
        "arrow keys up and down": "the next choice",
    },
}
_SIZE = 620, 640
_NAMED = "Left|Right|Up|Down|PgUp|PgDown|Space|Return|Enter|Ins|Del|Backspace"
_ON_KEYBOARDS = re.compile(rf"(.+\+)?(.|F\d+|{_NAMED})")


class KeyList(QDialog):
    """Everything in one page that scrolls."""

    def __init__(self, parent: QWidget, acts: Mapping[str, QAction]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("key-list")
        self.setWindowTitle("Keys and gestures")
        self.page = QTextBrowser()
        self.page.setHtml(html(acts))
        column = QVBoxLayout(self)
        column.addWidget(self.page)
        room = QGuiApplication.primaryScreen().availableSize()
        wide, high = (theme.px(n) for n in _SIZE)
        self.resize(min(wide, room.width()), min(high, room.height()))


def html(acts: Mapping[str, QAction]) -> str:
    """The page: one table for each menu, then the gestures."""
    menus: dict[str, dict[str, str]] = {}
    for spec in actions.SPECS:
        if keys := " or ".join(spoken(acts[spec.name])):
            menus.setdefault(spec.menu, {})[keys] = spec.text.rstrip("…")
    return "".join(_table(title, rows) for title, rows in {**menus, **GESTURES}.items())


def spoken(action: QAction) -> list[str]:
    """The keys of an action that a keyboard has, as they are written on it."""
    native = QKeySequence.SequenceFormat.NativeText
    there = [keys for keys in action.shortcuts() if _ON_KEYBOARDS.fullmatch(keys.toString())]
    return [keys.toString(native) for keys in there]


def _table(title: str, rows: Mapping[str, str]) -> str:
    cells = "".join(
        f"<tr><td width='45%'>{escape(keys)}</td><td>{escape(does)}</td></tr>"
        for keys, does in rows.items()
    )
    return f"<h3>{escape(title)}</h3><table width='100%'>{cells}</table>"
