"""What a reader can move at a stop: view β from hot to cold, the condition x, and the steps that
led to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import msgspec

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.scene import Scene, visible
from ebmviz.figures.on_screen import seen
from ebmviz.figures.words import text

_BETA, _CONDITION = "view.beta", "view.x"
_FRAMES, _CONDITIONS = 10, 9
State = tuple[Mapping[str, object], int | None]
"""Changes of the scene, and the step to look at, None where it stays."""


class Sweep(msgspec.Struct, frozen=True):
    """name: what moves, in words. labels: its values as they are read. at: which of them the stop
    has.
    """

    key: str
    name: str
    labels: tuple[str, ...]
    states: tuple[State, ...]
    at: int


def of(scene: Scene, step: int, catalogue: Catalogue) -> Iterator[Sweep]:
    """Those that a scene after a step has."""
    moved = visible(seen(scene, walking=False), catalogue)
    if param := moved.get(_BETA):
        low, high = param.slider or (0.1, 100.0)
        yield _betas(scene.view.beta, low, high)
    if param := moved.get(_CONDITION):
        yield _conditions(scene.view.x, *(param.slider or (0.0, 1.0)))
    if step > 0 and "still" not in scene.facts and not scene.in_lab:
        yield _steps(step)


def _betas(own: float, low: float, high: float) -> Sweep:
    share = (high / low) ** (1 / (_FRAMES - 1))
    between = (float(f"{low * share**i:.2g}") for i in range(_FRAMES))
    values = sorted({0.0, *between, math.inf, own})
    labels = tuple(text.beta(value) for value in values)
    states: tuple[State, ...] = tuple(({_BETA: value}, None) for value in values)
    return Sweep("beta", "β", labels, states, values.index(own))


def _conditions(own: float, low: float, high: float) -> Sweep:
    between = (low + (high - low) * i / (_CONDITIONS - 1) for i in range(_CONDITIONS))
    values = sorted({*between, own})
    labels = tuple(text.number(value) for value in values)
    states: tuple[State, ...] = tuple(({_CONDITION: value}, None) for value in values)
    return Sweep("x", "x", labels, states, values.index(own))


def _steps(last: int) -> Sweep:
    """Closer together where most is learned: at the beginning."""
    values = sorted({round(last * (i / _FRAMES) ** 1.5) for i in range(_FRAMES + 1)})
    labels = tuple(f"{value:,}".replace(",", "\u202f") for value in values)
    states: tuple[State, ...] = tuple(({}, value) for value in values)
    return Sweep("step", "step", labels, states, values.index(last))
