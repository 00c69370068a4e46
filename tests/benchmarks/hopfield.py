"""How well a classical Hopfield network recalls, and where its capacity curve bends.

    python -m tests.benchmarks.hopfield [units] [trials]

Prints the recall at a load of 5 % with a tenth of the units turned, and the overlap over the load
with the load where it falls through 0.967, beside 0.138 (mathematics.md §6).
"""

from __future__ import annotations

import sys
import time

import numpy as np

from ebmviz.engine.theory import hopfield

LOADS = np.linspace(0.04, 0.24, 21)


def overlap(units: int, load: float, trials: int, flips: float = 0.0) -> float:
    """Mean over so many trials, each with its own patterns."""
    found = [
        hopfield.capacity_trial(units, load, np.random.default_rng([seed]), flips=flips)
        for seed in range(trials)
    ]
    return float(np.mean(found))


def main(units: int = 400, trials: int = 12) -> None:
    start = time.perf_counter()
    kept = overlap(units, 0.05, trials, flips=0.1)
    print(f"N = {units}, {trials} trials per load")
    right = 100 * (1 + kept) / 2
    print(f"load 0.05, a tenth turned: {right:.2f} % of the units right, m = {kept:.4f}")
    curve = [overlap(units, float(load), trials) for load in LOADS]
    for load, m in zip(LOADS, curve, strict=True):
        print(f"  {load:.2f}  {m:.3f}  {'█' * round(50 * m)}")
    bend = hopfield.bend(LOADS.tolist(), curve)
    if bend is not None:
        off = 100 * (bend / hopfield.CAPACITY - 1)
        print(f"bend at {bend:.4f}, {off:+.1f} % of {hopfield.CAPACITY}")
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main(*(int(arg) for arg in sys.argv[1:3]))
