"""The marks on the samplers' sliders: of the limit that a frame last brought."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ebmviz.core import protocol
from ebmviz.core.scene import Scene
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.words import stability
from ebmviz.ui.panel.form import Form
from ebmviz.ui.views.map_controls import MapControls
from ebmviz.ui.views.stage import Stage

_NEED, _METRIC = "sampling", "sampler_limit"
"""What is asked for, and the number that comes with it."""


class StepMarks:
    """Keeps the limit between the frames that bring it: cards take turns, and a limit does not
    depend on the step that is dragged over it.
    """

    def __init__(self, forms: Sequence[Form | MapControls], stage: Stage) -> None:
        self._forms, self._stage = forms, stage
        self._limit = math.inf  # unknown
        self._energy = ""  # kind of energy that it is of

    def show_scene(self, scene: Scene) -> None:
        """Mark what the scene's sampler asks for; the forms show the scene already."""
        energy = scene.kind("energy")
        if self._limit < math.inf and not (energy == self._energy and self._measured(scene)):
            self._limit = math.inf
        self._energy = energy
        self._mark(scene)

    def show_frame(self, shot: Shot, frame: protocol.Frame, scene: Scene) -> None:
        """Mark what was measured, if it was, in the scene that is shown now."""
        found = shot.snapshot.metrics.get(_METRIC, math.inf)
        brought = _NEED in frame.needs and shot.scene.kind("energy") == self._energy
        if brought and found != self._limit:
            self._limit = found
            self._mark(scene)

    def forget(self, scene: Scene) -> None:
        """Another document: what was measured is not of its model."""
        self._limit = math.inf
        self._mark(scene)

    def _measured(self, scene: Scene) -> bool:
        return any(_NEED in figure.needs for figure in self._stage.figures(scene))

    def _mark(self, scene: Scene) -> None:
        marks = stability.marks(scene, self._limit)
        for form in self._forms:
            form.set_marks(marks)
