"""The hero: the landscape with its colour bar, handles and legend."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QEvent, QPointF, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGraphicsItem, QHBoxLayout, QVBoxLayout, QWidget

from ebmviz.core.frame import frame_of
from ebmviz.core.plot import Image, Plot, Points, Surface, beyond
from ebmviz.core.scene import Scene
from ebmviz.core.symbols.drawn import showing
from ebmviz.core.view import FLAT, View, hidden
from ebmviz.figures import registry
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers import heat
from ebmviz.figures.words import level, likelihood
from ebmviz.figures.words.hover import Pointer
from ebmviz.figures.words.text import map_symbol, map_title
from ebmviz.ui.controls.buttons import segment
from ebmviz.ui.controls.card import PAD, Card
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.hands import weights
from ebmviz.ui.hands.strip import ToolStrip
from ebmviz.ui.look import theme
from ebmviz.ui.plots.canvas import FADED, Canvas
from ebmviz.ui.plots.colorbar import ColorBar
from ebmviz.ui.plots.handles import CutHandle, ProbeHandle
from ebmviz.ui.plots.legend import Legend
from ebmviz.ui.plots.path_animation import Growth
from ebmviz.ui.plots.plane import Plane
from ebmviz.ui.plots.under import Under
from ebmviz.ui.pointing.pointing import Pointed
from ebmviz.ui.views import framing, map_keys, orbit

_HANDLED = ("cut", "probe")
_MODES = {FLAT: "2-D", "surface": "3-D", "3-D": "Isolines"}
_HORN = "All x"  # what a conditional decoder has in their place
_READ_MS = 33  # between two readings of what lies under a mouse that moves
_LEAST = 160  # of the map with its axes, where the rest has to go
_LOWEST = 90  # or nothing would be left between the axes
_WIDE = 340  # a card less wide has no room for two columns of tools


class LandscapeView(Card):
    """Shows a Shot in 2-D or 3-D; tells edited(changes, live).

    reframed is sent when the visible part of the plane changes with the size.
    homed asks for the camera with which the scene began.
    """

    edited = Signal(dict, bool)
    pointed = Signal(object)
    reframed = Signal()
    homed = Signal()
    yields = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Free energy", parent=parent)
        self.plane = Plane()
        self.canvas = Canvas(view_box=self.plane)
        self.bar = ColorBar()
        self.canvas.area.layout.addItem(self.bar, 2, 3)
        self.probe, self.cut = ProbeHandle(), CutHandle()
        for handle in (self.cut, self.probe):
            self.canvas.area.addItem(handle)
        self.judged = Reading("body")  # by a joint model: how likely the place is
        self.judged.setObjectName("judged")
        self.legend = Legend(3)
        self._modes = QButtonGroup(self)
        for name, text in _MODES.items():
            button = segment(text)
            button.setObjectName(f"view.dimension.{name}")
            self._modes.addButton(button)
            self.add_action(button)
            button.clicked.connect(
                lambda _=False, name=name: self.edited.emit({"view.dimension": name}, False)
            )
        column = QVBoxLayout()
        self._row = QHBoxLayout()
        self._row.addWidget(self.canvas, 1)
        column.addLayout(self._row, 1)
        column.addWidget(self.judged)
        column.addWidget(self.legend)
        self.body.addLayout(column)
        self._strip: ToolStrip | None = None
        self._shares = False
        self._shot: Shot | None = None
        self._plot: Plot | None = None
        self._named: frozenset[str] = frozenset()  # in the legend, and what shows a symbol
        self._lit: frozenset[str] = frozenset()
        self.growth = Growth(self)
        self._pointer: Pointer | None = None
        self._hint = ""
        self._keys = map_keys.Keys(self.edited.emit)
        self._under: QPointF | None = None  # where the mouse is, in the scene of the canvas
        self._view, self._unit = View(), 1.0
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.setInterval(_READ_MS)
        self._connect()

    def hold_tools(self, strip: ToolStrip, *over: QGraphicsItem) -> None:
        """Tools beside the map, and what lies over it while one is in the hand."""
        self._strip = strip
        self._row.insertWidget(0, strip)
        for item in over:
            self.canvas.area.addItem(item)

    def share(self, on: bool) -> None:
        """Whether another map, of another shape, shows the same frames: then each cuts its own
        part out of them.
        """
        self._shares = on
        self._grow()

    def watch(self) -> None:
        """To be looked at only: nothing that asks for a hand."""
        for button in self._modes.buttons():
            button.hide()

    def needs(self, scene: Scene) -> tuple[str, ...]:
        """What the engine must measure."""
        asked = registry.landscape(scene.view).asks(scene)
        return (*asked, weights.NEED) if scene.view.flat else asked

    def framed(self, view: View) -> tuple[float, ...]:
        """view.window widened to the shape of the drawing area, so that the map fills it."""
        return framing.framed(view, self.plane.rect()) if view.flat else view.window

    def show_scene(self, scene: Scene) -> None:
        """Handles and switches follow the scene at once, before its frame comes."""
        before = self._view.flat, self._hint
        self._view = view = scene.view
        self._unit = frame_of(scene).scale
        self.probe.place(view.probe)
        self.cut.place(view.cut)
        if self._shot is None:
            self._entitle(map_title(scene))
        flat = view.flat
        self.plane.in_space = not flat
        away = hidden.names(view.hidden)
        for handle, name in ((self.probe, "probe"), (self.cut, "cut")):
            handle.setVisible(flat and name not in away)
        self._hint = likelihood.hint(scene) if flat and "joint" in scene.facts else ""
        self._make_room()
        if (flat, self._hint) != before:
            self._read()
        for button in self._modes.buttons():
            name = button.objectName().removeprefix("view.dimension.")
            button.setChecked(name == view.dimension)
            horn = name == "3-D" and {"conditional", "decoder"} <= scene.facts
            button.setText(_HORN if horn else _MODES[name])
        self._follow(scene)

    def _follow(self, scene: Scene) -> None:
        """A camera that is turned needs nothing of the engine."""
        if self._shot is None or scene.view.flat:
            return
        turned = orbit.seen_from(self._shot.scene, scene)
        if turned != self._shot.scene:
            self.show_shot(Shot(turned, self._shot.snapshot))

    def show_shot(self, shot: Shot) -> None:
        """Draw a frame."""
        figure = registry.landscape(shot.scene.view)
        if not figure.ready(shot):
            return  # the answer to another view, or to the dimension before
        self._shot = shot
        drawn = figure.shown((shot,))
        assert isinstance(drawn, Plot)
        plot = self._plot = drawn
        self.growth.follow(shot)
        self._grow()
        self.legend.show_plot(plot)
        self._entitle(plot.title)
        self._make_room()
        image = next((each for each in plot.layers if isinstance(each, Image)), None)
        self._pointer = Pointer(shot, image) if image else None
        self._read()
        scaled = next(
            (
                each
                for each in plot.layers
                if isinstance(each, Image | Surface) or (isinstance(each, Points) and each.bar)
            ),
            None,
        )
        if scaled:
            ends = (scaled.low, scaled.high)
            self.bar.show_scale(scaled.colormap, *ends, scaled.bar, beyond(scaled))
        else:
            ends = heat.colour_range(shot)
            symbol = level.named(shot, map_symbol(shot.scene))
            self.bar.show_scale(shot.scene.view.colormap, *ends, symbol)

    def _entitle(self, title: str) -> None:
        name, _, detail = title.partition(" · ")
        self.set_title(name, detail)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "bar"):
            self.bar.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a low window the map has the room of its legend, then of the judgement."""
        self.legend.fit_to(self.width() - 2 * theme.px(PAD))
        lines = 1 + self.detail_below + self.actions_below
        room = self.height() - theme.px(_LEAST + 2 * PAD + 26 * lines - 2)
        judged = theme.px(20) if self._hint else 0
        self.judged.setVisible(bool(self._hint) and room >= judged)
        self.legend.setVisible(room >= judged + self.legend.height())
        self.canvas.set_bare(room < 0)
        self.canvas.setMinimumHeight(theme.px(_LOWEST))
        if self._strip:
            self._strip.fit(self.canvas.height(), 2 if self.width() >= theme.px(_WIDE) else 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        factor = map_keys.zoom(event.key())
        if factor is not None:
            middle = self.plane.viewRect().center()
            self._zoom(factor, middle.x(), middle.y())
        elif not self._keys.pressed(self._view, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(event)
        self._keys.released(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def _point_out(self, name: str) -> None:
        """One layer alone, as long as the mouse rests on its name."""
        self.canvas.point_out(name)
        self._named = frozenset((name,)) if name else frozenset()
        self._fade()

    def light(self, at: Pointed) -> None:
        """What shows a symbol."""
        self.canvas.light(at.marks)
        self.legend.light(at)
        self.detail.light(at)
        self._lit = showing(self._plot.layers, at.marks) if self._plot else frozenset()
        self._fade()

    def _fade(self) -> None:
        """The handles that are not meant; what the legend points at goes before a symbol."""
        meant = self._named or self._lit
        for handle, own in ((self.probe, "probe"), (self.cut, "cut")):
            handle.setOpacity(1.0 if not meant or own in meant else FADED)

    def _toggle(self, name: str) -> None:
        self.edited.emit({"view.hidden": hidden.toggled(self._view.hidden, name)}, False)

    def _connect(self) -> None:
        self.legend.toggled.connect(self._toggle)
        self.legend.pointed.connect(self._point_out)
        for tells in (self.legend, Under(self.canvas)):
            tells.told.connect(self.pointed)
        self.canvas.resized.connect(self.reframed)
        self.probe.tell.moved.connect(
            lambda at, done: self.edited.emit({"view.probe": at}, not done)
        )
        self.cut.tell.moved.connect(lambda at, done: self.edited.emit({"view.cut": at}, not done))
        self.growth.ticked.connect(self._grow)
        tell = self.plane.tell
        tell.panned.connect(self._pan)
        tell.turned.connect(self._turn)
        tell.moved.connect(self._move)
        tell.doubled.connect(self.homed)
        tell.zoomed.connect(self._zoom)
        tell.clicked.connect(self._click)
        self.canvas.scene().sigMouseMoved.connect(self._hover)
        self._reading.timeout.connect(self._read)

    def _grow(self) -> None:
        if self._plot is not None:
            self.canvas.show_plot(self._own_part(self.growth.of(self._plot)), self._handled)

    def _own_part(self, plot: Plot) -> Plot:
        x, y = plot.x, plot.y
        if not self._shares or not self._view.flat or None in (x.low, x.high, y.low, y.high):
            return plot
        window = (x.low, x.high, y.low, y.high)
        left, right, bottom, top = framing.inside(window, self.plane.rect())  # type: ignore[arg-type]
        replace = msgspec.structs.replace
        return replace(plot, x=replace(x, low=left, high=right), y=replace(y, low=bottom, high=top))

    @property
    def _handled(self) -> tuple[str, ...]:
        """Layers for which there are handles."""
        return _HANDLED if self._view.flat else ()

    def _pan(self, dx: float, dy: float, done: bool) -> None:
        if self._view.flat:
            self.edited.emit(framing.panned(self._view, dx, dy), not done)

    def _turn(self, dx: float, dy: float, done: bool) -> None:
        if not self._view.flat:
            self.edited.emit(orbit.dragged(self._view, dx, dy), not done)

    def _move(self, dx: float, dy: float, done: bool) -> None:
        if not self._view.flat:
            self.edited.emit(orbit.moved(self._view, dx, dy), not done)

    def _zoom(self, factor: float, x: float, y: float) -> None:
        if not self._view.flat:
            middle = self.plane.viewRect().center()
            camera = orbit.zoomed(self._view, factor, x - middle.x(), y - middle.y())
            self.edited.emit(camera, True)
            return
        if changes := framing.zoomed(self._view, factor, x, y, self._unit):
            self.edited.emit(changes, True)

    def _click(self, x: float, y: float) -> None:
        if self._view.flat:
            self.edited.emit({"view.probe": (x, y)}, False)

    def _hover(self, pos: QPointF | None) -> None:
        self._under = pos
        if pos is None or not self._reading.isActive():
            self._read()
            self._reading.start()

    def _read(self) -> None:
        """Writes what the map says under the mouse, and nothing where there is no map."""
        pos, judged = self._under, ""
        said: tuple[str, ...] = ("",)
        flat = self._view.flat
        inside = pos is not None and self.plane.sceneBoundingRect().contains(pos)
        if inside and flat and self._pointer:
            at = self.plane.mapSceneToView(pos)
            said = self._pointer.ways(at.x(), at.y())
            judged = self._pointer.judged(at.x(), at.y())
        self.detail.write_aside(*said)
        self.judged.write(judged or self._hint)
