"""A scene made into the problem that training solves."""

from __future__ import annotations

import numpy as np
import torch

from ebmviz.core.scene import Scene
from ebmviz.engine.model import registry
from ebmviz.engine.training.objective import objective
from ebmviz.engine.training.problem import DIVERGED, Problem


def problem(
    scene: Scene, device: torch.device, before: tuple[Scene, Problem] | None = None
) -> Problem:
    """The problem a scene poses; before: that of another, whose data tensor is used where both have
    the same data. Raises UserError when they are missing.
    """
    run = scene.run
    energy = registry.energy(scene)
    if before and _data(before[0]) == _data(scene) and before[1].data.device == device:
        rows, limit = before[1].data, before[1].limit
    else:
        data = registry.dataset(scene).points(run.seed)
        rows = torch.as_tensor(data, dtype=torch.float32).to(device)
        limit = max(DIVERGED, 1e4 * float(np.square(data).sum(1).mean()))
    loss, regularizer = registry.loss(scene), registry.regularizer(scene)
    return Problem(
        energy=energy,
        objective=objective(energy, loss, regularizer, rows, run.seed),
        optimizer=registry.optimizer(scene),
        data=rows,
        seed=run.seed,
        limit=limit,
        facts=scene.facts,
    )


def _data(scene: Scene) -> tuple[object, ...]:
    """All that its data follow from."""
    own = sorted((k, v) for k, v in scene.values.items() if k.startswith("data."))
    return scene.run.seed, *own
