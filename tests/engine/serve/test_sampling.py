"""Chains over the protocol: on, off, again, beside training, and a map that stands still."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ebmviz.core.protocol import Frame, Grant, Play, RestartChains, Sample
from ebmviz.core.scene import Scene
from tests.engine.serve.process import Piped, scene

NEEDS = ("map", "chains", "sampling")
Begin = Callable[[], Piped]


def walked(**changes: object) -> Scene:
    given = {"view__resolution": 32, "sampler__chains": 50, "sampler__pace": 200.0}
    return scene(**{**given, **changes})


def steps(frame: Frame) -> float:
    return frame.metrics.get("sampler_steps", -1)


def test_chains_walk_when_told_and_pause_when_told(begin: Begin) -> None:
    engine = begin()
    generation = engine.show(walked(), NEEDS)
    engine.send(Grant(frames=3))
    first, arrays = engine.frame(lambda f: f.generation == generation)
    assert not first.sampling
    assert "chains" not in arrays
    engine.send(Sample(on=True))
    early, before = engine.frame(lambda f: steps(f) >= 2)
    late, after = engine.frame(lambda f: steps(f) >= steps(early) + 10)
    assert early.sampling
    assert late.sampling
    assert not late.playing
    assert late.step == 0
    assert before["chains"].shape == (50, 2)
    assert not np.array_equal(before["chains"], after["chains"])
    assert np.array_equal(before["map"], after["map"])
    engine.send(Sample(on=False))
    still, kept = engine.frame(lambda f: not f.sampling)
    engine.fetch()
    generation = engine.show(walked(view__contours=3), NEEDS)
    again, same = engine.frame(lambda f: f.generation == generation)
    assert steps(again) == steps(still)
    assert np.array_equal(kept["chains"], same["chains"])


def test_dispersing_starts_the_same_chains_again(begin: Begin) -> None:
    engine = begin()
    engine.show(walked(), NEEDS)
    engine.send(RestartChains(), Grant(frames=3))
    first, places = engine.frame(lambda f: steps(f) == 0)
    engine.send(Sample(on=True))
    engine.frame(lambda f: steps(f) >= 5)
    engine.send(Sample(on=False), RestartChains())
    again, back = engine.frame(lambda f: steps(f) == 0)
    assert np.array_equal(places["chains"], back["chains"])


def test_chains_walk_beside_training(begin: Begin) -> None:
    engine = begin()
    engine.show(walked(view__speed=100.0), NEEDS)
    engine.send(Sample(on=True), Play(on=True), Grant(frames=3))
    frame, _ = engine.frame(lambda f: steps(f) >= 10 and f.step >= 10)
    assert frame.playing
    assert frame.sampling
    engine.send(Play(on=False))
    later, _ = engine.frame(lambda f: not f.playing and steps(f) >= steps(frame) + 10)
    assert later.sampling


def test_without_chains_nothing_walks_and_nothing_breaks(begin: Begin) -> None:
    engine = begin()
    engine.show(walked(sampler__chains=0), NEEDS)
    engine.send(Sample(on=True), RestartChains(), Grant(frames=3))
    frame, arrays = engine.frame()
    assert "chains" not in arrays
    generation = engine.show(walked(sampler__chains=20), NEEDS)
    _, arrays = engine.frame(lambda f: f.generation == generation and steps(f) >= 3)
    assert arrays["chains"].shape == (20, 2)
