"""Which scene a frame shows, and which of several that wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ebmviz.core.protocol import Advance, Frame, Grant, Play, Reset, Restore, SetScene, Shutdown
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.server.pipes import _newest_scenes
from tests.arrays import same
from tests.engine.serve.process import NEEDS, Process, scene


@pytest.mark.slow
def test_a_frame_shows_its_scene_and_carries_its_generation(engine: Process) -> None:
    shown = scene(view__beta=2, view__probe=(1, 0.5))
    wanted = engine.show(shown, ("map", "lens"))
    frame, arrays = engine.frame(lambda f: f.generation == wanted)
    expected = Engine(shown).snapshot(("map", "lens"))
    # The engine does not wait for the compiled kernel: another summation, another last bit.
    exact = expected.arrays.pop("map")
    np.testing.assert_allclose(arrays.pop("map"), exact, rtol=1e-6, atol=1e-6)
    assert same(arrays, expected.arrays)
    assert frame.metrics == pytest.approx(expected.metrics, nan_ok=True)
    assert (frame.step, frame.playing, frame.device) == (0, False, "cpu")


def test_of_many_scenes_the_last_one_is_shown(engine: Process) -> None:
    scenes = [scene(view__probe=(0.01 * i, 0)) for i in range(30)]
    first = engine.generation + 1
    messages = [SetScene(generation=first + i, scene=s, needs=NEEDS) for i, s in enumerate(scenes)]
    engine.generation += len(messages)
    engine.send(*messages)
    seen = [0]
    while seen[-1] < engine.generation:
        frame, arrays = engine.frame()
        assert frame.generation >= seen[-1]
        seen.append(frame.generation)
    assert same(arrays, Engine(scenes[-1]).snapshot(NEEDS).arrays)


def kinds(*messages: Any) -> list[Any]:
    """What is left of waiting messages: generations, and the names of others."""
    left = _newest_scenes([(m, {}) for m in messages])
    return [m.generation if isinstance(m, SetScene) else type(m).__name__ for m, _ in left]


def test_a_waiting_scene_gives_way_to_a_newer_one() -> None:
    one, two, three = (SetScene(generation=g, scene=scene(), needs=()) for g in (1, 2, 3))
    assert kinds(one, two, three) == [3]
    assert kinds(one, Grant(), two, Grant()) == ["Grant", 2, "Grant"]
    assert kinds(Play(on=True), one) == ["Play", 1]
    assert kinds() == []


def test_a_waiting_scene_stays_when_something_else_refers_to_it() -> None:
    one, two, three = (SetScene(generation=g, scene=scene(), needs=()) for g in (1, 2, 3))
    assert kinds(one, Restore(), Grant(), two) == [1, "Restore", "Grant", 2]
    assert kinds(one, two, Reset(), three) == [2, "Reset", 3]
    assert kinds(one, Advance(steps=1), two, three) == [1, "Advance", 3]


def test_a_restore_survives_a_slider_moved_while_the_engine_loads(
    start: Callable[..., Process],
) -> None:
    """All of this waits in the pipe before the process reads a byte; Shutdown ends it."""
    model = Engine(scene(energy__latents=12))
    model.train(9)
    checkpoint = {f"weights:{k}": a for k, a in model.checkpoint().weights.items()}
    process = start()
    process.show(scene(energy__latents=12))
    process.send(Restore(), arrays=checkpoint)
    process.send(Grant(frames=2))
    process.show(scene(energy__latents=12, view__beta=3))
    found = process.fetch()
    assert {k: found[k].tolist() for k in checkpoint} == {
        k: a.tolist() for k, a in checkpoint.items()
    }
    process.send(Play(on=True))
    process.until(Frame, lambda f: f.step > 20)
    process.send(Shutdown())
    assert process.ends() == 0
