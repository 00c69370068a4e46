"""Horn I over many seeds: does cold training find the radii? Some minutes.

python -m tests.benchmarks.horn [SEEDS]
prints one row per seed: mean F_∞ on fresh data (the noise floor is 2·0.05² = 0.005), the largest
relative error of |f(x)| and the largest |ỹ_MSE(x)|/ρ(x), both for x in [0.05, 0.95].
"""

from __future__ import annotations

import math
import sys

import torch

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.engine.datasets.horn import HornData, HornDataParams, radii
from ebmviz.engine.energies.base.horn_decoder import HornDecoder
from ebmviz.engine.model import build, registry
from ebmviz.engine.training import step

STEPS = (1000, 3000)


def main(seeds: int) -> None:
    """The table, for the seeds 0 … seeds − 1."""
    torch.set_num_threads(1)
    catalogue = registry.catalogue()
    x = torch.linspace(0.05, 0.95, 181)
    true = torch.from_numpy(radii(x.double().numpy())).float()
    print("seed  steps  mean F_∞  radii  regressor")
    for seed in range(seeds):
        scene = replace(library.scene("horn", catalogue), {"seed": seed}, catalogue)
        task = build.problem(scene, torch.device("cpu"))
        energy, state = task.energy, step.start(task)
        assert isinstance(energy, HornDecoder)
        fresh = torch.from_numpy(HornData(HornDataParams(count=4000)).points(seed + 10_000))
        for steps in STEPS:
            while state.step < steps:
                state = step.advance(task, state, steps - state.step).state
            with torch.no_grad():
                free = energy.free(state.weights, fresh.float(), math.inf).mean()
                error = (energy.predict(state.weights, x).abs() / true - 1).abs().max()
                off = (energy.regress(state.weights, x).norm(dim=1) / true.amin(1)).max()
            print(f"{seed:4d} {steps:6d} {free:9.5f} {error:6.3f} {off:10.3f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8)
