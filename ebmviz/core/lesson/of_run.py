"""The run that a stop is of: whether it has what the stop shows."""

from __future__ import annotations

from collections.abc import Mapping

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.params import Affects, Value
from ebmviz.core.scene import Scene, diff

Runs = Mapping[int, tuple[Scene, Checkpoint]]
"""number: under which scene a run stands, and where."""
_DATA = "data."


def same_weights(there: Scene, scene: Scene, catalogue: Catalogue) -> bool:
    """Whether weights trained under one scene are such as another has, of the same data."""
    return diff(there, scene, catalogue) < Affects.BUILD and _data(there) == _data(scene)


def of_run(
    runs: Runs, number: int | None, scene: Scene, step: int, catalogue: Catalogue
) -> tuple[Scene, Checkpoint] | None:
    """The run of a stop, where it has its step under weights of the scene; of the lab none is
    kept.
    """
    if number is None or number not in runs or scene.in_lab:
        return None
    there, kept = runs[number]
    fits = step <= kept.step and same_weights(there, scene, catalogue)
    return (there, kept) if fits else None


def _data(scene: Scene) -> dict[str, Value]:
    return {at: value for at, value in scene.values.items() if at.startswith(_DATA)}
