"""Measures the samplers: a step of many chains on a network, and frames while they walk."""

from __future__ import annotations

import time
from typing import Any

import torch

from ebmviz.bench.engine import best
from ebmviz.core import library
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.server.frames import Frames

CHAINS = 10_000
NEEDS = ("map", "contours", "gradient", "data", "chains", "density", "sampling")
_SECONDS = 2.0
_STEPS = 5


def walkers(kind: str = "ula", chains: int = CHAINS) -> Scene:
    """Chains on a network energy of 2 × 64 units (SiLU)."""
    catalogue = registry.catalogue()
    changes = {"sampler.kind": kind, "sampler.chains": chains, "device": "cpu"}
    return replace(library.scene("unconditional", catalogue), changes, catalogue)


def sampling() -> dict[str, Any]:
    """Milliseconds of one step of 10 000 chains, of each sampler alone, and how many frames and
    steps per second there are when Langevin chains walk before a full map.
    """
    steps = {}
    for kind in registry.catalogue().kinds("sampler"):
        engine = Engine(walkers(kind))
        engine.sample(2)
        steps[kind] = round(1e3 * best(lambda e=engine: e.sample(_STEPS)) / _STEPS, 2)  # type: ignore[misc]
    return {"threads": torch.get_num_threads(), "step_ms": steps, **frames()}


def frames(seconds: float = _SECONDS) -> dict[str, float]:
    """A step, then a frame, and so on: how many per second."""
    engine, made = Engine(walkers()), Frames()
    made.quick(engine, NEEDS, 0)
    engine.sample(1)
    made.quick(engine, NEEDS, 0)
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        engine.sample(1)
        made.quick(engine, NEEDS, 0)
        count += 1
    return {"frames_per_s": round(count / (time.perf_counter() - began), 1)}
