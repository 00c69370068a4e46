"""The lecture's ellipse in training: its scene, its data, its radii."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ebmviz.core import assets
from ebmviz.core.scene import Scene
from ebmviz.engine.model.engine import Engine
from tests.scenes import built_in

FULL = 100_000  # a batch larger than any set


def scene(name: str = "ellipse", **changes: object) -> Scene:
    """A built-in scene; `a__b` stands for the path a.b."""
    return built_in(name, changes)


def radii(engine: Engine) -> list[float]:
    return engine.state.weights["w"].abs().tolist()


def lecture() -> Tensor:
    table = np.loadtxt(assets.resource("data/ellipse24.csv"), delimiter=",", skiprows=1)
    return torch.from_numpy(table)
