"""One Langevin step of 10 000 chains on the same network, ours and torchebm's, in one run.

Same weights, chains, step, device and one thread; torchebm's own sampler with its defaults (it
walks by autograd). `uv sync --group bench` brings torchebm. Prints milliseconds of the processor
per step, best and median of alternating rounds, so that both meet the same load, and frames per
second by the clock.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version

import torch
from torch import Tensor, nn
from torchebm.core import BaseModel
from torchebm.samplers import LangevinDynamics

from ebmviz.bench.sampling import CHAINS, frames
from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine

STEPS, ROUNDS, H = 10, 15, 0.01
ACTIVATIONS = {"silu": nn.SiLU, "tanh": nn.Tanh, "relu": nn.ReLU}


class Network(BaseModel):
    """The same network, as a user of torchebm would write it."""

    def __init__(self, weights: dict[str, Tensor], activation: str) -> None:
        super().__init__()
        act = ACTIVATIONS[activation]
        self.layers = nn.Sequential(
            nn.Linear(2, 64), act(), nn.Linear(64, 64), act(), nn.Linear(64, 1)
        )
        with torch.no_grad():
            for i, layer in enumerate((0, 2, 4), 1):
                self.layers[layer].weight.copy_(weights[f"f.w{i}"])  # type: ignore[operator]
                self.layers[layer].bias.copy_(weights[f"f.b{i}"])  # type: ignore[operator]

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)[:, 0]


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of the processor per step."""
    began = time.process_time()
    work()
    return 1e3 * (time.process_time() - began) / STEPS


def main() -> None:
    torch.set_num_threads(1)  # as the engine has on two cores
    print(f"torch {torch.__version__}, torchebm {version('torchebm')}")
    print(f"{CHAINS} chains, 2-64-64-1, {torch.get_num_threads()} thread(s)")
    catalogue = registry.catalogue()
    for activation in ACTIVATIONS:
        changes = {
            "energy.activation": activation,
            "sampler.kind": "ula",
            "sampler.chains": CHAINS,
            "sampler.step": H,
            "device": "cpu",
        }
        engine = Engine(replace(library.scene("unconditional", catalogue), changes, catalogue))
        engine.sample(1)
        assert engine.sampling is not None
        assert engine.sampling.chains is not None
        model = Network(engine.weights, activation)
        y = engine.sampling.chains.y
        energy, slope = engine.task.energy.value_and_grad(engine.weights, engine.scene.view, y, 1.0)
        assert torch.allclose(model(y), energy, atol=1e-5)
        assert torch.allclose(model.gradient(y), slope, atol=1e-5)
        peer = LangevinDynamics(model, step_size=H, noise_scale=1.0)
        mine, others = partial(engine.sample, STEPS), partial(peer.sample, x=y, n_steps=STEPS)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(timed(mine))
            theirs.append(timed(others))
        for name, pick in (("best", min), ("median", statistics.median)):
            a, b = pick(ours), pick(theirs)
            print(
                f"{activation:5} {name:6}  ebmviz {a:6.2f} ms  torchebm {b:6.2f} ms  × {b / a:.2f}"
            )
    print(f"a step and a frame with its full map: {frames()['frames_per_s']} per second")


if __name__ == "__main__":
    main()
