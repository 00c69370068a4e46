"""Data as a hand meets them: rows that lie on the map, each with what it has beside its place.

Whatever data a scene has, edited they are its own points: the same rows as shown, in the units that
are seen, under the frame that they have. So weights keep their meaning, and training goes on.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from ebmviz.core import markup
from ebmviz.core.axes import plain
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.frame import frame_of
from ebmviz.core.numerals import counted
from ebmviz.core.outside import clean
from ebmviz.core.rows import CAP_TEXT, POINTS_CAP, VALUE_CAP
from ebmviz.core.samples import LABELLED, SHAPES, Samples, Shape, own, samples_of
from ebmviz.core.scene import Scene, model
from ebmviz.core.snapshot import Array

NAMED = 100  # letters of what the data are called


class Cloud(msgspec.Struct, frozen=True, eq=False):
    """Rows (N, D) of a shape of data; names of their classes where they have some."""

    shape: Shape
    rows: Array
    classes: tuple[str, ...] = ()

    @property
    def _first(self) -> int:
        return int({"x", "y1", "y2"} <= set(self.shape.roles))

    @property
    def places(self) -> Array:
        """(N, 2) on the map."""
        return np.asarray(self.rows[:, self._first : self._first + 2])

    @property
    def label(self) -> Array:
        """The class of each, (N,); all 0 where there are none."""
        return np.asarray(self.rows[:, 2]) if self.labelled else np.zeros(len(self.rows))

    @property
    def labelled(self) -> bool:
        """Whether each has a class."""
        return "label" in self.shape.roles

    @property
    def conditioned(self) -> bool:
        """Whether each has an x that is none of its place."""
        return self._first == 1

    def made(self, places: Array, beside: float = 0.0) -> Array:
        """Rows (M, D) at places (M, 2): `beside` is their x, or their class."""
        extra = np.full(len(places), float(beside))
        if self.conditioned:
            return np.column_stack([extra, places])
        return np.column_stack([places, extra]) if self.labelled else np.array(places, float)

    def of(self, rows: Array) -> Cloud:
        """The same data with other rows. Raises UserError for more, or farther out, than a scene
        takes.
        """
        if len(rows) > POINTS_CAP:
            raise UserError(f"{len(rows)} points: {CAP_TEXT}")
        if not (np.abs(rows) <= VALUE_CAP).all():
            raise UserError("a point would lie beyond ±10¹²")
        return msgspec.structs.replace(self, rows=rows)

    def at(self, places: Array) -> Cloud:
        """The same points at other places (N, 2)."""
        rows = self.rows.copy()
        rows[:, self._first : self._first + 2] = places
        return self.of(rows)

    def samples(self) -> Samples:
        """As data of a file."""
        y, width = self.rows, len(self.shape.roles)
        if self.labelled:
            return Samples(y[:, :2], label=y[:, 2], classes=self.classes)
        return Samples(y[:, 1:], y[:, 0]) if width > 2 else Samples(y)

    def changes(self, scene: Scene, catalogue: Catalogue) -> dict[str, object]:
        """What a scene needs to have these data: its frame and its view stay."""
        title = catalogue.component("data", scene.kind("data")).title
        made = f"From “{markup.to_plain(title)}”"
        name = (scene.word("data.name", "") if own(scene) else "") or made
        told = (f"{counted(len(self.rows))}, edited by hand", frame_of(scene).said())
        return {
            **self.samples().values(),
            "data.name": clean(name, NAMED),
            "data.read": "; ".join(each for each in told if each),
        }


def shape_of(scene: Scene, catalogue: Catalogue) -> tuple[Shape | None, str]:
    """The data that a hand can paint in a scene; or None, and why it cannot."""
    fitting = [s for s in SHAPES.values() if not s.refused_by(scene, catalogue)]
    if not fitting:
        return None, f"“{model(scene, catalogue).title}” has no data that lie on a map"
    return (None, fitting[0].unpainted) if fitting[0].unpainted else (fitting[0], "")


def cloud_of(scene: Scene, arrays: Mapping[str, Array], shape: Shape) -> Cloud | None:
    """The data of a scene: its own, or what was measured of others, `data` with `data_x` or
    `data_class`. None where there is neither.
    """
    found = samples_of(scene)
    if found and found.shape.kind == shape.kind:
        return Cloud(shape, found.rows, found.classes)
    places, blank = arrays.get("data"), Cloud(shape, np.empty((0, len(shape.roles))))
    beside = "data_class" if shape is LABELLED else "data_x" if blank.conditioned else ""
    if places is None or not len(places) or (beside and beside not in arrays):
        return None
    rows = blank.made(np.asarray(places, float))
    if beside:
        rows[:, 2 if blank.labelled else 0] = arrays[beside]
    return blank.of(rows)


def headings(cloud: Cloud, scene: Scene) -> tuple[str, ...]:
    """What the columns of its rows are called in a scene: x₁, x₂, label."""
    names = plain(scene.facts)
    return tuple(names[role] for role in cloud.shape.roles)
