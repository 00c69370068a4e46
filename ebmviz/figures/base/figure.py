"""What a figure is: its needs, the model states it shows, and a function that draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from ebmviz.core import traits
from ebmviz.core.errors import UserError
from ebmviz.core.markup import quoted
from ebmviz.core.plot import Axis, Plot, Sheet
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Snapshot
from ebmviz.figures.base.hiding import by_label

PLANE = ("plane:y|plane:xy|plane:x",)
"""Scenes that have a map."""


@dataclass(frozen=True)
class Shot:
    """A scene, and what was measured of it."""

    scene: Scene
    snapshot: Snapshot

    @property
    def beside(self) -> Shot | None:
        """What it is compared with."""
        other = self.snapshot.beside
        return Shot(other.scene, other.snapshot) if other else None

    def hiding(self, hidden: str) -> Shot:
        """The same under a view that hides this: what is hidden since it was asked for is not drawn
        any more, what is shown again is missed in it.
        """
        if hidden == self.scene.view.hidden:
            return self
        found = self.snapshot
        if found.beside:
            there = _hiding(found.beside.scene, hidden)
            beside = msgspec.structs.replace(found.beside, scene=there)
            found = msgspec.structs.replace(found, beside=beside)
        return Shot(_hiding(self.scene, hidden), found)


def _hiding(scene: Scene, hidden: str) -> Scene:
    return msgspec.structs.replace(scene, values={**scene.values, "view.hidden": hidden})


@dataclass(frozen=True)
class State:
    """A model to measure: changes to the scene, and epochs of training from fresh weights.

    `epochs` None leaves the weights as they are: the session's own.
    """

    changes: Mapping[str, object] = field(default_factory=dict)
    epochs: int | None = None


@dataclass(frozen=True)
class Figure:
    """A named figure. `draw` gets one shot per state, in order.

    when: facts of a scene without which it has nothing to show, as `Param.when`. stroke: what a
    stroke of the mouse over plot k of its sheet, through these places (x, y), changes of the scene.
    order: its place in menus, the lowest first. says: what is drawn, in the words below it, where
    it takes the place of the map. asked: what of its needs a scene makes it ask for, all if None.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    draw: Callable[[tuple[Shot, ...]], Plot | Sheet]
    states: tuple[State, ...] = (State(),)
    when: tuple[str, ...] = ()
    stroke: Callable[[Shot, int, Sequence[tuple[float, float]]], dict[str, object]] | None = None
    order: int = 1000
    says: str = ""
    asked: Callable[[Scene], tuple[str, ...]] | None = None

    def __post_init__(self) -> None:
        traits.check(self.when, f"figure {self.name}")

    def fits(self, scene: Scene) -> bool:
        """Whether the scene has what it shows."""
        return not any(map(scene.facts.isdisjoint, self._when))

    @cached_property
    def _when(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(each.split("|")) for each in self.when)

    def asks(self, scene: Scene) -> tuple[str, ...]:
        """What must be measured of a scene, to draw it."""
        return self.needs if self.asked is None else self.asked(scene)

    def ready(self, shot: Shot) -> bool:
        """Whether a shot has all that it is drawn of: the only ones that a window draws."""
        return self.fits(shot.scene) and set(self.asks(shot.scene)) <= set(shot.snapshot.needs)

    def shown(self, shots: tuple[Shot, ...]) -> Plot | Sheet:
        """The figure as the view wants it: drawn, without what it hides."""
        return by_label(self.name, self.draw(shots), shots[0].scene.view.hidden)

    @cached_property
    def live(self) -> bool:
        """Whether it shows the session's own weights, so that the window can draw it."""
        return all(state.epochs is None and not state.changes for state in self.states)


def blank(figure: Figure, caption: str = "") -> Plot:
    """Nothing but the title, and what is to be said."""
    none = Axis("", visible=False)
    return Plot(figure.title, none, none, (), caption=caption)


def drawn_or_why_not(figure: Figure, shot: Shot) -> Plot | Sheet:
    """The figure of one shot; of a person's own that raises, what is wrong with it."""
    try:
        return figure.shown((shot,))
    except UserError as error:
        return blank(figure, quoted(str(error), 300))


def live(
    name: str,
    title: str,
    needs: tuple[str, ...],
    draw: Callable[[Shot], Plot | Sheet],
    when: tuple[str, ...] = (),
    order: int = 1000,
    says: str = "",
    asked: Callable[[Scene], tuple[str, ...]] | None = None,
) -> Figure:
    """A figure of one shot, the session's own."""
    return Figure(
        name,
        title,
        needs,
        lambda shots: draw(shots[0]),
        when=when,
        order=order,
        says=says,
        asked=asked,
    )
