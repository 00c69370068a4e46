"""Which losses collapse which architectures: the tutorial's toy, under every loss.

`python -m tests.benchmarks.collapse [--json]` trains, for some minutes, y = x² (200 points, x in
[−1, 1], L1 energies) with a 1-20-1 sigmoid regressor and with two 1-10-10 branches, and prints a
table with the meter's numbers. Losses of one wrong answer get it in two ways: the mean over a grid
of answers outside a ball of ε = 0.2, weighed by P(ŷ|x) at β = 1, and the most offending of them.
Source: LeCun et al. 2006, §3.4 and Table 1; mathematics.md §3.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import torch

from ebmviz.core.catalogue import Component
from ebmviz.core.diagnosis import diagnose
from ebmviz.core.scene import Scene, build
from ebmviz.engine.measures.base.collapse import meter
from ebmviz.engine.model import registry
from ebmviz.engine.model.build import problem
from ebmviz.engine.training import step

STEPS = 2000  # of 20 data each: 200 epochs
RATE = 0.01
SEEDS = (1, 2, 3)
BRANCHES: dict[str, dict[str, object]] = {
    "regression": {"kind": "regression", "hidden": 20},
    "implicit": {"kind": "implicit", "hidden": 10},
}
LOSSES = (
    *("energy", "perceptron", "hinge", "log", "lvq2", "mce", "square-square"),
    *("square-exponential", "simple", "nll", "mee", "infonce"),
)
# Whether Table 1 of LeCun et al. 2006 finds a margin in it; `simple` and `infonce` are not there.
MARGIN = {kind: kind not in ("energy", "perceptron", "lvq2") for kind in LOSSES}
COLUMNS = {
    "regression": ("flatness", "rank"),
    "implicit": ("flatness", "rank", "share", "gap", "steepness", "wall"),
}
WORDS = {
    "grid": "expected",
    "offending": "most offending",
    "energy": "–",
    **dict.fromkeys(("perceptron", "nll", "mee", "infonce"), "all"),
}


@dataclass(frozen=True)
class Run:
    """One training: what was trained, the meter's numbers, the doctor's word."""

    architecture: str
    loss: str
    negatives: str
    seed: int
    state: str
    numbers: dict[str, float]


def scene(architecture: str, loss: str, negatives: str, seed: int) -> Scene:
    """The toy under a loss."""
    given: dict[str, object] = {
        **{f"energy.{name}": value for name, value in BRANCHES[architecture].items()},
        "energy.layers": 1,
        "energy.activation": "sigmoid",
        "energy.distance": "l1",
        "data.kind": "parabola",
        "data.count": 200,
        "objective.loss": loss,
        "optimizer.kind": "adam",
        "optimizer.lr": RATE,
        "optimizer.batch": 20,
        "seed": seed,
        "device": "cpu",
    }
    catalogue = registry.catalogue()
    if loss != "energy":
        given |= {"objective.answers": 20, "objective.reach": 0.5, "objective.beta": 1.0}
        given["objective.negatives"] = negatives
    return build("collapse", "", (), given, catalogue)


def trained(architecture: str, loss: str, negatives: str, seed: int) -> Run:
    """Trains, and measures."""
    chosen = scene(architecture, loss, negatives, seed)
    task = problem(chosen, torch.device("cpu"))
    state = step.start(task)
    while state.step < STEPS:
        block = step.advance(task, state, STEPS - state.step)
        state = block.state
        if block.fault:
            break
    found = {**meter(task, state.weights), "last_step": float(state.step)}
    word = diagnose(found, chosen.facts).state
    return Run(architecture, loss, negatives, seed, word, found)


def runs() -> Iterator[Run]:
    """All of them, with progress on stderr."""
    pairs = {kind for kind, c in registry.catalogue().kinds("objective").items() if _pair(c)}
    plan = [
        (architecture, loss, negatives, seed)
        for architecture in BRANCHES
        for loss in LOSSES
        for negatives in (("grid", "offending") if loss in pairs else ("grid",))
        for seed in SEEDS
    ]
    for i, each in enumerate(plan, 1):
        print(f"\r{i}/{len(plan)} {' '.join(map(str, each)):60}", end="", file=sys.stderr)
        yield trained(*each)
    print(file=sys.stderr)


def _pair(component: Component) -> bool:
    choices = [p.choices for p in component.params if p.name == "negatives"]
    return bool(choices) and "offending" in choices[0]


def table(found: list[Run]) -> str:
    """Markdown: how many of the seeds collapsed, and the means of the meter's numbers."""
    head = ["loss", "ŷ", "LeCun et al. 2006: a margin"]
    head += [f"{a}: {c}" for a in BRANCHES for c in ("collapsed", *COLUMNS[a])]
    lines = [head, ["---"] * len(head)]
    for loss, negatives in dict.fromkeys((r.loss, r.negatives) for r in found):
        line = [loss, WORDS.get(loss, WORDS[negatives]), "yes" if MARGIN[loss] else "no"]
        for architecture, columns in COLUMNS.items():
            mine = [
                r
                for r in found
                if (r.loss, r.negatives, r.architecture) == (loss, negatives, architecture)
            ]
            down = sum(r.state == "collapsed" for r in mine)
            line.append("no" if not down else "yes" if down == len(mine) else f"{down}/{len(mine)}")
            means = [sum(r.numbers[f"meter_{c}"] for r in mine) / len(mine) for c in columns]
            line += [f"{mean:.2g}" for mean in means]
        lines.append(line)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def disagreements(found: list[Run]) -> list[Run]:
    """Runs that contradict the tutorial, wrong answers being expected: its Table 1 for the implicit
    architecture, and for regression that nothing collapses it.
    """
    return [
        r
        for r in found
        if r.negatives == "grid"
        and (r.state == "collapsed") != (r.architecture == "implicit" and not MARGIN[r.loss])
    ]


def main() -> int:
    """Prints the table, or all runs as JSON. Status 1 where the tutorial is contradicted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="every run, not the table")
    args = parser.parse_args()
    torch.set_num_threads(1)
    found = list(runs())
    print(json.dumps([asdict(r) for r in found], indent=1) if args.json else table(found))
    odd = disagreements(found)
    for r in odd:
        print(
            f"not as in LeCun et al. 2006: {r.loss}, {r.architecture}, seed {r.seed}",
            file=sys.stderr,
        )
    return 1 if odd else 0


if __name__ == "__main__":
    sys.exit(main())
