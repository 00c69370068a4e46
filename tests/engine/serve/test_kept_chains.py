"""Chains over the protocol: an engine that comes back gets those that the last checkpoint had."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ebmviz.core.protocol import Failure, Grant, Restore, Sample
from tests.engine.serve.process import Piped, scene

NEEDS = ("map", "chains", "sampling")
SHOWN = {"view__resolution": 32, "sampler__chains": 50, "sampler__pace": 400.0}
Begin = Callable[[], Piped]


def walked(engine: Piped) -> dict[str, np.ndarray]:
    """A checkpoint of an engine whose chains have walked, and stand."""
    engine.show(scene(**SHOWN), NEEDS)
    engine.send(Sample(on=True), Grant(frames=3))
    engine.frame(lambda f: f.metrics.get("sampler_steps", 0) >= 10)
    engine.send(Sample(on=False))
    engine.frame(lambda f: not f.sampling)
    return engine.fetch()


def test_a_restarted_engine_goes_on_with_the_chains(begin: Begin) -> None:
    arrays = walked(begin())
    steps = int(arrays["weights:chains/steps"][0])
    assert steps >= 10
    again = begin()
    again.show(scene(**SHOWN), NEEDS)
    again.send(Restore(), arrays=arrays)
    again.send(Grant(frames=3))
    frame, seen = again.frame(lambda f: "sampler_steps" in f.metrics)
    assert frame.metrics["sampler_steps"] == steps
    assert not frame.sampling
    assert np.array_equal(seen["chains"], arrays["weights:chains/y"])
    again.send(Sample(on=True))
    again.frame(lambda f: f.metrics.get("sampler_steps", 0) >= steps + 3)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_chains_at_no_place_are_refused_in_a_sentence(begin: Begin, value: float) -> None:
    engine = begin()
    arrays = {name: array.copy() for name, array in walked(engine).items()}
    before = arrays["weights:chains/y"].copy()
    arrays["weights:chains/y"][3, 0] = value
    engine.send(Restore(), arrays=arrays)
    failure, _ = engine.until(Failure)
    assert failure.problem.kind == "user"
    assert "chains/y" in failure.problem.message
    assert np.array_equal(engine.fetch()["weights:chains/y"], before)
