"""The bottom bar: the dials of what is live, the timeline, the formula."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSlider

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.params import Param
from ebmviz.core.scene import Scene, visible
from ebmviz.figures import thermal
from ebmviz.figures.formula import formula
from ebmviz.figures.text import grouped
from ebmviz.ui import focus, theme, tips, wheel
from ebmviz.ui.card import Card
from ebmviz.ui.dial import Dial
from ebmviz.ui.reading import Reading
from ebmviz.ui.text import Text

_WORDS = 1100  # in a narrower bar there are only symbols
_STEPS, _LINK = 720, 600  # in a narrower one no steps, and no link of the two β


class BottomBar(Card):
    """Tells edited(changes, live), and sought(step) for the timeline, −1 for the present.

    View β, the condition x and the margin m are there where they do something.
    """

    edited = Signal(dict, bool)
    sought = Signal(int)
    message = Signal(str)

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        view = {p.name: p for p in catalogue.component("view", "view").params}
        ends = (thermal.HOT, thermal.COLD)
        self.beta = Dial("view.beta", view["beta"], ("View β", "β"), "view.beta", ends)
        self.dials = {
            "view.beta": self.beta,
            "view.x": Dial("view.x", view["x"], ("Condition x", "x"), "view.x"),
        }
        if margin := _margin(catalogue):
            words = ("Margin m", "m")
            self.dials["objective.margin"] = Dial(
                "objective.margin", margin, words, "bottom.margin"
            )
        self.link = QPushButton()
        self.link.setObjectName("view.link")
        self.link.setCheckable(True)
        self.link.setAccessibleName("Link view β and training β")
        tips.give(self.link, "Move view β and training β together")
        self.time = QSlider(Qt.Orientation.Horizontal)
        wheel.guard(self.time)
        self.time.sliderReleased.connect(lambda: focus.rest(self.time))
        self.time.setObjectName("timeline")
        self.time.setAccessibleName("Timeline of training steps")
        tips.give(self.time, "Drag to see the landscape after any earlier step")
        self.steps = Reading()
        self.steps.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.formula = Reading("math")
        self._both = True  # view β and training β do something
        self._row = row = QHBoxLayout()
        for path, dial in self.dials.items():
            row.addWidget(dial, 9 if dial is self.beta else 4)
            if path == "view.beta":
                row.addWidget(self.link)
        self._time_word = Text("Time")
        row.addWidget(self._time_word)
        row.addWidget(self.time, 4)
        row.addWidget(self.steps)
        self.body.addLayout(row)
        self.body.addWidget(self.formula)
        self._dress()
        self._connect()

    def show_scene(self, scene: Scene, catalogue: Catalogue) -> None:
        """Values of the scene, without telling."""
        shown = visible(scene, catalogue)
        for path, dial in self.dials.items():
            if dial.isHidden() != (path not in shown):
                dial.setVisible(path in shown)
            if path in shown:
                dial.set_value(scene[path])
        self._both = {"view.beta", "objective.beta"} <= shown.keys()
        self._choose_words()
        self.link.setChecked(scene.view.link)
        self.formula.write(formula(scene))

    def show_time(self, step: int, last: int) -> None:
        """Where the picture stands among the steps done."""
        if not self.time.isSliderDown():
            self.time.blockSignals(True)
            self.time.setRange(0, max(last, 0))
            self.time.setValue(step)
            self.time.blockSignals(False)
        here, of = f"step {grouped(step)}", "" if step == last else f" / {grouped(last)}"
        self.steps.write(here + of, f"{grouped(step)}{of}", here, grouped(step))

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
        self.time.setMinimumHeight(self.beta.sizeHint().height())  # with dials and without
        self._choose_words()
        name = "link" if self.link.isChecked() else "unlink"
        self.link.setIcon(theme.icon(name, theme.current()))

    def _choose_words(self) -> None:
        room = self.width() / theme.scale()
        for dial in self.dials.values():
            dial.show_words(room >= _WORDS)
        self.steps.setVisible(room >= _STEPS)
        self._time_word.setVisible(room >= _STEPS)
        self.link.setVisible(self._both and room >= _LINK)

    def _connect(self) -> None:
        for dial in self.dials.values():
            dial.edited.connect(self.edited)
            dial.message.connect(self.message)
        self.link.toggled.connect(lambda _: self._dress())
        self.link.clicked.connect(lambda on: self.edited.emit({"view.link": on}, False))
        self.time.valueChanged.connect(
            lambda step: self.sought.emit(-1 if step == self.time.maximum() else step)
        )


def _margin(catalogue: Catalogue) -> Param | None:
    """The margin, as the first loss that has one declares it."""
    losses = catalogue.kinds("objective").values()
    return next((p for loss in losses for p in loss.params if p.name == "margin"), None)
