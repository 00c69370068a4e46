"""One parameter in the form: its label and symbol, its control, its value box."""

from __future__ import annotations

import math
from typing import cast

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ebmviz.core import markup
from ebmviz.core.markup import Html
from ebmviz.core.params import Param, Value, format_value
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.label import RowLabel
from ebmviz.ui.controls.scale import scale_of
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.controls.switch import Switch
from ebmviz.ui.controls.valuebox import ValueBox
from ebmviz.ui.look import theme
from ebmviz.ui.pointing.pointing import Pointed
from ebmviz.ui.pointing.subject import Subject

LABEL, BOX, GAP, HEIGHT = 112, 64, 8, 28
"""The columns' widths: every row of every card has the same."""


class Row(Subject):
    """Tells `edited(path, value, live)`; live while a slider or key is held."""

    edited = Signal(str, object, bool)
    message = Signal(str)

    def __init__(self, path: str, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param.symbol, parent)
        self.path, self.param = path, param
        self.setObjectName(path + ".row")
        self.label = RowLabel(param.label, param.symbol, param.unit)
        self.slider: ScaleSlider | None = None
        self.box: ValueBox | None = None
        self.combo: Combo | None = None
        self.switch: Switch | None = None
        self._line = QHBoxLayout(self)
        self._line.addWidget(self.label)
        match param.type:
            case "choice":
                self._add_combo()
            case "bool":
                self._add_switch()
            case _:
                self._add_number()
        self._explain()
        self.watch(*self.controls())
        self._fit()

    def controls(self) -> list[QWidget]:
        """What takes the focus, from left to right."""
        every = (self.combo, self.switch, self.slider, self.box)
        return [control for control in every if control is not None]

    def light(self, at: Pointed) -> None:
        super().light(at)
        self.label.light(self.lit)

    def offer(self, facts: frozenset[str]) -> None:
        """Only the choices that do something in a scene with these facts."""
        if self.combo is not None and self.param.requires:
            self.combo.set_choices(self.param.offered(facts))

    def set_value(self, value: Value) -> None:
        """Shows `value` without telling."""
        if self.slider is not None:
            self.slider.set_value(float(cast(float, value)))
        if self.box is not None and not (self.slider is not None and self.slider.held()):
            self.box.set_value(value)
        if self.combo is not None:
            self.combo.set_key(str(value))
        if self.switch is not None:
            self.switch.setChecked(bool(value))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _add_combo(self) -> None:
        self.combo = Combo()
        self.combo.set_choices(self.param.choices)
        self.combo.activated.connect(self._chosen)
        self._line.addWidget(self.combo, 1)

    def _add_switch(self) -> None:
        self.switch = Switch()
        self.switch.clicked.connect(lambda on: self._tell(on, False))
        self._line.setStretchFactor(self.label, 1)
        self._line.addWidget(self.switch)

    def _add_number(self) -> None:
        self.box = ValueBox(self.param)
        self.box.committed.connect(lambda value: self._from_box(value, False))
        self.box.nudged.connect(lambda value: self._from_box(value, True))
        self.box.rejected.connect(self.message)
        if scale_of(self.param) is not None:
            self.slider = ScaleSlider(self.param)
            self.slider.moved.connect(lambda value: self._from_slider(value, True))
            self.slider.released.connect(lambda value: self._from_slider(value, False))
            self._line.addWidget(self.slider, 1)
            self.box.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._line.addWidget(self.box, 0 if self.slider else 1)

    def _chosen(self) -> None:
        assert self.combo is not None
        self._tell(self.combo.key(), False)

    def _from_slider(self, number: float, live: bool) -> None:
        value: Value = int(number) if self.param.type == "int" else number
        assert self.box is not None
        self.box.set_value(value)
        self._tell(value, live)

    def _from_box(self, value: Value, live: bool) -> None:
        if self.slider is not None:
            self.slider.set_value(float(cast(float, value)))
        self._tell(value, live)

    def _tell(self, value: object, live: bool) -> None:
        self.edited.emit(self.path, value, live)

    def _explain(self) -> None:
        tip = explanation(self.param)
        tips.give(self.label, tip)
        kinds = {"combo": self.combo, "switch": self.switch, "slider": self.slider}
        for kind, control in {**kinds, "box": self.box}.items():
            if control is not None:
                control.setObjectName(f"{self.path}.{kind}")
                control.setAccessibleName(self.param.label)
                if isinstance(control, Combo | ValueBox):
                    control.set_help(tip)
                else:
                    tips.give(control, tip)

    def _fit(self) -> None:
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(theme.px(GAP))
        if self.switch is None:
            self.label.setFixedWidth(theme.px(LABEL))
        self.setFixedHeight(theme.px(HEIGHT))
        if self.box is not None and self.slider is not None:
            self.box.setFixedWidth(theme.px(BOX))


def explanation(param: Param) -> Html:
    """The tooltip: what it is, what it does, its unit and range."""
    symbol = f" {markup.to_html(param.symbol)}" if param.symbol else ""
    lines = [f"<b>{markup.escaped(param.label)}{symbol}</b>"]
    if param.help:
        lines.append(markup.escaped(param.help))
    if param.type in ("float", "int", "floats"):
        lines.append(_range(param))
    return Html("<br>".join(line for line in lines if line))


def _range(param: Param) -> str:
    high = math.inf if param.inf else param.high
    low = format_value(param.low) if param.low > -1e300 else ""
    top = format_value(high) if high < 1e300 or param.inf else ""
    if low and top:
        text = f"{low} … {top}"
    else:
        text = f"from {low}" if low else f"up to {top}" if top else ""
    return markup.escaped(" ".join(filter(None, (text, param.unit))))
