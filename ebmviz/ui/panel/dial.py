"""One live parameter of the bottom bar: its symbol, slider and value box."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from ebmviz.core.params import Param, Value
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.scale import scale_of
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.controls.text import Text
from ebmviz.ui.controls.valuebox import ValueBox
from ebmviz.ui.look import theme
from ebmviz.ui.panel.row import explanation
from ebmviz.ui.pointing.pointing import Pointed
from ebmviz.ui.pointing.subject import Subject


class Dial(Subject):
    """Tells edited(changes, live).

    `label`: with words and, where there is no room for them, without. `ends` stand beside the two
    ends of the slider, where there is room.
    """

    edited = Signal(dict, bool)
    message = Signal(str)

    def __init__(
        self,
        path: str,
        param: Param,
        label: tuple[str, str],
        name: str,
        ends: tuple[str, str] = ("", ""),
    ) -> None:
        """name: before ".slider" and ".box", for tests and scripts to find them."""
        super().__init__(param.symbol)
        self.path, self.param = path, param
        self.slider = ScaleSlider(param)
        self.box = ValueBox(param)
        self._labels = label
        self.label = Text(label[0])
        for part, control in (("slider", self.slider), ("box", self.box)):
            control.setObjectName(f"{name}.{part}")
            control.setAccessibleName(param.label)
        self._explain()
        self.watch(self.slider, self.box)
        self.words = [Text(word, tone="muted") for word in ends]
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        for widget in (self.label, self.words[0], self.slider, self.words[1], self.box):
            self._line.addWidget(widget, int(widget is self.slider))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.slider.moved.connect(lambda v: self._tell(v, True))
        self.slider.released.connect(lambda v: self._tell(v, False))
        self.box.committed.connect(lambda v: self._tell(v, False))
        self.box.nudged.connect(lambda v: self._tell(v, True))
        self.box.rejected.connect(self.message)
        self.show_words(True)
        self._fit()

    def follow(self, param: Param) -> None:
        """The same parameter as another component declares it, whose range may be another."""
        if param != self.param:
            scale = scale_of(param)
            assert scale is not None
            self.param = param
            self.slider.set_scale(scale, float(cast(float, param.default)))
            self.box.set_param(param)
            self.stand_for(param.symbol)
            self._explain()

    def light(self, at: Pointed) -> None:
        super().light(at)
        self.label.light(Pointed(at.marks & self.names))

    def set_value(self, value: Value) -> None:
        """Shows `value` without telling."""
        self.slider.set_value(float(cast(float, value)))
        self.box.set_value(value)

    def show_words(self, on: bool, ends: bool = True) -> None:
        """Words, or symbols alone; with or without those at the ends."""
        self.label.write(self._labels[0 if on else 1])
        for word in self.words:
            word.setVisible(on and ends and bool(word.text()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _explain(self) -> None:
        tip = explanation(self.param)
        for widget in (self.slider, self.label):
            tips.give(widget, tip)
        self.box.set_help(tip)

    def _fit(self) -> None:
        self._line.setSpacing(theme.px(10))
        self.box.setFixedWidth(theme.px(72 if self.param.thermometer else 60))

    def _tell(self, value: float, live: bool) -> None:
        self.edited.emit({self.path: value}, live)
