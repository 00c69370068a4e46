"""A person's own data as a value: places, with an x, a class or a second view each, or none.

Which of these there are decides what data they make (`SHAPES`), and so which models take them.
A scene holds them as rows: x before y before the class, which is what energies take.
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Container, Sequence

import msgspec
import numpy as np

from ebmviz.core import markup
from ebmviz.core.axes import axes
from ebmviz.core.catalogue import Catalogue, path
from ebmviz.core.outside import short
from ebmviz.core.palette import CLASSES
from ebmviz.core.params import missing
from ebmviz.core.rows import decode_points, encode_points
from ebmviz.core.scene import Scene, model
from ebmviz.core.snapshot import Array


class Shape(msgspec.Struct, frozen=True):
    """Data that some models take: the roles of its columns, the component and the parameter that
    hold its rows, the built-in scene that a file of it opens, and its name with {} for the axes of
    the map, which in that scene is `over` a plane of x, of y or of both.

    plane: what a map must be of, with the reason to give where it is not. unpainted: why a hand
    cannot paint its rows on the map; empty where it can.
    """

    roles: tuple[str, ...]
    kind: str
    holds: str
    scene: str
    words: str
    over: str = "plane:y"
    plane: dict[str, str] = {}
    unpainted: str = ""

    def refused_by(self, scene: Scene, catalogue: Catalogue) -> str:
        """Why a scene cannot use it; empty where it can."""
        own = model(scene, catalogue)
        data = catalogue.component("data", self.kind)
        return data.refused_by(own) or missing(self.plane, own.traits)

    def called(self, facts: Container[str] = ()) -> str:
        """What a scene, its own if none is given, calls it: points (y₁, y₂)."""
        return self.words.format(*map(markup.to_plain, axes(facts or (self.over,))))


POINTS = Shape(
    ("y1", "y2"),
    *("own", "points", "ellipse", "points ({}, {})"),
    plane={"plane:y|plane:x": "its points need a map over both of their numbers"},
)
PAIRS = Shape(
    ("x", "y1"),
    *("own", "points", "conditional", "pairs ({}, {})", "plane:xy"),
    plane={"plane:xy": "its x needs a map over x and y"},
)
CONDITIONED = Shape(
    ("x", "y1", "y2"),
    *("own-conditioned", "conditioned", "horn-learned", "points ({}, {}) at an x"),
)
LABELLED = Shape(
    ("y1", "y2", "label"),
    *("own-labelled", "labelled", "multiclass", "points ({}, {}) with a class each", "plane:x"),
)
VIEWS = Shape(
    ("y1", "y2", "v1", "v2"),
    *("own-views", "views", "joint-embedding"),
    words="two views of each thing, ({}, {}) and (y₁, y₂)",
    over="plane:x",
    unpainted="each of its data is a pair of views; pairs come from a file",
)
SHAPES = {frozenset(shape.roles): shape for shape in (POINTS, PAIRS, CONDITIONED, LABELLED, VIEWS)}


class Samples(msgspec.Struct, frozen=True, eq=False):
    """y (N, 1) or (N, 2), and where there are some x (N,), label (N,): classes are 0, 1, … of the
    names in `classes`, or second (N, 2): another view of each.
    """

    y: Array
    x: Array | None = None
    label: Array | None = None
    classes: tuple[str, ...] = ()
    second: Array | None = None

    @property
    def roles(self) -> frozenset[str]:
        """Which there are."""
        given = {"x": self.x is not None, "label": self.label is not None}
        given |= {"y1": True, "y2": self.y.shape[1] > 1}
        given |= dict.fromkeys(("v1", "v2"), self.second is not None)
        return frozenset(role for role, there in given.items() if there)

    @property
    def shape(self) -> Shape:
        """What data they make. Raises KeyError for what no model takes."""
        return SHAPES[self.roles]

    @property
    def rows(self) -> Array:
        """(N, D) float64 as energies take them."""
        every = (self.x, self.y, self.second, self.label)
        return np.column_stack([c for c in every if c is not None])

    @property
    def places(self) -> Array:
        """(N, 2) on the map; (2 N, 2) of two views, which lie on the same."""
        if self.second is not None:
            return np.concatenate([self.y, self.second])
        over = self.y if self.x is None else np.column_stack([self.x, self.y])
        return np.asarray(over[:, -2:])

    def values(self) -> dict[str, object]:
        """As the parameters of a scene's data."""
        rows = base64.b64encode(encode_points(self.rows, len(self.shape.roles))).decode()
        named = {"data.classes": listed(self.classes)} if self.label is not None else {}
        return {"data.kind": self.shape.kind, path("data", self.shape.holds): rows, **named}


def samples_of(scene: Scene) -> Samples | None:
    """The person's own data in a scene, if it is on some."""
    for shape in SHAPES.values():
        held = scene.values.get(path("data", shape.holds))
        if scene.kind("data") == shape.kind and isinstance(held, str) and held:
            rows = decode_points(base64.b64decode(held), len(shape.roles))
            if shape.kind == LABELLED.kind:
                return Samples(rows[:, :2], label=rows[:, 2], classes=classes_of(scene))
            if shape.kind == CONDITIONED.kind:
                return Samples(rows[:, 1:], rows[:, 0])
            if shape.kind == VIEWS.kind:
                return Samples(rows[:, :2], second=rows[:, 2:])
            return Samples(rows)
    return None


def own(scene: Scene) -> bool:
    """Whether a scene's data are of a kind that comes from a file."""
    return scene.kind("data") in kinds()


def kinds() -> tuple[object, ...]:
    """The components whose data come from a file."""
    return tuple(shape.kind for shape in SHAPES.values())


def needs(scene: Scene, catalogue: Catalogue) -> str:
    """What own data a scene can use, in its words: “points (y₁, y₂)”; empty for none."""
    taken = (s.called(scene.facts) for s in SHAPES.values() if not s.refused_by(scene, catalogue))
    return " or ".join(dict.fromkeys(taken))


def classes_of(scene: Scene) -> tuple[str, ...]:
    """The names of a scene's own classes, in their order; none where it has no such."""
    held = scene.values.get("data.classes")
    if not isinstance(held, str) or scene.kind("data") != LABELLED.kind or not held:
        return ()
    return tuple(next(csv.reader([held])))


def listed(names: Sequence[str]) -> str:
    """Names of classes on one line, as `classes_of` reads them."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([short(name, 24) for name in names[:CLASSES]])
    return out.getvalue()
