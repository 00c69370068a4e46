"""What the map says at a place, for the reading under the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ebmviz.core.plot import Image
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.words import likelihood, places, text
from ebmviz.figures.words.lookup import values_at


@dataclass(frozen=True, eq=False)
class Pointer:
    """A shot, and the image drawn of it. What takes the whole map is found once."""

    shot: Shot
    image: Image

    def said(self, x: float, y: float) -> str:
        """The place, and what the image shows there; empty outside."""
        return self.ways(x, y)[0]

    def ways(self, x: float, y: float) -> tuple[str, ...]:
        """The same, and shorter where there is less room."""
        value, image = self._at(self.image.values, x, y), self.image
        if np.isnan(value):
            return ("",)
        across, along = text.axes(self.shot.scene)
        first, second = places.coordinates(self.shot.scene, x, y)
        shown = f"{image.bar} = {places.reading(value, image.low, image.high, places.SHADES)}"
        place = f"({first}, {second})"
        return f"{across} = {first}, {along} = {second}, {shown}", f"{place}, {shown}", place

    def judged(self, x: float, y: float) -> str:
        """How likely and unusual a joint model finds the place; empty outside, and of others."""
        energy = self._at(self.shot.snapshot.arrays["map"], x, y)
        return "" if self._judge is None or np.isnan(energy) else self._judge.said(energy)

    @cached_property
    def _judge(self) -> likelihood.Judge | None:
        return likelihood.judge(self.shot)

    def _at(self, values: Array, x: float, y: float) -> float:
        return float(values_at(values, self.shot.scene.view.window, np.array([[x, y]]))[0])
