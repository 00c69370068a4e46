"""Steps of training against the same steps as a jitted `jax.lax.scan`, on one core, in turns:
python -m tests.benchmarks.training [SECONDS] (needs the group `bench`).

What is compared is what a researcher would write: float32, the data and the order of the batches on
the device, thousands of steps in one call, nothing recorded. Ours also trains the regressor beside
the horn.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import jax
import jax.numpy as jnp
import numpy as np
import torch

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.engine.model import build, registry
from ebmviz.engine.training import step, taped
from ebmviz.engine.training.batches import order
from ebmviz.engine.training.problem import Problem

TURNS, CALL = 5, 2000
Run = Callable[[int], float]
"""Of a number of steps: seconds."""


def main() -> None:
    """Print steps per second of both, and their ratio, the best of turns that alternate."""
    torch.set_num_threads(1)
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    for title, name, changes, slope in ROWS:
        task = _problem(name, changes)
        runs = {"ebmviz": _ours(task), "torch": _by_torch(task), "jax": _scan(task, slope)}
        counts = {who: _enough(run, seconds) for who, run in runs.items()}
        best = dict.fromkeys(runs, 0.0)
        for _ in range(TURNS):
            for who, run in runs.items():
                best[who] = max(best[who], counts[who] / run(counts[who]))
        ours, eager, theirs = best["ebmviz"], best["torch"], best["jax"]
        print(
            f"{title}: {ours:,.0f} steps/s, jax {theirs:,.0f} ({ours / theirs:.2f} ×),"
            f" torch {eager:,.0f} ({ours / eager:.1f} ×)",
            flush=True,
        )


def _problem(name: str, changes: dict[str, object]) -> Problem:
    catalogue = registry.catalogue()
    scene = replace(library.scene(name, catalogue), {"device": "cpu", **changes}, catalogue)
    return build.problem(scene, torch.device("cpu"))


def _enough(run: Run, seconds: float) -> int:
    count = 8
    run(count)
    while (took := run(count)) < seconds / 4:
        count *= 2
    return max(1, int(count * seconds / took))


def _ours(task: Problem) -> Run:
    state = step.start(task)
    assert taped.plays(task, state)

    def run(count: int) -> float:
        began = time.perf_counter()
        now = state
        while now.step < count:
            now = step.advance(task, now, count - now.step, every=count).state
        return time.perf_counter() - began

    return run


def _by_torch(task: Problem) -> Run:
    state = step.start(task)

    def run(count: int) -> float:
        now = state
        began = time.perf_counter()
        with torch.no_grad():
            for _ in range(count):
                now, _ = step._next(task, now)
        return time.perf_counter() - began

    return run


Weights = dict[str, Any]
Loss = Callable[[Weights, Any], Any]


def _scan(task: Problem, loss: Callable[[Problem], Loss]) -> Run:
    data = jnp.asarray(task.data.numpy())
    begun = {k: jnp.asarray(w.numpy()) for k, w in step.start(task).weights.items()}
    begun = {k: w for k, w in begun.items() if not k.startswith("mse")}
    rate, slope = task.optimizer.params.lr, jax.value_and_grad(loss(task))
    adam = hasattr(task.optimizer.params, "beta2")

    def one(carry: Any, rows: Any) -> Any:
        weights, mean, square, n = carry
        value, g = slope(weights, data[rows])
        if not adam:
            return ({k: w - rate * g[k] for k, w in weights.items()}, mean, square, n), value
        n = n + 1
        mean = {k: 0.9 * m + 0.1 * g[k] for k, m in mean.items()}
        square = {k: 0.999 * s + 0.001 * g[k] ** 2 for k, s in square.items()}
        scale = rate * jnp.sqrt(1 - 0.999**n) / (1 - 0.9**n)
        weights = {
            k: w - scale * mean[k] / (jnp.sqrt(square[k]) + 1e-8) for k, w in weights.items()
        }
        return (weights, mean, square, n), value

    many = jax.jit(lambda carry, rows: jax.lax.scan(one, carry, rows))
    count, batch = len(task.data), task.batch
    epochs = -(-CALL * batch // count)
    rows = np.concatenate(
        [order(task.seed, e, count)[: count // batch * batch] for e in range(epochs)]
    )
    rows = jnp.asarray(rows.reshape(-1, batch)[:CALL])
    zeros = {k: jnp.zeros_like(w) for k, w in begun.items()}
    first = (begun, zeros, zeros, jnp.float32(0))
    jax.block_until_ready(many(first, rows))

    def run(steps: int) -> float:
        carry, done = first, 0
        few = rows[: min(steps, CALL)]
        jax.block_until_ready(many(first, few))
        began = time.perf_counter()
        while done < steps:
            carry, _ = many(carry, few)
            done += len(few)
        jax.block_until_ready(carry)
        return (time.perf_counter() - began) * steps / done

    return run


def _ellipse(task: Problem) -> Loss:
    z = jnp.asarray(task.z.numpy())
    circle = jnp.stack([jnp.cos(z), jnp.sin(z)], 1)

    def loss(w: Weights, y: Any) -> Any:
        return jnp.square(y[:, None] - w["w"] * circle).sum(2).min(1).mean()

    return loss


def _horn(task: Problem) -> Loss:
    z = jnp.asarray(task.energy.latents().float().numpy())  # type: ignore[attr-defined]
    circle = jnp.stack([jnp.cos(z), jnp.sin(z)], 1)

    def loss(w: Weights, rows: Any) -> Any:
        h = jax.nn.relu(rows[:, :1] @ w["f.w1"].T + w["f.b1"])
        h = jax.nn.relu(h @ w["f.w2"].T + w["f.b2"])
        radii = h @ w["f.w3"].T + w["f.b3"]
        apart = rows[:, None, 1:] - radii[:, None] * circle
        return jnp.square(apart).sum(2).min(1).mean()

    return loss


def _network(task: Problem) -> Loss:
    space = task.objective.space
    side = task.objective.loss.params.answers  # type: ignore[attr-defined]
    grid, volume = jnp.asarray(space.grid(side).numpy()), space.log_volume
    cell = volume - 2 * float(np.log(side))

    def energy(w: Weights, y: Any) -> Any:
        h = jax.nn.silu(y @ w["f.w1"].T + w["f.b1"])
        h = jax.nn.silu(h @ w["f.w2"].T + w["f.b2"])
        return (h @ w["f.w3"].T + w["f.b3"])[:, 0]

    def loss(w: Weights, rows: Any) -> Any:
        log_z = jax.nn.logsumexp(-energy(w, grid)) + cell
        return energy(w, rows).mean() + log_z

    return loss


ROWS: tuple[tuple[str, str, dict[str, object], Callable[[Problem], Loss]], ...] = (
    ("ellipse, cold, batch 1", "ellipse", {}, _ellipse),
    ("horn, batch 50, 240 latents", "horn", {}, _horn),
    ("network 2×64 SiLU, NLL over 48² answers, batch 100", "unconditional", {}, _network),
)


if __name__ == "__main__":
    main()
