"""The bar at the top: scene, training, speed, history, export, lamp."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ebmviz.core import assets, markup
from ebmviz.core.params import Param
from ebmviz.core.scene import Scene
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.buttons import ActionButton
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.engine_status import WIDTHS, Lamp, Room
from ebmviz.ui.controls.scale import scale_of
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.controls.text import Text
from ebmviz.ui.controls.valuebox import ValueBox
from ebmviz.ui.look import theme

_SCENES, _SCENES_SPARE, _SCENES_LEAST, _PLAY = 236, 20, 120, 92
_SPARE = ("theme", "open", "redo", "save", "undo", "compare", "lab", "export", "present")
"""Buttons left out where there is no room, the first first: the menus and keys have them too."""
_LECTURES = {
    0: "Latent variables",
    2: "Regression",
    3: "Classification",
    4: "Free landscapes",
    5: "Codes",
    6: "Joint embedding",
    9: "Associative memory",
}
"""Headings of the built-in scenes, by the tens of their order."""


class Toolbar(QWidget):
    """Tells edited(changes, live) for the speed, and chosen(name) for a built-in scene."""

    edited = Signal(dict, bool)
    chosen = Signal(str)
    message = Signal(str)

    def __init__(self, actions: dict[str, QAction], speed: Param) -> None:
        super().__init__()
        self.name = Text("ebmviz", bold=True)
        self.word = Text("Speed", tone="muted")
        self.scenes = Combo()
        self.scenes.setObjectName("scene")
        self.scenes.setAccessibleName("Scene")
        self.offer_scenes()
        self.play = ActionButton(actions["play"], text=True, primary=True)
        scale = scale_of(speed)
        assert scale is not None
        self.speed = ScaleSlider(scale, default=float(cast(float, speed.default)))
        self.speed.setObjectName("view.speed.slider")
        self.speed_box = ValueBox(speed)
        self.speed_box.setObjectName("view.speed.box")
        for control in (self.speed, self.speed_box):
            control.setAccessibleName("Training speed, steps per second")
            tips.give(control, "Training steps per second; ∞ is as fast as possible")
        self.lamp = Lamp()
        self._row = row = QHBoxLayout(self)
        row.addWidget(self.name)
        row.addWidget(self.scenes)
        row.addWidget(self.play)
        row.addWidget(ActionButton(actions["step"]))
        row.addWidget(ActionButton(actions["reset"]))
        row.addWidget(ActionButton(actions["sample"]))
        row.addWidget(self.word)
        row.addWidget(self.speed)
        row.addWidget(self.speed_box)
        row.addStretch(1)
        right = ("lab", "compare", "undo", "redo", "open", "save", "export", "present", "theme")
        buttons = {name: ActionButton(actions[name]) for name in right}
        for button in buttons.values():
            row.addWidget(button)
        self._spare = [buttons[name] for name in _SPARE]
        row.addWidget(self.lamp)
        self.speed.moved.connect(lambda v: self.edited.emit({"view.speed": v}, True))
        self.speed.released.connect(lambda v: self.edited.emit({"view.speed": v}, False))
        self.speed_box.committed.connect(lambda v: self.edited.emit({"view.speed": v}, False))
        self.speed_box.nudged.connect(lambda v: self.edited.emit({"view.speed": v}, True))
        self.speed_box.rejected.connect(self.message)
        self.scenes.activated.connect(lambda _: self.chosen.emit(self.scenes.key()))
        # The bar never asks for more width than there is: it leaves things out.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._dress()

    def offer_scenes(self) -> None:
        """Those that there are."""
        self._titles, self._lectures = _built_in()
        self.scenes.set_choices(self._titles, headings=self._lectures)

    def show_scene(self, scene: Scene) -> None:
        """Name and speed of the scene."""
        choices = dict(self._titles)
        if scene.name not in choices:
            choices[scene.name] = markup.quoted(scene.title or scene.name or "Own session")
        self.scenes.set_choices(choices, headings=self._lectures)
        self.scenes.set_key(scene.name)
        self.speed.set_value(scene.view.speed)
        self.speed_box.set_value(scene.view.speed)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_row"):
            self._dress()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and hasattr(self, "_row"):
            self._make_room()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _dress(self) -> None:
        self._row.setContentsMargins(theme.px(4), 0, theme.px(4), 0)
        self._row.setSpacing(theme.px(8))
        self.speed.setFixedWidth(theme.px(96))
        self.speed_box.setFixedWidth(theme.px(56))
        self._make_room()

    def _make_room(self) -> None:
        """Leave out what there is no room for, the least needed first."""
        gap = self._row.spacing()
        shrinks = theme.px(_SCENES - _SCENES_LEAST)
        saved = {
            self.word: self.word.sizeHint().width() + gap,
            self.speed: self.speed.width() + gap,
        }
        items = [self._row.itemAt(i) for i in range(self._row.count())]
        widgets = [widget for item in items if item and (widget := item.widget())]
        whole = sum(self._full(widget) + gap for widget in widgets)
        lack = whole + 2 * theme.px(4) - self.width()
        self.name.setVisible(lack <= 0)  # the title bar has it too
        if lack > 0:
            lack -= self.name.sizeHint().width() + gap
        first, *others = self._spare  # seldom needed: it goes before anything is said shorter
        first.setVisible(lack <= 0)
        if lack > 0:
            lack -= first.sizeHint().width() + gap
        room: Room = "full"
        if lack > theme.px(_SCENES_SPARE):  # the name of the scene says more than frames per second
            room = "rate"
            lack -= theme.px(WIDTHS["full"] - WIDTHS[room])
        for widget, width in saved.items():
            widget.setVisible(lack <= theme.px(_SCENES_SPARE))
            lack -= 0 if widget.isVisibleTo(self) else width
        lack -= shrinks
        shorter: tuple[Room, ...] = ("short", "dot")
        for next_room in shorter:
            if lack > 0:
                lack -= theme.px(WIDTHS[room] - WIDTHS[next_room])
                room = next_room
        self.lamp.set_room(room)
        style = Qt.ToolButtonStyle
        icon_only = lack > 0
        self.play.setToolButtonStyle(
            style.ToolButtonIconOnly if icon_only else style.ToolButtonTextBesideIcon
        )
        self.play.setFixedWidth(theme.px(36 if icon_only else _PLAY))
        if icon_only:
            lack -= theme.px(_PLAY - 36)
        for button in others:
            button.setVisible(lack <= 0)
            if lack > 0:
                lack -= button.sizeHint().width() + gap
        self.scenes.setFixedWidth(theme.px(_SCENES) - shrinks + max(0, min(shrinks, -lack)))

    def _full(self, widget: QWidget) -> int:
        """The width of a widget while there is room for everything."""
        fixed = {
            self.scenes: _SCENES,
            self.play: _PLAY,
            self.speed: 96,
            self.speed_box: 56,
            self.lamp: WIDTHS["full"],
        }
        return theme.px(fixed[widget]) if widget in fixed else widget.sizeHint().width()


def _built_in() -> tuple[dict[str, str], dict[str, str]]:
    """Titles of the scenes by name, and the heading above the first of each group."""
    titles: dict[str, str] = {}
    headings: dict[str, str] = {}
    for name in assets.scene_names():
        raw = assets.scene_json(name)
        titles[name] = str(raw["title"])
        group = _LECTURES.get(int(raw.get("order", 1000)) // 10, "More")
        if group not in headings.values():
            headings[name] = group
    return titles, headings
