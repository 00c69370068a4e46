"""The controls of the map, at the map: a button for each group of them, and what it opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ebmviz.core import scene as scenes
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.scene import Scene
from ebmviz.figures.landscape import GROUPS
from ebmviz.figures.words.stability import Mark
from ebmviz.ui.controls import keys, tips
from ebmviz.ui.controls.buttons import segment
from ebmviz.ui.controls.card import Card
from ebmviz.ui.look import theme
from ebmviz.ui.panel.popover import Popover
from ebmviz.ui.panel.section import Section
from ebmviz.ui.pointing.pointing import Pointed
from ebmviz.ui.views.layer_menu import LayerMenu

AT_THE_MAP = ("sampler", "view")
"""Parts of the scene whose parameters are here, and not in the panel."""
PICTURE = "picture"
_WORD = "Picture"
_PART = "view"
_CONTROLS = {name: group for name, group in GROUPS.items() if group.control}
_CLAIMED = {at for group in _CONTROLS.values() for at in group.settings}
_HIGH, _ARROW = 24, " ▾"


class MapControls(QWidget):
    """Tells edited(path, value, live). Each group is of a layer that declares it; what no layer
    claims is the picture's. In a narrow card one button has a menu of them.
    """

    edited = Signal(str, object, bool)
    message = Signal(str)
    pointed = Signal(object)

    def __init__(self, over: QWidget) -> None:
        """over: what the settings float over."""
        super().__init__()
        self.setObjectName("map.controls")
        self._over = over
        self._scene: Scene | None = None
        self._catalogue: Catalogue | None = None
        self._offered: tuple[str, ...] = ()
        self._marks: Mapping[str, Mark] = {}
        self._made: dict[str, Popover] = {}
        self._menus: dict[str, LayerMenu] = {}
        self._open = ""
        self._buttons = {name: self._button(name) for name in (PICTURE, *_CONTROLS)}
        self._gear = QToolButton()
        self._gear.setObjectName("map.settings")
        self._gear.setProperty("small", True)
        self._gear.setAccessibleName("Settings of the map")
        tips.give(self._gear, "Settings of the map")
        self._gear.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._gear.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self._gear)
        self._menu.aboutToShow.connect(self._fill)
        self._gear.setMenu(self._menu)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for button in (*self._buttons.values(), self._gear):
            self._row.addWidget(button)
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._dress()

    def sit(self, card: Card) -> None:
        """At the head of the card in the map's place."""
        if self.parentWidget() is not card:
            self.close_all()
            card.body.insertWidget(0, self)

    def show_scene(self, scene: Scene, catalogue: Catalogue, layers: bool = True) -> None:
        """The groups that have something to turn, and the values of the one that is open; without
        layers those of the picture alone.
        """
        self._scene, self._catalogue = scene, catalogue
        there = scenes.visible(scene, catalogue)
        shown = {at for at, param in there.items() if not param.hidden and param.type != "table"}
        groups = self._buttons if layers else (PICTURE,)
        offered = tuple(name for name in groups if any(map(_of(name), shown)))
        if offered != self._offered:
            self._offered = offered
            self._fit()
        self.setVisible(bool(offered))
        for name in offered:  # at once: scripts find controls by the names of their paths
            self._find(name)
        changed = [self._write(name) for name in self._made]
        if self._open in self._buttons and self._open not in offered:
            self.close_all()
        if any(changed):
            self._mark()

    def light(self, at: Pointed) -> None:
        """Settings of a symbol, while they are open."""
        for made in self._made.values():
            made.section.light(at)

    def set_marks(self, marks: Mapping[str, Mark]) -> None:
        """Marks the sliders of these paths, and no other."""
        self._marks = marks
        self._mark()

    def open(self, name: str, anchor: QWidget | None = None, to_keys: bool = False) -> Popover:
        """The settings of a layer, or of the picture, beside its button or another widget."""
        self.close_all()
        popover = self._find(name)
        self._write(name)
        self._open = name
        self._mark()
        button = self._buttons.get(name, self._gear)
        button.setChecked(True)
        popover.open_at(anchor or (self._gear if button.isHidden() else button), to_keys)
        return popover

    def close_all(self) -> None:
        """No settings over the map."""
        if self._open:
            self._made[self._open].close_again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_row"):
            self.close_all()
            self._dress()

    def _button(self, name: str) -> QPushButton:
        word = _CONTROLS[name].control if name in _CONTROLS else _WORD
        button = segment(f"{word}{_ARROW}")
        button.setObjectName(f"map.{name}")
        button.setAccessibleName(f"{word}: settings of the map")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keys.teach(button)
        button.clicked.connect(lambda on: self._pressed(name, on))
        return button

    def _pressed(self, name: str, on: bool) -> None:
        if on:
            self.open(name, to_keys=self._buttons[name].hasFocus())
        else:
            self.close_all()

    def _find(self, name: str) -> Popover:
        if name not in self._made:
            self._made[name] = self._popover(name)
        return self._made[name]

    def _write(self, name: str) -> bool:
        """The values of the scene; says whether rows came or went."""
        assert self._scene is not None
        assert self._catalogue is not None
        if name in self._menus:
            self._menus[name].show_scene(self._scene)
        if name in self._buttons and name not in self._offered:
            return self._made[name].section.leave()
        return self._made[name].section.show_scene(self._scene, self._catalogue)

    def _popover(self, name: str) -> Popover:
        group = GROUPS.get(name)
        part = next((at for at in (group.settings if group else ()) if "." not in at), _PART)
        title = _WORD if group is None else group.control or group.title
        section = Section(part, title, foldable=False, only=_of(name))
        section.setObjectName(f"map.{name}.settings")
        section.edited.connect(self.edited)
        section.message.connect(self.message)
        section.pointed.connect(self.pointed)
        if group is not None:
            menu = LayerMenu(group, lambda: self._scene)
            menu.edited.connect(self.edited)
            self._menus[name] = menu
            section.body.addWidget(menu)
        popover = Popover(section, self._over)
        popover.closed.connect(self._closed)
        return popover

    def _closed(self) -> None:
        self._open = ""
        for button in self._buttons.values():
            button.setChecked(False)

    def _mark(self) -> None:
        for row in (row for each in self._made.values() for row in each.section.rows()):
            if row.slider is not None:
                row.slider.set_mark(self._marks.get(row.path))

    def _fit(self) -> None:
        """All buttons, first with and then without arrows, or one for all."""
        gap, room = self._row.spacing(), False
        offered = [self._buttons[name] for name in self._offered]
        for arrow in (_ARROW, ""):
            for button in offered:
                button.setText(button.text().removesuffix(_ARROW) + arrow)
            room = sum(button.sizeHint().width() + gap for button in offered) - gap <= self.width()
            if room:
                break
        for name, button in self._buttons.items():
            button.setVisible(room and name in self._offered)
        self._gear.setVisible(not room)

    def _fill(self) -> None:
        self._menu.clear()
        for name in self._offered:
            word = self._buttons[name].text().removesuffix(_ARROW)
            self._menu.addAction(word).triggered.connect(lambda _=False, name=name: self.open(name))

    def _dress(self) -> None:
        self._gear.setIcon(theme.icon("settings", theme.current(), "muted"))
        self._row.setSpacing(theme.px(2))
        self.setFixedHeight(theme.px(_HIGH))
        self._fit()


def _of(name: str) -> Callable[[str], bool]:
    """Whether a path is among the settings of a layer, or of the picture."""
    if name == PICTURE:
        return lambda at: at.startswith(f"{_PART}.") and at not in _CLAIMED
    wanted = GROUPS[name].settings
    return lambda at: at in wanted or at.partition(".")[0] in wanted
