"""The legend below a plot, where it never covers the data: the list of its layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from ebmviz.core import markup
from ebmviz.core.plot import Layer, Plot
from ebmviz.core.symbols.drawn import shown
from ebmviz.core.symbols.written import NONE, Names
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.ellipsis import shortened
from ebmviz.ui.look import theme
from ebmviz.ui.plots.legend_item import PAD, Item, Mark, mark_of, marked, written
from ebmviz.ui.pointing.pointing import Pointed

_LINE, _GAP, _MORE = 18, 4, 22
_STRUCK = "<span style='text-decoration:line-through'>{}</span>"
_PAUSE_MS = 120
"""A mouse that only passes by lights nothing up."""


class _Said(NamedTuple):
    """One entry: the name that it is hidden under, its mark and text, whether it is hidden,
    and what it shows.
    """

    name: str
    mark: Mark
    text: str
    hidden: bool = False
    symbols: Names = NONE

    @property
    def html(self) -> markup.Html:
        return written(*self.mark, self.text)

    @property
    def plain(self) -> str:
        plain = markup.to_plain(self.text)
        return f"{plain}, hidden" if self.hidden else plain


class Legend(QWidget):
    """Marks and names in as many lines as they need, up to a few; the rest is in a menu.

    It takes another line at once, and gives it back only with another width or other
    entries: the plot above must not jump while a value in a name changes. It is no layout of
    labels, which would lay out the whole window anew at every such change.

    toggled(name): hide or show. pointed(name): the mouse or the focus rests on an entry, "" for
    none, told(Pointed) the symbol that it shows. asked(name, entry): for its settings.
    """

    toggled = Signal(str)
    pointed = Signal(str)
    told = Signal(object)
    asked = Signal(str, QWidget)

    def __init__(self, lines: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot: Plot | None = None
        self._most, self._lines = lines, 1
        self._said: tuple[_Said, ...] = ()
        self._items: list[Item] = []
        self._room = (self.width(), theme.scale())
        self._cut = False  # the line is shorter than an entry
        self._on = ""
        self._lit: Names = NONE
        self._rests = QTimer(self)
        self._rests.setSingleShot(True)
        self._rests.setInterval(_PAUSE_MS)
        self._rests.timeout.connect(lambda: self.pointed.emit(self._on))
        self._more = QToolButton(self)
        self._more.setText("…")
        self._more.setProperty("small", True)
        self._more.setAccessibleName("All entries of the legend")
        self._more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self._more)
        self._menu.aboutToShow.connect(self._fill)
        self._more.setMenu(self._menu)
        self._more.hide()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._fit()

    def show_plot(self, plot: Plot) -> None:
        """The entries of a plot, and its other labelled layers."""
        self._plot = plot
        said = tuple(dict.fromkeys(_entries(plot))) if plot.legend else ()
        if said != self._said:
            again = len(said) != len(self._said)
            self._said = said
            self._fit(again)

    def light(self, at: Pointed) -> None:
        """Entries that show a symbol."""
        if at.names != self._lit:
            self._lit = at.names
            self._light()

    def _light(self) -> None:
        for item, said in zip(self._items, self._said, strict=True):
            item.light(bool(said.symbols & self._lit))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to name."""
        return not self._said

    @property
    def names(self) -> str:
        """All of it, as HTML."""
        return "&nbsp; ".join(_STRUCK.format(s.html) if s.hidden else s.html for s in self._said)

    def item(self, name: str) -> Item:
        """The first entry of a name. Raises StopIteration where there is none."""
        return next(item for item in self._items if item.name == name)

    def allow(self, lines: int) -> None:
        """How many lines there may be."""
        if lines != self._most:
            self._most = lines
            self._fit(again=True)

    def fit_to(self, width: int) -> None:
        """Take the lines that this width asks for, shown or not."""
        if (width, theme.scale()) != self._room:
            self._room = (width, theme.scale())
            self._fit(again=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_to(event.size().width())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_more"):
            if self._plot:
                self._said = tuple(dict.fromkeys(_entries(self._plot))) if self._plot.legend else ()
            self._fit(again=True)

    def _fit(self, again: bool = False) -> None:
        self._write()
        places = self._flow()
        kept = len(places)
        if kept and places[-1][1] >= self._most:
            ends = [x + each.wide() for (x, _), each in zip(places, self._items, strict=True)]
            room = self._room[0] - theme.px(_MORE)
            fits = (
                k + 1 for k, (_, line) in enumerate(places) if line < self._most and ends[k] <= room
            )
            kept = max(fits, default=1)
        lines = max((line for _, line in places[:kept]), default=0) + 1
        self._lines = lines if again else max(lines, self._lines)
        high = theme.px(_LINE)
        for item, (x, line) in zip(self._items, places, strict=True):
            item.setGeometry(x, line * high, item.wide(), high)
        for k, item in enumerate(self._items):
            item.setVisible(k < kept)
        self._more.setVisible(kept < len(self._items))
        if kept < len(self._items) and kept:
            last = self._items[kept - 1].geometry()
            self._more.setGeometry(last.right() + 1, last.top(), theme.px(_MORE), high)
        tips.give(self, markup.Html(self.names if self._cut or kept < len(self._items) else ""))
        self.setAccessibleName("  ".join(each.plain for each in self._said))
        self.setFixedHeight(high * self._lines + theme.px(2))

    def _write(self) -> None:
        """Each entry in an item of its own, which keeps it and its focus."""
        while len(self._items) < len(self._said):
            self._items.append(self._made())
        focused = next((item.name for item in self._items if item.hasFocus()), "")
        for item in self._items[len(self._said) :]:
            item.hide()
            item.deleteLater()
        del self._items[len(self._said) :]
        font, self._cut = theme.font("body"), False
        for item, said in zip(self._items, self._said, strict=True):
            if item.font() != font:
                item.setFont(font)  # which would ask for a new layout
            self._show(item, said)
        self._light()
        self._let_in(focused)

    def _show(self, item: Item, said: _Said) -> None:
        """Whole, or as many of its words as a line has room for."""

        def fits(text: str) -> bool:
            item.show_entry(said.name, written(*said.mark, text), said.plain, said.hidden)
            return item.wide() - 2 * theme.px(PAD) <= self._room[0]

        cut = shortened(said.text, fits)
        fits(cut)
        self._cut |= cut != said.text

    def _let_in(self, name: str = "") -> None:
        """One of them is met by Tab: the one that had the focus, else the first."""
        named = [item for item in self._items if item.name]
        there = [item for item in named if item.name == name]
        first = next((i for i in there if i.hasFocus()), next(iter((*there, *named)), None))
        for item in self._items:
            policy = Qt.FocusPolicy.TabFocus if item is first else Qt.FocusPolicy.NoFocus
            item.setFocusPolicy(policy)
        if name and first is not None and not first.hasFocus():
            first.setFocus()

    def _made(self) -> Item:
        item = Item(self)
        item.clicked.connect(lambda: self._toggle(item))
        item.over.connect(lambda on: self._point(item.name if on else ""))
        item.stepped.connect(lambda way: self._step(item, way))
        item.asked.connect(lambda: self.asked.emit(item.name, item))
        return item

    def _toggle(self, item: Item) -> None:
        item.setChecked(not item.isChecked())  # the view says what is hidden
        self.toggled.emit(item.name)

    def _step(self, item: Item, way: int) -> None:
        there = [each for each in self._items if each.name and not each.isHidden()]
        there[(there.index(item) + way) % len(there)].setFocus(Qt.FocusReason.TabFocusReason)

    def _point(self, name: str) -> None:
        if name != self._on:
            self._on = name
            self._rests.start()
            self._tell()

    def _tell(self) -> None:
        own = (said.symbols for said in self._said if self._on and said.name == self._on)
        self.told.emit(Pointed(next(own, NONE)))

    def _flow(self) -> list[tuple[int, int]]:
        """x and line of every item."""
        start = 1 - theme.px(PAD)
        x, line, places = start, 0, []
        for item in self._items:
            if x > start and x + item.wide() - theme.px(PAD) > self._room[0]:
                x, line = start, line + 1
            places.append((x, line))
            x += item.wide() + theme.px(_GAP)
        return places

    def _fill(self) -> None:
        self._menu.clear()
        for said in self._said:
            action = self._menu.addAction(said.plain.replace("&", "&&"))
            action.setCheckable(bool(said.name))
            action.setChecked(not said.hidden)
            action.setEnabled(bool(said.name))
            action.triggered.connect(lambda _=False, name=said.name: self.toggled.emit(name))


def _entries(plot: Plot) -> Iterator[_Said]:
    """What can be hidden, then what is only labelled."""
    for entry in plot.entries:
        layers = [each for each in plot.layers if getattr(each, "layer", "") == entry.name]
        labels = [layer for layer in layers if getattr(layer, "label", "")]
        if entry.hidden:
            yield _Said(entry.name, Mark(), entry.title, True)
        elif labels:
            for layer in labels:
                yield _Said(entry.name, marked(layer), _label(layer), symbols=shown(layer))
        elif layers:
            yield _Said(entry.name, marked(layers[0]), entry.title, symbols=shown(layers[0]))
    for layer in plot.layers:
        if not getattr(layer, "layer", "") and (label := _label(layer)):
            yield _Said("", marked(layer), label, symbols=shown(layer))


def _label(layer: Layer) -> str:
    """Empty for one that has no mark."""
    return getattr(layer, "label", "") if mark_of(layer) else ""
