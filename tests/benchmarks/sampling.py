"""One Langevin step of 10 000 chains on the same network, on one core: ours, that of a jitted
`jax.lax.scan`, and torchebm's, in one run.

Same weights, chains and step; torchebm's own sampler with its defaults (it walks by autograd).
`uv sync --group bench` brings both. Prints milliseconds of the processor per step, best and median
of alternating rounds, so that all meet the same load, and frames per second by the clock. Ours also
keeps what the sampler shows of its chains.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from typing import Any

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import jax
import jax.numpy as jnp
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


def scan(weights: dict[str, Tensor], activation: str, y: Tensor) -> Callable[[], object]:
    """`STEPS` steps, as a user of JAX would write them."""
    w = {name: jnp.asarray(each.numpy()) for name, each in weights.items()}
    act: Any = getattr(jax.nn, activation)

    def energy(places: Any) -> Any:
        h = act(places @ w["f.w1"].T + w["f.b1"])
        h = act(h @ w["f.w2"].T + w["f.b2"])
        return (h @ w["f.w3"].T + w["f.b3"]).sum()

    def one(carry: Any, _: None) -> Any:
        places, key = carry
        key, here = jax.random.split(key)
        noise = jax.random.normal(here, places.shape)
        return (places - H * jax.grad(energy)(places) + (2 * H) ** 0.5 * noise, key), None

    many = jax.jit(lambda carry: jax.lax.scan(one, carry, None, STEPS)[0])
    begun = jnp.asarray(y.numpy()), jax.random.key(0)
    return lambda: jax.block_until_ready(many(begun))


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of the processor per step."""
    began = time.process_time()
    work()
    return 1e3 * (time.process_time() - began) / STEPS


def main() -> None:
    torch.set_num_threads(1)  # as the engine has on two cores
    print(f"torch {torch.__version__}, jax {version('jax')}, torchebm {version('torchebm')}")
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
        works: dict[str, Callable[[], object]] = {
            "ebmviz": partial(engine.sample, STEPS),
            "jax": scan(engine.weights, activation, y),
            "torchebm": partial(peer.sample, x=y, n_steps=STEPS),
        }
        for work in works.values():
            work()
        took: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(ROUNDS):
            for name, work in works.items():
                took[name].append(timed(work))
        for title, pick in (("best", min), ("median", statistics.median)):
            ours, *others = [(name, pick(times)) for name, times in took.items()]
            rest = "".join(f"  {name} {t:6.2f} ms  × {t / ours[1]:.2f}" for name, t in others)
            print(f"{activation:5} {title:6}  ebmviz {ours[1]:6.2f} ms{rest}", flush=True)
    print(f"a step and a frame with its full map: {frames()['frames_per_s']} per second")


if __name__ == "__main__":
    main()
