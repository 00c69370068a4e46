"""The fused kernel without a GPU, for test_fused.py: `python -m tests.engine.interpret OUT few`.

A process of its own: whether triton interprets is settled for good when it is imported, and here
it must. Every case of CASES, the few or the others, goes through the kernel itself, on CPU tensors.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable

import torch

from ebmviz.engine.landscape import gpu
from ebmviz.engine.landscape.result import Landscape, Want
from tests.engine.brute import BETAS, EVERYTHING, SHAPES, WEIGHTS, Case, case
from tests.pairwise import covering

HOT_AND_COLD = (1e-29, 1e-12, 1e12, 1e29)
WANTS = tuple(Want(*flags) for flags in itertools.product((False, True), repeat=3))


def _cases() -> dict[str, tuple[Case, Want]]:
    found: dict[str, tuple[Case, Want]] = {}
    for i, (beta, kind) in enumerate(itertools.product(BETAS, WEIGHTS)):
        c = case(SHAPES[i % 6], kind, beta, biased=i % 2 == 0, seed=i)
        found[f"{SHAPES[i % 6]}, {kind}, {beta:g}"] = c, EVERYTHING
        found[f"{SHAPES[i % 6]}, {kind}, {beta:g}, F alone"] = c, Want()
    for i, (beta, kind) in enumerate(itertools.product(HOT_AND_COLD, WEIGHTS)):
        c = case("outlier", kind, beta, biased=True, seed=i)
        found[f"outlier, {kind}, {beta:g}"] = c, Want()
        c = case("cloud", kind, (1e-3, 0.01, 0.1, 0.2)[i % 4], scale=40.0, half=40.0, seed=i)
        found[f"wide, {kind}, {c.beta:g}"] = c, EVERYTHING
        found[f"wide, {kind}, {c.beta:g}, F alone"] = c, Want()
    for beta, want in itertools.product((0.0, 0.1, 10.0, torch.inf), WANTS):
        found[f"{beta:g}, {want}"] = case("cloud", "mild", beta, biased=True), want
    for beta in BETAS:
        # One point, one place; more points than a tile; more places than a program, far out.
        few = case("cloud", "none", beta, count=1, width=1, height=1)
        many = case("cloud", "e±50", beta, count=333, width=3, height=2)
        long = case("ring", "none", beta, count=9, width=31, height=23, centre=(1e3, -1e3), seed=1)
        found[f"few, {beta:g}"] = few, EVERYTHING
        found[f"many, {beta:g}"] = many, EVERYTHING
        found[f"long, {beta:g}"] = long, EVERYTHING
    return found


CASES = _cases()


def _few() -> frozenset[str]:
    products: dict[str, dict[tuple[str, ...], str]] = {"any": {}, "wide": {}, "wants": {}}
    for name in CASES:
        words = name.split(", ")
        which = "wide" if words[0] == "wide" else "wants" if "Want(" in name else "any"
        products[which][*words, *["everything"] * (4 - len(words))] = name
    every = (lambda row, i=i: row[i] for i in range(4))
    views: tuple[Callable[[tuple[str, ...]], str], ...] = (*every,)
    return frozenset(rows[row] for rows in products.values() for row in covering(rows, *views))


FEW = _few()
"""The cases of each run: of each product those in which every value occurs. All others are slow."""


def main(path: str, which: str) -> None:
    assert gpu.available(torch.zeros(1, 2))
    assert not gpu.available(torch.zeros(1, 2, dtype=torch.float64))
    wanted = {name: each for name, each in CASES.items() if (name in FEW) == (which == "few")}
    torch.save({name: tuple(_run(c, want)) for name, (c, want) in wanted.items()}, path)


def _run(c: Case, want: Want) -> Landscape:
    return gpu.by_kernel(c.points, c.bias, c.log_p, c.y1, c.y2, c.beta, want)


if __name__ == "__main__":
    os.environ["TRITON_INTERPRET"] = "1"
    main(*sys.argv[1:])
