"""Snapshot: what the engine measured, as named arrays and metrics."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy.typing as npt

from ebmviz.core.scene import Scene

Array = npt.NDArray[Any]


class Snapshot(msgspec.Struct, frozen=True):
    """One measured picture of a scene.

    generation: which SetScene it answers. step: training steps behind the weights.
    arrays: named numbers, shapes as documented in the files of `ebmviz.engine.measures`.
    metrics: scalars such as `lens_free_energy`, `mean_energy`.
    labels: named lists of words, such as the losses of the lab.
    needs: what was asked for and measured; a figure is drawn only of one that has all of its own.
    beside: the same of another model, where one is compared with.
    """

    generation: int
    step: int
    arrays: dict[str, Array]
    metrics: dict[str, float]
    labels: dict[str, tuple[str, ...]] = {}
    needs: tuple[str, ...] = ()
    beside: Beside | None = None

    def has(self, *names: str) -> bool:
        """Whether all the named arrays were measured."""
        return all(name in self.arrays for name in names)

    def calling(self, other: str) -> Snapshot:
        """The same with a name for what stands beside it, if anything does."""
        if self.beside is None or self.beside.name == other:
            return self
        beside = msgspec.structs.replace(self.beside, name=other)
        return msgspec.structs.replace(self, beside=beside)


class Beside(msgspec.Struct, frozen=True):
    """Another model under the same view: its scene, which has that view, and what was measured.
    differs: in what it is trained otherwise, in words; empty where in nothing. name: of its branch,
    where it is of another.
    """

    scene: Scene
    snapshot: Snapshot
    differs: str = ""
    name: str = ""
