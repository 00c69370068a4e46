"""The hand at the map: which tool is in it, and what its actions do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence

from ebmviz.core import markup
from ebmviz.core.hands import points
from ebmviz.core.hands.chance import chance
from ebmviz.core.hands.cloud import Cloud, shape_of
from ebmviz.core.hands.stroke import NOISE as SHAKEN
from ebmviz.core.numerals import counted
from ebmviz.core.scene import Scene
from ebmviz.figures.words import text
from ebmviz.ui.controls import tips
from ebmviz.ui.hands.edited import Edited
from ebmviz.ui.hands.gestures import Brushing, Drawing, Gesture, Leading, Selecting, Starting
from ebmviz.ui.hands.overlay import Overlay
from ebmviz.ui.hands.strip import ToolStrip
from ebmviz.ui.hands.tools import (
    BY_ACTION,
    CHOSEN,
    CUT,
    EDITS,
    NONE,
    PROBE,
    READS,
    SELECT,
    STARTS,
    TOOLS,
    Tool,
)

_LEAST, _MOST, _STEP = 4.0, 300.0, 1.25  # pixels of the radius, and its factor
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}
_STILL = "its answers are not found by descents over y"
_NUDGE = 4.0  # pixels; with Shift one


class Hands(QObject):
    """Holds a tool. `overlay` and its `reach` lie over the map, `strip` beside it."""

    def __init__(
        self,
        edited: Edited,
        acts: dict[str, QAction],
        edit: Callable[[dict[str, object], bool], None],
        away: Callable[[Scene], str],
    ) -> None:
        """edit(changes, live) of the scene; away(scene): why no map is to be touched in it, or
        empty.
        """
        super().__init__()
        self.edited, self._acts, self._away = edited, acts, away
        self.overlay, self.strip = Overlay(), ToolStrip(acts)
        self.tool, self.label = NONE, 0
        self.unfit = ""  # why points cannot be edited
        self._why: dict[str, str] = {}  # an action rests
        self._brush = Brushing(edited, self.overlay, lambda: self.tool, self.beside)
        self._select = Selecting(edited, self.overlay)
        self._cut, self._probe = Drawing(self.overlay, edit), Leading(edit)
        self._starts = Starting(lambda: edited.store.scene.view, self.overlay, edit)
        self._edit = edit
        self._holds: Gesture | None = None  # while the button is down
        self._nudged: Callable[[], None] | None = None  # ends what an arrow key held down does
        self._met = False
        group = QActionGroup(self)
        for tool in TOOLS:
            group.addAction(acts[tool.action])
        acts[NONE.action].setChecked(True)
        tell = self.overlay.tell
        tell.began.connect(self._begin)
        tell.went.connect(self._go)
        tell.ended.connect(self._end)
        tell.sized.connect(self.grow)
        self.strip.classed.connect(self.give_class)
        edited.changed.connect(self._show_selection)
        edited.store.changed.connect(lambda *_: self.show_scene())
        self.show_scene()

    # -- actions ------------------------------------------------------------------------

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions of the menus do."""
        tools = {t.action: lambda t=t: self.take(t.action) for t in TOOLS}
        return {
            **tools,
            "brush-smaller": lambda: self.grow(-1),
            "brush-larger": lambda: self.grow(1),
            "select-all": self._select_all,
            "delete": self.edited.remove,
            "jitter": self._jitter,
            "halve": self._halve,
        }

    def take(self, action: str) -> None:
        """Another tool in the hand."""
        self._end()
        self.tool = BY_ACTION[action]
        self._acts[action].setChecked(True)
        if self.tool is not SELECT:
            self.edited.select()
        self.overlay.take(self.tool is not NONE, bool(self.tool.brush))

    def grow(self, steps: float) -> None:
        """A larger or, of a negative number of steps, smaller brush."""
        reach = self.overlay.reach
        reach.size(min(_MOST, max(_LEAST, reach.radius * _STEP**steps)))

    def give_class(self, label: int) -> None:
        """Points are painted in this class from now on; those that are selected get it."""
        self.label = label
        self.strip.choose(label)
        cloud, mask = self.edited.cloud(), self.edited.mask
        if cloud is not None and cloud.labelled and mask.any():
            did = f"gave {counted(int(mask.sum()))} another class"
            self.edited.put(lambda: points.classed(cloud, mask, label), did)

    def _select_all(self) -> None:
        self.take(SELECT.action)
        self.edited.select(np.ones(len(self.edited.mask), bool))

    def _jitter(self) -> None:
        noise = SHAKEN * self.overlay.reach.radius * self.overlay.pixel()
        self._change(
            lambda cloud, mask, drawn: points.jittered(cloud, mask, noise, drawn), "added noise to"
        )

    def _halve(self) -> None:
        self._change(points.halved, "thinned out")

    def _change(
        self, how: Callable[[Cloud, np.ndarray, np.random.Generator], Cloud], did: str
    ) -> None:
        edited = self.edited
        cloud = edited.cloud()
        if cloud is not None and edited.mask.any():
            edited.serial += 1
            drawn = chance(edited.store.scene.run.seed, edited.serial)
            did = f"{did} {counted(int(edited.mask.sum()))}"
            edited.put(lambda: how(cloud, edited.mask, drawn), did)

    # -- the mouse and the keys ---------------------------------------------------------

    def _begin(self, x: float, y: float, more: bool) -> None:
        self._holds = self._gesture()
        self._holds.begin((x, y), more)

    def _go(self, x: float, y: float) -> None:
        if self._holds:
            self._holds.go((x, y))

    def _end(self) -> None:
        holds, self._holds = self._holds, None
        if holds:
            holds.end()

    def _gesture(self) -> Gesture:
        if self.tool.brush:
            return self._brush
        others: dict[Tool, Gesture] = {
            CUT: self._cut,
            PROBE: self._probe,
            STARTS: self._starts,
        }
        return others.get(self.tool, self._select)

    def beside(self) -> float:
        """The class, or the x, of a point that is painted."""
        cloud = self.edited.cloud()
        labelled = cloud is not None and cloud.labelled
        return float(self.label) if labelled else self.edited.store.scene.view.x

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keys of the map: Escape, the numbers of classes, arrows while something is selected."""
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                return self._pressed(event)
            if event.type() == QEvent.Type.KeyRelease and self._nudged:
                if not event.isAutoRepeat():
                    done, self._nudged = self._nudged, None
                    done()
                return True
        return False

    def _pressed(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.tool is not NONE:
            self.take(NONE.action)
            return True
        label = key - Qt.Key.Key_1
        if 0 <= label < self.strip.classes:
            self.give_class(label)
            return True
        if key == Qt.Key.Key_Delete and self.tool is STARTS:
            self._starts.clear()
            return True
        if key not in _ARROWS:
            return False
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        step = (1.0 if shift else _NUDGE) * self.overlay.pixel()
        return self._nudge(step * _ARROWS[Qt.Key(key)])

    def _nudge(self, by: np.ndarray) -> bool:
        """An arrow key moves what the tool in the hand is for: points, the cut or the probe."""
        view = self.edited.store.scene.view
        held = {CUT: ("view.cut", view.cut), PROBE: ("view.probe", view.probe)}
        if self.tool in held:
            path, at = held[self.tool]
            moved = tuple((np.reshape(at, (-1, 2)) + by).ravel().tolist())
            self._edit({path: moved}, True)
            self._nudged = lambda: self._edit({path: moved}, False)
            return True
        cloud, mask = self.edited.cloud(), self.edited.mask
        if cloud is not None and mask.any():
            did = f"moved {counted(int(mask.sum()))}"
            self.edited.put(lambda: points.moved(cloud, mask, by), did, live=True)
            self._nudged = self.edited.settle
            return True
        return False

    # -- what can be done ---------------------------------------------------------------

    def show_scene(self) -> None:
        """Offer what the scene can use, and say of the rest why not."""
        scene = self.edited.store.scene
        why = self._away(scene)
        unfit = shape_of(scene, self.edited.store.catalogue)[1]
        self.unfit = why or unfit
        self._met = bool(unfit)  # of what cannot be edited, nothing is awaited
        still = "" if "control:view.inference" in scene.facts else _STILL
        for tool in TOOLS:
            unable = unfit if tool.edits else still if tool is STARTS else ""
            self._allow(tool.action, why or unable)
        for name in EDITS:
            self._allow(name, why or unfit)
        for name in READS:
            self._allow(name, unfit)
        if not self._acts[self.tool.action].isEnabled():
            self.take(NONE.action)
        self.strip.allow(not why)
        self.show_classes()
        self._show_selection()

    def show_frame(self) -> None:
        """Data that were awaited may have come."""
        if not self._met:
            self.show_classes()

    def show_classes(self) -> None:
        """Those that the data have, as far as these have come."""
        cloud = self.edited.cloud()
        names: tuple[str, ...] = ()
        self._met = self._met or cloud is not None
        if cloud is not None and cloud.labelled:
            names = self.names(cloud)
        self.label = self.label if self.label < len(names) else 0
        self.strip.offer(names, self.label)

    def names(self, cloud: Cloud) -> tuple[str, ...]:
        """Of the classes of points, as the scene calls them."""
        count, scene = max(2, 1 + int(cloud.label.max())), self.edited.store.scene
        return tuple(markup.to_plain(text.label(scene, k)) for k in range(count))

    def _allow(self, name: str, why: str) -> None:
        if self._why.get(name) == why:
            return
        self._why[name] = why
        act = self._acts[name]
        keys = act.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        also = why or keys
        act.setEnabled(not why)
        tips.give(act, f"{act.text()} ({also})" if also else act.text())

    def _show_selection(self) -> None:
        selected = self.edited.selected
        self.overlay.select(selected)
        for name in CHOSEN:
            self._allow(name, "" if len(selected) else "select some points first")
