"""What is exported, and how it looks: the choices of the dialog, and their value."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from ebmviz.core.outside import short
from ebmviz.core.plot import Plot, Sheet
from ebmviz.export.pages import PAGES
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.switch import Switch
from ebmviz.ui.controls.text import Text
from ebmviz.ui.publish.asked import Asked
from ebmviz.ui.publish.checks import Checks
from ebmviz.ui.publish.past_limit import PastLimit

FORMATS = {
    "pdf": "PDF, vector",
    "svg": "SVG, vector",
    "png": "PNG, pixels",
    "csv": "CSV, numbers",
    "npz": "NPZ, numbers",
}
NUMBERS = ("csv", "npz")
LOOKS = {"light": "Light", "dark": "Dark"}
_OF_PAGE = ""
_SIZES = (6, 7, 8, 9, 10, 11, 12, 14, 16, 20)
_NAMES = {
    "figure": "Figure",
    "others": "And also",
    "format": "Format",
    "look": "Look",
    "page": "Page",
    "letters": "Text size",
    "layers": "Layers",
    "transparent": "Transparent",
}


class ExportForm(QWidget):
    """edited: something else is asked for."""

    edited = Signal()

    def __init__(self, figures: Mapping[str, str], first: str) -> None:
        super().__init__()
        self._figures = dict(figures)
        self.figure, self.format, self.look = Combo(), Combo(), Combo()
        self.page, self.letters, self.transparent = Combo(), Combo(), Switch()
        self.others = Checks(lambda found, _: f"{len(found)} more" if found else "No other")
        self.layers = Checks(_of_layers)
        self.figure.set_choices(self._figures)
        self.figure.set_key(first)
        self.format.set_choices(FORMATS)
        self.look.set_choices(LOOKS)
        self.page.set_choices({name: page.title for name, page in PAGES.items()})
        self.letters.set_choices(
            {_OF_PAGE: "As suits the page"} | {f"{n}": f"{n} pt" for n in _SIZES}
        )
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        for name, words in _NAMES.items():
            box: QWidget = getattr(self, name)
            box.setObjectName(f"export.{name}")
            box.setAccessibleName(words)
            form.addRow(Text(words, tone="muted"), box)
        self.past = PastLimit(form)
        for combo in (self.figure, self.format, self.look, self.page, self.letters):
            combo.activated.connect(lambda _: self._edited())
        for checks in (self.others, self.layers):
            checks.edited.connect(self._edited)
        self.transparent.clicked.connect(lambda _: self._edited())
        self._offer_others()
        self.enable(True)

    @property
    def asked(self) -> Asked:
        """The value."""
        return Asked(
            self.figure.key(),
            tuple(name for name in self.others.checked if name != self.figure.key()),
            self.format.key(),
            "dark" if self.look.key() == "dark" else "light",
            self.page.key(),
            float(self.letters.key() or 0),
            self.transparent.isChecked(),
            tuple(name for name in self.layers.keys if name not in self.layers.checked),
        )

    def show_layers(self, value: Plot | Sheet) -> None:
        """Those of a figure as the window draws it can be left out; what is hidden there is."""
        plots = (value,) if isinstance(value, Plot) else (p for row in value.rows for p in row)
        named = {e.name: e.title for plot in plots for e in plot.entries if not e.hidden}
        if [*named] != self.layers.keys:
            self.layers.set_choices(named, named)

    def forget_layers(self) -> None:
        """Another figure has others."""
        self.layers.set_choices({}, ())

    def enable(self, on: bool) -> None:
        """Whether anything can be chosen; how numbers look can not."""
        looks = on and self.format.key() not in NUMBERS
        for box in (self.figure, self.format):
            box.setEnabled(on)
        self.others.setEnabled(on and bool(self.others.keys))
        self.layers.setEnabled(on and bool(self.layers.keys))
        for each in (self.look, self.page, self.letters, self.transparent):
            each.setEnabled(looks)

    def _edited(self) -> None:
        if self.figure.key() in self.others.keys:
            self.forget_layers()
            self._offer_others()
        self.enable(True)
        self.edited.emit()

    def _offer_others(self) -> None:
        rest = {name: title for name, title in self._figures.items() if name != self.figure.key()}
        self.others.set_choices(rest, self.others.checked)


def _of_layers(found: list[str], count: int) -> str:
    if not count:
        return "All"
    return "All" if len(found) == count else short(f"{len(found)} of {count}")
