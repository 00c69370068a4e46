"""Two models side by side in the landscape's place: A, B and B − A, and their curves below."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from ebmviz.core.frame import frame_of
from ebmviz.core.plot import Entry, Layer, Plot, Sheet
from ebmviz.core.scene import Scene
from ebmviz.core.view import FLAT, View, hidden
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import COMPARE, FIGURES
from ebmviz.figures.words import places, text
from ebmviz.ui.controls.card import PAD, Card
from ebmviz.ui.controls.ellipsis import beginnings
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.look import theme
from ebmviz.ui.plots.legend import Legend
from ebmviz.ui.plots.tile import Tile
from ebmviz.ui.pointing.pointing import NOTHING, Pointed
from ebmviz.ui.views import framing, map_keys
from ebmviz.ui.views.compare_map import CompareMap, Place
from ebmviz.ui.views.compare_row import CompareRow

_MAPS = (("a", True, False), ("b", False, True), ("difference", False, True))
"""Their names, and which of them have an axis and a colour bar."""
_CURVES = 3
_GAP = 12
_LOW = 470  # in a card less high the maps have the room of the curves
_SHARES = (8, 5)  # of the height, for maps and curves


class CompareView(Card):
    """Tells edited(changes, live); reframed is sent when the maps have another size. What it is
    made of is made when it is shown first.
    """

    edited = Signal(dict, bool)
    reframed = Signal()
    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__("Compare")
        self.setObjectName("compare.card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.row = CompareRow()
        self.maps: tuple[CompareMap, ...] = ()
        self.curves: tuple[Tile, ...] = ()
        self.legend = Legend()
        self.caption = Reading()
        self._above, self._below = QHBoxLayout(), QHBoxLayout()
        self.body.addWidget(self.row)
        self.body.addLayout(self._above, _SHARES[0])
        self.body.addLayout(self._below, _SHARES[1])
        self.body.addWidget(self.legend)
        self.body.addWidget(self.caption)
        self.legend.toggled.connect(self._toggle)
        self.legend.pointed.connect(self._point_out)
        self.legend.told.connect(self.pointed)
        self._at = NOTHING
        self._view, self._drawn = View(), 0
        self._scene: Scene | None = None
        self._keys = map_keys.Keys(self.edited.emit)
        self.hide()

    def light(self, at: Pointed) -> None:
        """What shows a symbol, in both and in the difference."""
        self._at = at
        canvases = [each.canvas for each in self.maps] + [tile.canvas for tile in self.curves]
        for canvas in canvases:
            canvas.light(at.marks)
        for line in (self.legend, self.detail, self.caption):
            line.light(at)

    def watch(self) -> None:
        """To be looked at only: nothing that asks for a hand."""
        self.row.hide()

    def framed(self, view: View) -> tuple[float, ...]:
        """view.window widened to the shape of the maps."""
        return framing.framed(view, self.maps[0].plane.rect()) if self.maps else view.window

    def show_scene(self, scene: Scene) -> None:
        """Handles follow at once, before the frame comes."""
        self._make()
        self._scene = scene
        self._view = msgspec.structs.replace(scene.view, dimension=FLAT)
        for each in self.maps:
            each.show_view(self._view, frame_of(scene).scale)

    def show_shot(self, shot: Shot) -> None:
        """Draw both, or why there is one alone."""
        self._make()
        drawn = FIGURES[COMPARE].shown((shot,))
        assert isinstance(drawn, Sheet)
        title, _, detail = drawn.title.partition(" · ")
        self.set_title(title, detail)
        maps, curves = (*drawn.rows, (), ())[:2]
        self.maps[0].give_bar(len(maps) < len(self.maps))  # else it is that of B
        for i, each in enumerate(self.maps):
            each.setVisible(i < len(maps))
            if i < len(maps):
                each.show_plot(maps[i])
        self._level()
        self._show_curves(curves)
        if maps:
            self.legend.show_plot(_named(maps, curves))
        self.legend.setVisible(bool(maps) and not self.legend.empty)
        self.caption.write(*beginnings(drawn.caption))
        self.caption.set_lines(1 if maps else 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "caption"):
            self._make_room()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        factor = map_keys.zoom(event.key())
        if factor is not None and self.maps:
            middle = self.maps[0].plane.viewRect().center()
            self.maps[0].zoom(factor, middle.x(), middle.y())
        elif not self._keys.pressed(self._view, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(event)
        self._keys.released(event)

    def _make(self) -> None:
        if self.maps:
            return
        self.maps = tuple(CompareMap(*each) for each in _MAPS)
        self.curves = tuple(Tile(i, False, self) for i in range(_CURVES))
        for each in self.maps:
            self._above.addWidget(each)
            each.edited.connect(self.edited)
            each.hovered.connect(self._hover)
        for tile in self.curves:
            self._below.addWidget(tile, 1)
        first = self.maps[0]
        first.resized.connect(self.reframed)
        first.canvas.area.getAxis("left").geometryChanged.connect(self._level)
        self.light(self._at)
        self._make_room()

    def _make_room(self) -> None:
        for row in (self._above, self._below):
            row.setSpacing(theme.px(_GAP))
        self.legend.fit_to(self.width() - 2 * theme.px(PAD))
        high = self.height() >= theme.px(_LOW)
        for tile in self.curves:
            tile.setVisible(high and tile.index < self._drawn)
        self.body.setStretchFactor(self._below, _SHARES[1] if high and self._drawn else 0)
        self._level()

    def _level(self) -> None:
        """All maps of one size, whatever stands beside each."""
        shown = [each for each in self.maps if not each.isHidden()]
        if not shown:
            return
        beside = [each.furniture for each in shown]
        gaps = (len(shown) - 1) * theme.px(_GAP)
        own = (self.width() - 2 * theme.px(PAD) - gaps - sum(beside)) // len(shown)
        for each, width in zip(shown, beside, strict=True):
            self._above.setStretchFactor(each, max(1, own + width))

    def _show_curves(self, plots: tuple[Plot, ...]) -> None:
        self._drawn = len(plots)
        for tile, plot in zip(self.curves, plots, strict=False):
            tile.show_plot(plot)
        self._make_room()

    def _hover(self, place: Place | None) -> None:
        here = self.sender()
        for each in self.maps:
            each.point_at(place, each is here)
        said = ""
        if place is not None and self._scene is not None:
            across, along = text.axes(self._scene)
            first, second = places.coordinates(self._scene, *place)
            said = f"{across} = {first}, {along} = {second}"
        self.detail.write_aside(said)

    def _point_out(self, name: str) -> None:
        drawn = [each.canvas for each in self.maps] + [tile.canvas for tile in self.curves]
        for canvas in drawn:
            canvas.point_out(name)

    def _toggle(self, name: str) -> None:
        self.edited.emit({"view.hidden": hidden.toggled(self._view.hidden, name)}, False)


def _named(maps: Sequence[Plot], curves: Sequence[Plot]) -> Plot:
    """What the legend names, each thing once: the lines of A and B, and what lies on any map."""
    layers: list[Layer] = []
    entries: list[Entry] = []
    for plot in (each for each in (*curves, *maps) if each.legend):
        known = {_said(layer) for layer in layers} - {""}
        layers += [layer for layer in plot.layers if _said(layer) not in known]
        entries += [entry for entry in plot.entries if entry not in entries]
    return msgspec.structs.replace(maps[0], layers=tuple(layers), entries=tuple(entries))


def _said(layer: Layer) -> str:
    """What a legend says of it, or is called by."""
    return getattr(layer, "label", "") or getattr(layer, "layer", "")
