"""The bottom bar: the dials of what is live, the timeline, the formula."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.frame import spanned
from ebmviz.core.params import Param
from ebmviz.core.scene import Scene, visible
from ebmviz.figures.registry import below
from ebmviz.figures.words import thermal
from ebmviz.figures.words.text import grouped
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.card import PAD, Card
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.controls.text import Text
from ebmviz.ui.look import theme
from ebmviz.ui.panel.dial import Dial
from ebmviz.ui.pointing.pointing import Pointed
from ebmviz.ui.views.timeline import Timeline

_WORDS = 1100  # in a narrower bar there are only symbols
_ENDS = 1500  # the same for the words at the ends of a slider, beside another β
_TRAINING, _DIAL = 860, 200  # room to aim at two β, and for each dial more
_SHARES = {"view.beta": 9, "objective.beta": 7}
_GROOVE, _BESIDE = 140, 730  # a slider of seven decades that one can aim with; all beside two
_EACH = 320  # a dial in front of a class, with its words
_SPEED = "view.speed"
_STEPS, _LINK = 720, 600  # in a narrower one no steps, and no link of the two β


class BottomBar(Card):
    """Tells edited(changes, live), and sought(step) for the timeline, −1 for the present.

    View β, training β, the condition x and the margin m are there where they do something, training
    β only where its slider has the room that it lacks in the panel. In front of a class those are
    there that were chosen, the speed among them, in as many rows as they need.
    """

    edited = Signal(dict, bool)
    sought = Signal(int)
    message = Signal(str)
    pointed = Signal(object)

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        # It never asks for more width than there is: it leaves things out.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        view = {p.name: p for p in catalogue.component("view", "view").params}
        ends = (thermal.HOT, thermal.COLD)
        self.beta = Dial("view.beta", view["beta"], ("View β", "β"), "view.beta", ends)
        self.dials = {"view.beta": self.beta}
        self._offer("beta", ("Training β", "Train β"), catalogue)
        self.dials["view.x"] = Dial("view.x", view["x"], ("Condition x", "x"), "view.x")
        self._offer("margin", ("Margin m", "m"), catalogue)
        self.dials[_SPEED] = Dial(_SPEED, view["speed"], ("Speed", "Speed"), "bottom.speed")
        self._live: frozenset[str] = frozenset()  # paths of dials that do something
        self._chosen: frozenset[str] | None = None
        self._rows: tuple[tuple[str, ...], ...] = ()  # of dials above the last row
        self.link = QPushButton()
        self.link.setObjectName("view.link")
        self.link.setCheckable(True)
        self.link.setAccessibleName("Link view β and training β")
        tips.give(self.link, "Move view β and training β together")
        self.time = Timeline()
        self.steps = Reading()
        self.steps.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.formula = Reading("math")
        self._time_word = Text("Time")
        self._above, self._row = QVBoxLayout(), QHBoxLayout()
        self._lines: list[QHBoxLayout] = []
        self._fill(())
        self.body.addLayout(self._above)
        self.body.addLayout(self._row)
        self.body.addWidget(self.formula)
        self._dress()
        self._connect()

    def show_scene(self, scene: Scene, catalogue: Catalogue) -> None:
        """Values of the scene, without telling."""
        shown = visible(scene, catalogue)
        self._live = frozenset(shown.keys() & self.dials)
        self._choose_words()
        for path in self._live:
            self.dials[path].follow(spanned(shown[path], path, scene))
            self.dials[path].set_value(scene[path])
        self.link.setChecked(scene.view.link)
        self.formula.write(below(scene))

    def choose(self, names: frozenset[str] | None) -> None:
        """Those of these paths, “time”, “formula”; None: what there is room for in one row."""
        if names != self._chosen:
            self._chosen = names
            self.formula.setVisible(names is None or "formula" in names)
            for widget in (self.time, self.steps, self._time_word):
                widget.setVisible(names is None or "time" in names)
            self._choose_words()

    def show_time(self, step: int, last: int) -> None:
        """Where the picture stands among the steps done."""
        self.time.show_time(step, last)
        here, of = f"step {grouped(step)}", "" if step == last else f" / {grouped(last)}"
        self.steps.write(here + of, f"{grouped(step)}{of}", here, grouped(step))

    def light(self, at: Pointed) -> None:
        """Dials of a symbol, and the symbol in the formula."""
        for dial in self.dials.values():
            dial.light(at)
        self.formula.light(at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_words()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_row"):
            self._dress()

    def _dress(self) -> None:
        self._row.setSpacing(theme.px(10))
        self.steps.setFixedWidth(theme.px(150))
        self.time.updateGeometry()
        self._choose_words()
        name = "link" if self.link.isChecked() else "unlink"
        self.link.setIcon(theme.icon(name, theme.current()))

    def _choose_words(self) -> None:
        room = self.width() / theme.scale()
        if self._chosen is not None:
            self._stack(self._chosen, room)
            return
        self._fill(())
        self.formula.set_lines(1)
        live = self._live - {_SPEED}  # which the tool bar has
        self._in_one_row(live, room)

    def _stack(self, names: frozenset[str], room: float) -> None:
        """Those of a choice, each with its words."""
        shown = [path for path in self.dials if path in names & self._live]
        fit = max(1, int(room // _EACH))
        places = len(shown) + ("time" in names)
        even = math.ceil(places / math.ceil(places / fit)) if places else fit
        rows = [tuple(shown[i : i + even]) for i in range(0, len(shown), even)]
        last = rows.pop() if rows and ("time" not in names or len(rows[-1]) < even) else ()
        self._fill(tuple(rows))
        for path, dial in self.dials.items():
            dial.slider.setMinimumWidth(0)
            dial.setVisible(path in shown)
            dial.show_words(True, ends=even == 1)
        self.link.setVisible(
            any({"view.beta", "objective.beta"} <= {*row} for row in (*rows, last))
        )
        inside = self.width() - 2 * theme.px(PAD)
        self.formula.set_lines(min(2, self.formula.lines_for(inside)))
        self.setVisible(bool(shown) or bool(names & {"time", "formula"}))

    def _fill(self, rows: tuple[tuple[str, ...], ...]) -> None:
        """These dials in rows above, all else in the last."""
        if rows == self._rows and self._row.count():
            return
        self._rows = rows
        for line in (*self._lines, self._row):
            while line.takeAt(0):
                pass
        for line in self._lines:
            self._above.removeItem(line)
            line.deleteLater()
        self._lines = [QHBoxLayout() for _ in rows]
        for line, paths in zip(self._lines, rows, strict=True):
            line.setSpacing(theme.px(10))
            for path in paths:
                line.addWidget(self.dials[path], 1)
                if path == "view.beta":
                    line.addWidget(self.link)
            self._above.addLayout(line)
        above = {path for paths in rows for path in paths}
        for path, dial in self.dials.items():
            if path not in above:
                self._row.addWidget(dial, _SHARES.get(path, 4))
                if path == "view.beta":
                    self._row.addWidget(self.link)
        self._row.addWidget(self._time_word)
        self._row.addWidget(self.time, 6)
        self._row.addWidget(self.steps)

    def _in_one_row(self, live: frozenset[str], room: float) -> None:
        both = live >= {"view.beta", "objective.beta"}
        more = _DIAL * max(0, len(live) - 2)
        hidden = {"objective.beta"} if room < _TRAINING + more else set()
        shown = live - hidden
        two = both and not hidden  # which of the two β it is must be said
        words = room >= _WORDS + (more if two else 0)
        alone = two and not more  # two β share what is left, neither at the cost of the other
        groove = theme.px(min(_GROOVE, (room - _BESIDE) / 2) if alone else _GROOVE)
        for path, dial in self.dials.items():
            if path in _SHARES:
                least = groove if alone or dial is not self.beta else 0
                dial.slider.setMinimumWidth(least)
            if dial.isHidden() != (path not in shown):
                dial.setVisible(path in shown)
            named = words or (two and dial is self.beta)
            dial.show_words(named, ends=words and (room >= _ENDS or not two))
        self.steps.setVisible(room >= _STEPS)
        self._time_word.setVisible(room >= _STEPS)
        self.link.setVisible(both and room >= _LINK)

    def _offer(self, name: str, words: tuple[str, str], catalogue: Catalogue) -> None:
        """A dial of a loss's parameter, which the panel has too."""
        if param := _of_losses(name, catalogue):
            path = f"objective.{name}"
            self.dials[path] = Dial(path, param, words, f"bottom.{name}")

    def _connect(self) -> None:
        for dial in self.dials.values():
            dial.edited.connect(self.edited)
            dial.message.connect(self.message)
            dial.pointed.connect(self.pointed)
        self.link.toggled.connect(lambda _: self._dress())
        self.link.clicked.connect(lambda on: self.edited.emit({"view.link": on}, False))
        self.time.sought.connect(self.sought)


def _of_losses(name: str, catalogue: Catalogue) -> Param | None:
    """A parameter as the first loss that has it declares it."""
    losses = catalogue.kinds("objective").values()
    return next((p for loss in losses for p in loss.params if p.name == name), None)
