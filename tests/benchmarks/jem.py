"""Joint models of five Gaussians: ten seeds at the defaults, and the plain classifier beside each.

`python -m tests.benchmarks.jem [--seeds N] [--steps N] [--json]` trains the scene `jem` and prints,
per seed, the accuracy of both, the exact −ln p(x) of both by quadrature over the box, and the step
at which training diverged, if it did. Status 1 unless all seeds finish, the accuracies differ by
1 % at most, and the joint model's −ln p(x) is lower by 1 nat at least.
Source: Grathwohl et al. 2020; mathematics.md §4.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass

import torch

from ebmviz.core import library
from ebmviz.core.errors import NumericError
from ebmviz.core.scene import replace
from ebmviz.engine.measures.joint import joint
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine

STEPS = 1200
SEEDS = 10


@dataclass(frozen=True)
class Run:
    """One seed: steps done, whether that was all, accuracies (0 … 1), and nats per datum."""

    seed: int
    steps: int
    finished: bool
    accuracy: float
    accuracy_ce: float
    nll: float
    nll_ce: float

    @property
    def passed(self) -> bool:
        """Whether it is as good as it must be."""
        near = abs(self.accuracy - self.accuracy_ce) <= 0.01
        return self.finished and near and self.nll <= self.nll_ce - 1


def trained(seed: int, steps: int) -> Run:
    """Trains the scene, and measures both models."""
    catalogue = registry.catalogue()
    scene = replace(library.scene("jem", catalogue), {"seed": seed, "device": "cpu"}, catalogue)
    engine, finished = Engine(scene), True
    try:
        while engine.state.step < steps:
            engine.train(steps - engine.state.step)
    except NumericError as error:
        print(f"seed {seed}: {error}", file=sys.stderr)
        finished = False
    found = {k.removeprefix("joint_"): v for k, v in joint(engine.task, engine.weights).items()}
    return Run(seed, engine.state.step, finished, **found)


def main() -> int:
    """Prints the table, or all runs as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--json", action="store_true", help="every run, not the table")
    args = parser.parse_args()
    torch.set_num_threads(1)
    runs = []
    if not args.json:
        print("| seed | steps | accuracy | CE alone | −ln p(x) | CE alone | passed |")
        print("|---|---|---|---|---|---|---|")
    for seed in range(1, args.seeds + 1):
        run = trained(seed, args.steps)
        runs.append(run)
        if not args.json:
            rates = f"{run.accuracy:.4f} | {run.accuracy_ce:.4f} | {run.nll:.3f} | {run.nll_ce:.2f}"
            print(
                f"| {seed} | {run.steps} | {rates} | {'yes' if run.passed else 'no'} |", flush=True
            )
    if args.json:
        print(json.dumps([asdict(run) for run in runs], indent=1))
    return 0 if all(run.passed for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
