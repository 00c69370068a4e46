"""Models whose state is known by construction: weights set by hand, or trained at fixed seeds."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import ArrayLike

from ebmviz.core.diagnosis import Verdict, diagnose
from ebmviz.core.errors import NumericError
from ebmviz.core.rows import encode_points
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.weights import Weights
from tests.scenes import built_in

Made = Callable[[Weights], Weights]
"""Fresh weights -> weights whose state is known."""


@dataclass(frozen=True)
class Case:
    """A scene with changes, made or trained, and the state and words that it is in."""

    scene: str
    how: str
    state: str
    words: str = ""
    steps: int = 0
    made: Made | None = None
    changes: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.scene}: {self.how}"


def engine(case: Case) -> Engine:
    """The model of a case; one that was made counts as trained."""
    made = Engine(built_in(case.scene, case.changes))
    if case.made:
        put(made, case.made(made.state.weights))
    if case.steps:
        try:
            made.train(case.steps)
        except NumericError:
            assert made.trainer.diverged
    return made


def put(to: Engine, weights: Weights) -> None:
    """Weights in place of those that are there, as if trained."""
    to.trainer.state = dataclasses.replace(to.state, weights=weights, step=100)
    to.trainer._energy = None


def verdict(of: Engine) -> Verdict:
    return diagnose(of.report(), of.scene.facts)


def own(points: ArrayLike) -> dict[str, object]:
    """Changes to data of one's own."""
    table = base64.b64encode(encode_points(np.asarray(points, float))).decode()
    return {"data.kind": "own", "data.points": table}


def constant(value: float = 0.0) -> Made:
    """All weights of a network are zero, but its last bias: E is the same everywhere."""

    def made(weights: Weights) -> Weights:
        last = [k for k in weights if ".b" in k][-1]
        return {
            k: torch.full_like(w, value) if k == last else torch.zeros_like(w)
            for k, w in weights.items()
        }

    return made


def scaled(factor: float, least: float = 0.0) -> Made:
    """All weights times a factor, the last bias lowered."""

    def made(weights: Weights) -> Weights:
        last = [k for k in weights if ".b" in k][-1]
        return {k: w * factor - (least if k == last else 0) for k, w in weights.items()}

    return made


def given(**values: ArrayLike) -> Made:
    """These weights, the others as they are."""

    def made(weights: Weights) -> Weights:
        new = {k: torch.tensor(np.asarray(v), dtype=torch.float32) for k, v in values.items()}
        assert new.keys() <= weights.keys()
        return {**weights, **new}

    return made


def unsound(weights: Weights) -> Weights:
    """Numbers that are none."""
    return {k: torch.full_like(w, float("nan")) for k, w in weights.items()}
