"""The bottom bar: the thermometer of the view's β, the timeline, the formula."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSlider

from ebmviz.core.params import Param
from ebmviz.core.scale import scale_of
from ebmviz.core.scene import Scene
from ebmviz.figures.text import number
from ebmviz.ui import theme
from ebmviz.ui.card import Card
from ebmviz.ui.reading import Reading
from ebmviz.ui.slider import ScaleSlider
from ebmviz.ui.text import Text
from ebmviz.ui.valuebox import ValueBox


class BottomBar(Card):
    """Tells edited(changes, live), and sought(step) for the timeline, −1 for the present."""

    edited = Signal(dict, bool)
    sought = Signal(int)
    message = Signal(str)

    def __init__(self, beta: Param) -> None:
        super().__init__()
        scale = scale_of(beta)
        assert scale is not None
        self.slider = ScaleSlider(scale, default=float(beta.default), thermometer=True)  # type: ignore[arg-type]
        self.slider.setObjectName("view.beta.slider")
        self.slider.setAccessibleName("View β")
        self.box = ValueBox(beta)
        self.box.setObjectName("view.beta.box")
        self.box.setAccessibleName("View β")
        self.link = QPushButton()
        self.link.setObjectName("view.link")
        self.link.setCheckable(True)
        self.link.setAccessibleName("Link view β and training β")
        self.link.setToolTip("Move view β and training β together")
        self.time = QSlider(Qt.Orientation.Horizontal)
        self.time.setObjectName("timeline")
        self.time.setAccessibleName("Timeline of training steps")
        self.time.setToolTip("Drag to see the landscape after any earlier step")
        self.steps = Reading()
        self.steps.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.formula = Reading("math")
        row = QHBoxLayout()
        for widget, stretch in (
            (Text("View β"), 0),
            (Text("hot 0", tone="muted"), 0),
            (self.slider, 5),
            (Text("cold ∞", tone="muted"), 0),
            (self.box, 0),
            (self.link, 0),
            (Text("Time"), 0),
            (self.time, 5),
            (self.steps, 0),
        ):
            row.addWidget(widget, stretch)
        self.body.addLayout(row)
        self.body.addWidget(self.formula)
        self._row = row
        self._dress()
        self._connect()

    def show_scene(self, scene: Scene) -> None:
        """Values of the scene, without telling."""
        view = scene.view
        self.slider.set_value(view.beta)
        self.box.set_value(view.beta)
        self.link.setChecked(view.link)
        self.formula.write(_formula(scene))

    def show_time(self, step: int, last: int) -> None:
        """Where the picture stands among the steps done."""
        if not self.time.isSliderDown():
            self.time.blockSignals(True)
            self.time.setRange(0, max(last, 0))
            self.time.setValue(step)
            self.time.blockSignals(False)
        here = f"step {_grouped(step)}"
        self.steps.write(here if step == last else f"{here} / {_grouped(last)}")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_row"):
            self._dress()

    def _dress(self) -> None:
        self._row.setSpacing(theme.px(10))
        self.box.setFixedWidth(theme.px(72))
        self.steps.setFixedWidth(theme.px(150))
        name = "link" if self.link.isChecked() else "unlink"
        self.link.setIcon(theme.icon(name, theme.current()))

    def _connect(self) -> None:
        self.slider.moved.connect(lambda v: self.edited.emit({"view.beta": v}, True))
        self.slider.released.connect(lambda v: self.edited.emit({"view.beta": v}, False))
        self.box.committed.connect(lambda v: self.edited.emit({"view.beta": v}, False))
        self.box.nudged.connect(lambda v: self.edited.emit({"view.beta": v}, True))
        self.box.rejected.connect(self.message)
        self.link.toggled.connect(lambda _: self._dress())
        self.link.clicked.connect(lambda on: self.edited.emit({"view.link": on}, False))
        self.time.valueChanged.connect(
            lambda step: self.sought.emit(-1 if step == self.time.maximum() else step)
        )


def _formula(scene: Scene) -> str:
    """What the map shows, with its sign and normalisation."""
    beta = scene.view.beta
    if "energy.latents" not in scene.values:
        return f"low energy = compatible   ·   seed {scene['seed']}"
    count = scene["energy.latents"]
    if math.isinf(beta):
        what = "F_∞(y) = min_z E(y, z)"
    elif beta == 0:
        what = f"F_0(y) = (1/{count}) Σ_z E(y, z)"
    else:
        what = f"F_β(y) = −(1/β) ln (1/{count}) Σ_z exp(−β E(y, z)),  β = {number(beta, 4)}"
    return f"{what}   ·   low energy = compatible   ·   seed {scene['seed']}"


def _grouped(value: int) -> str:
    return f"{value:,}".replace(",", "\u2009")
