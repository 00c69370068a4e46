"""What a press, a drag and a release do with each kind of tool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject, QPointF, QTimer

from ebmviz.core.hands import points
from ebmviz.core.hands.cloud import Cloud
from ebmviz.core.hands.stroke import BRUSHES, Stroke, begun
from ebmviz.core.numerals import counted
from ebmviz.core.snapshot import Array
from ebmviz.core.view import DRAWN, View
from ebmviz.ui.hands.edited import Edited
from ebmviz.ui.hands.overlay import Overlay
from ebmviz.ui.hands.tools import Tool

_TICK_MS = 33  # moves that come closer together are one change of the scene
_FLOW_MS = 80  # between the dabs of a spray that is held still
_STARTS_APART = 30.0  # pixels
_CATCH = 9.0  # pixels around a point


class Gesture(Protocol):
    """From a press to its release."""

    def begin(self, at: tuple[float, float], more: bool, /) -> None:
        """Pressed; more: with Shift."""

    def go(self, at: tuple[float, float]) -> None:
        """Dragged to there."""

    def end(self) -> None:
        """Released."""


class Drawing:
    """A cut, from where the button was pressed to where it is."""

    def __init__(self, overlay: Overlay, edit: Callable[[dict[str, object], bool], None]) -> None:
        self._overlay, self._edit = overlay, edit
        self._from = self._to = (0.0, 0.0)

    def begin(self, at: tuple[float, float], _more: bool) -> None:
        """Pressed."""
        self._from = self._to = at

    def go(self, at: tuple[float, float]) -> None:
        """Dragged to there."""
        self._to = at
        self._send(True)

    def end(self) -> None:
        """Released."""
        self._send(False)

    def _send(self, live: bool) -> None:
        away = np.subtract(self._to, self._from) / self._overlay.pixel()
        if np.hypot(*away) > _CATCH:
            self._edit({"view.cut": (*self._from, *self._to)}, live)


class Leading:
    """The probe goes along the path of the mouse."""

    def __init__(self, edit: Callable[[dict[str, object], bool], None]) -> None:
        self._edit = edit
        self._at = (0.0, 0.0)

    def begin(self, at: tuple[float, float], _more: bool) -> None:
        """Pressed."""
        self.go(at)

    def go(self, at: tuple[float, float]) -> None:
        """Dragged to there."""
        self._at = at
        self._edit({"view.probe": at}, True)

    def end(self) -> None:
        """Released."""
        self._edit({"view.probe": self._at}, False)


class Starting:
    """Descents from places along the path of the mouse, beside those that are there."""

    def __init__(
        self,
        view: Callable[[], View],
        overlay: Overlay,
        edit: Callable[[dict[str, object], bool], None],
    ) -> None:
        self._view, self._overlay, self._edit = view, overlay, edit
        self._places: list[tuple[float, float]] = []

    def begin(self, at: tuple[float, float], _more: bool) -> None:
        """Pressed."""
        drawn = self._view().drawn
        self._places = list(zip(drawn[::2], drawn[1::2], strict=True))
        self._add(at)

    def go(self, at: tuple[float, float]) -> None:
        """Dragged to there."""
        away = np.subtract(at, self._places[-1]) / self._overlay.pixel()
        if np.hypot(*away) >= _STARTS_APART:
            self._add(at)

    def end(self) -> None:
        """Released."""
        self._send(False)

    def clear(self) -> None:
        """None are left."""
        self._places = []
        self._send(False)

    def _add(self, at: tuple[float, float]) -> None:
        self._places = [*self._places, at][-DRAWN:]  # the oldest give way
        self._send(True)

    def _send(self, live: bool) -> None:
        drawn = tuple(v for place in self._places for v in place)
        shown = self._view().inference
        way = "gradient" if shown == "off" else shown
        self._edit({"view.drawn": drawn, "view.inference": way}, live)


class Selecting:
    """A press on a point takes it, or all that are selected with it, along; elsewhere it draws a
    rectangle around what is to be selected. With Shift the selection grows.
    """

    def __init__(self, edited: Edited, overlay: Overlay) -> None:
        self._edited, self._overlay = edited, overlay
        self._from = np.zeros(2)
        self._before: Array = np.empty(0, bool)  # what was selected
        self._cloud: Cloud | None = None  # as it was pressed on
        self._dragged = False

    def begin(self, at: tuple[float, float], more: bool) -> None:
        """Pressed."""
        edited, self._from = self._edited, np.array(at)
        cloud = self._cloud = edited.there()
        if cloud is None:
            return
        found = points.nearest(cloud.places, self._from, _CATCH * self._overlay.pixel())
        self._dragged = found is not None
        self._before = edited.mask if more else np.zeros(len(cloud.rows), bool)
        if found is None:
            edited.select(self._before)
        elif not edited.mask[found]:
            edited.select(self._before | (np.arange(len(cloud.rows)) == found))

    def go(self, at: tuple[float, float]) -> None:
        """Dragged to there."""
        edited, to, cloud = self._edited, np.array(at), self._cloud
        if cloud is None or len(cloud.rows) != len(edited.mask):
            return
        if self._dragged:
            did, by = f"moved {counted(int(edited.mask.sum()))}", to - self._from
            edited.put(lambda: points.moved(cloud, edited.mask, by), did, live=True)
        else:
            inside = points.inside(cloud.places, self._from, to)
            edited.select(self._before | inside)
            self._overlay.frame((QPointF(*self._from), QPointF(*at)))

    def end(self) -> None:
        """Released."""
        self._cloud = None
        self._overlay.frame(None)
        self._edited.settle()


class Brushing(QObject):
    """A stroke of a brush. What the mouse does between two ticks is one change of the scene."""

    def __init__(
        self,
        edited: Edited,
        overlay: Overlay,
        tool: Callable[[], Tool],
        beside: Callable[[], float],
    ) -> None:
        super().__init__()
        self._edited, self._overlay, self._tool, self._beside = edited, overlay, tool, beside
        self._stroke: Stroke | None = None
        self._done = (0, 0)  # how much of it the scene has
        self._path: list[tuple[float, float]] = []
        self._tick, self._flow = QTimer(self), QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.setSingleShot(True)
        self._flow.setInterval(_FLOW_MS)
        self._tick.timeout.connect(self._apply)
        self._flow.timeout.connect(self._stay)

    def begin(self, at: tuple[float, float], _more: bool) -> None:
        """Pressed."""
        edited = self._edited
        cloud = edited.there()
        if cloud is None:
            return
        edited.select()
        edited.serial += 1
        radius = self._overlay.reach.radius * self._overlay.pixel()
        seed = edited.store.scene.run.seed
        self._stroke = begun(cloud, at, radius, self._beside(), seed, edited.serial)
        self._done = (0, 0)
        self._tick.start()  # not at once: the stroke before may have ended with this very event
        if self._tool().flows:
            self._flow.start()

    def go(self, at: tuple[float, float]) -> None:
        """Dragged to there."""
        self._path.append(at)
        if not self._tick.isActive():
            self._tick.start()

    def end(self) -> None:
        """Released, or given up: what it has done stays."""
        self._apply()
        self._stroke = None
        self._flow.stop()
        self._tick.stop()
        self._path.clear()
        self._edited.settle()

    def _stay(self) -> None:
        if self._stroke is not None and not self._path:
            self._stroke = self._stroke.again()
            self._apply()

    def _apply(self) -> None:
        if self._stroke is None:
            return
        if self._path:
            self._stroke = self._stroke.to(*self._path)
            self._path.clear()
        stroke = self._stroke
        done = (len(stroke.dabs), int(stroke.covered.sum()))
        if done == self._done:
            return
        self._done = done
        tool = self._tool()
        after = self._edited.made(lambda: BRUSHES[tool.brush](stroke))
        if after is None:
            self._stroke = None  # more than a scene takes: said once
            return
        before = stroke.before.rows
        if np.array_equal(after.rows, before):
            return  # nothing was met so far
        count = abs(len(after.rows) - len(before)) or int(stroke.covered.sum())
        self._edited.put(lambda: after, f"{tool.did} {counted(count)}", live=True)
