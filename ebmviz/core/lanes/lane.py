"""Lanes: the scenes that values of paths make of one, each with a name in the panel's words."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import msgspec

from ebmviz.core.catalogue import Catalogue, selector
from ebmviz.core.errors import UserError
from ebmviz.core.lanes.over import Over, word
from ebmviz.core.params import Value
from ebmviz.core.scene import Scene, replace

LOSS = selector("objective")
_AND = "&"  # between the values of a key


class Lane(msgspec.Struct, frozen=True, eq=False):
    """One of them. key: what it is known by, in messages and files. names: one for each path that
    varies, such as “η 0.1”. changes: what makes its scene of the one that they all come from.
    """

    key: str
    names: tuple[str, ...]
    changes: dict[str, Value]
    scene: Scene

    @property
    def title(self) -> str:
        """All names."""
        return ", ".join(self.names)


def lanes(
    scene: Scene, overs: Sequence[Over], catalogue: Catalogue, where: str
) -> tuple[Lane, ...]:
    """All combinations, the last path fastest. Raises UserError of one that no scene can have."""
    made = []
    pairs = (tuple(zip(one.values, one.names, strict=True)) for one in overs)
    for chosen in itertools.product(*pairs):
        changes = {one.path: value for one, (value, _) in zip(overs, chosen, strict=True)}
        try:
            under = _under(scene, changes, catalogue)
        except UserError as error:
            raise UserError(f"{where}: {error}") from None
        made.append(Lane(key(changes), tuple(name for _, name in chosen), changes, under))
    return tuple(made)


def key(changes: dict[str, Value]) -> str:
    """What a lane is known by: of losses alone the loss, as it always was."""
    if list(changes) == [LOSS]:
        return str(changes[LOSS])
    return _AND.join(f"{at}={word(value)}" for at, value in changes.items())


def without(overs: Sequence[Over], lane: Lane, axis: int) -> tuple[Over, ...]:
    """What varies, but for the value that a lane has of one of the paths."""
    over, gone = overs[axis], lane.changes[overs[axis].path]
    pairs = zip(over.values, over.names, strict=True)
    kept = [(value, name) for value, name in pairs if value != gone]
    values, names = zip(*kept, strict=True)
    return (*overs[:axis], Over(over.path, values, names), *overs[axis + 1 :])


def shape(overs: Sequence[Over]) -> tuple[int, int]:
    """Rows and columns of the lanes of two paths; of one, as many as make a square."""
    counts = [len(one.values) for one in overs]
    if len(counts) == 2:
        return counts[0], counts[1]
    columns = math.ceil(math.sqrt(counts[0]))
    return math.ceil(counts[0] / columns), columns


def _under(scene: Scene, changes: dict[str, Value], catalogue: Catalogue) -> Scene:
    other = {at: value for at, value in changes.items() if scene.values.get(at) != value}
    return replace(scene, other, catalogue) if other else scene
