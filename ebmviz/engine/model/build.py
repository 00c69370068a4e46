"""A scene made into the problem that training solves."""

from __future__ import annotations

import numpy as np
import torch

from ebmviz.core.scene import Scene
from ebmviz.engine.model import registry
from ebmviz.engine.training.objective import objective
from ebmviz.engine.training.step import DIVERGED, Problem


def problem(scene: Scene, device: torch.device) -> Problem:
    """The problem a scene poses. Raises UserError when its data are missing."""
    run = scene.run
    energy = registry.energy(scene)
    data = registry.dataset(scene).points(run.seed)
    rows = torch.as_tensor(data, dtype=torch.float32).to(device)
    loss, regularizer = registry.loss(scene), registry.regularizer(scene)
    return Problem(
        energy=energy,
        objective=objective(energy, loss, regularizer, rows, run.seed),
        optimizer=registry.optimizer(scene),
        data=rows,
        seed=run.seed,
        limit=max(DIVERGED, 1e4 * float(np.square(data).sum(1).mean())),
        facts=scene.facts,
    )
