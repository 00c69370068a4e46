"""A step of a million Langevin chains on a network energy."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from ebmviz.core.frame import frame_of
from ebmviz.core.scene import Scene
from ebmviz.engine.model import build
from ebmviz.engine.samplers.ula import ULA
from ebmviz.engine.sampling.parts import in_parts, most_at_once
from ebmviz.engine.training import step
from ebmviz.engine.weights import Weights
from tests.benchmarks.gpu.rows import Row, Settings, Work, timed
from tests.scenes import built_in

CHAINS, SMALL = 1_000_000, 500
H, BETA = 0.01, 1.0
_STEPS = 10  # for one of the clock


def rows(settings: Settings) -> Iterator[Row]:
    """Steps per second, ours and a compiled one."""
    count = SMALL if settings.small else CHAINS
    of, what = built_in("unconditional"), f"{count:,} chains".replace(",", " ")
    yield timed(
        "chains", what, "ebmviz", "steps/s", lambda: _ours(of, count, settings), settings, _STEPS
    )
    if "torch.compile" in settings.peers:
        yield timed(
            "chains",
            what,
            "torch.compile",
            "steps/s",
            lambda: _compiled(of, count, settings),
            settings,
            _STEPS,
        )


def _begun(of: Scene, count: int, settings: Settings) -> tuple[Weights, Tensor]:
    task = build.problem(of, settings.device)
    share = torch.rand(count, 2, generator=torch.Generator().manual_seed(1))
    return step.start(task).weights, (4 * share - 2).to(settings.device)


def _ours(of: Scene, count: int, settings: Settings) -> Work:
    task, view = build.problem(of, settings.device), frame_of(of).view(of.view)
    weights, y = _begun(of, count, settings)
    energy, generator = task.energy, torch.Generator(settings.device).manual_seed(2)
    most = most_at_once(energy.width(weights), settings.device)
    field = in_parts(lambda y: energy.value_and_grad(weights, view, y, BETA), most)
    sampler = ULA(ULA.Params(step=H))

    @torch.no_grad()
    def work() -> Tensor:
        chains = sampler.init(field, y)
        for _ in range(_STEPS):
            chains, _ = sampler.step(chains, field, BETA, generator)
        return chains.y

    return work


def _compiled(of: Scene, count: int, settings: Settings) -> Work:
    weights, y = _begun(of, count, settings)
    layers = [(weights[f"f.w{i}"], weights[f"f.b{i}"]) for i in (1, 2, 3)]

    def energy(y: Tensor) -> Tensor:
        for i, (w, b) in enumerate(layers):
            y = torch.nn.functional.linear(y, w, b)
            y = torch.nn.functional.silu(y) if i < len(layers) - 1 else y
        return y.sum()

    slope: Callable[[Tensor], Tensor] = torch.func.grad(energy)

    def one(y: Tensor) -> Tensor:
        return y - H * slope(y) + math.sqrt(2 * H / BETA) * torch.randn_like(y)

    torch._dynamo.reset()
    fused = torch.compile(one, dynamic=False)

    @torch.no_grad()
    def work() -> Tensor:
        at = y
        for _ in range(_STEPS):
            at = fused(at)
        return at

    return work
