"""Orders to train, to pause and to look back."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from ebmviz.core.protocol import Advance, Grant, Play, Reset, Restore, Seek
from ebmviz.core.snapshot import Array
from ebmviz.engine.model.engine import Engine
from tests.arrays import same
from tests.engine.serve.process import NEEDS, Process, scene


def of_model(checkpoint: dict[str, Array]) -> dict[str, Array]:
    """Without a loss lab that a test before has left in the same process."""
    return {name: array for name, array in checkpoint.items() if "lab/" not in name}


def test_advance_makes_exactly_so_many_steps(engine: Process) -> None:
    engine.send(Advance(steps=37))
    frame, _ = engine.frame(lambda f: f.step == 37 and not f.playing)
    assert frame.metrics["last_step"] == 37
    assert engine.step() == engine.step() == 37
    engine.send(Advance(steps=1))
    engine.frame(lambda f: f.step == 38 and not f.playing)
    assert engine.step() == 38
    engine.send(Advance(steps=0), Advance(steps=-5))
    assert engine.step() == engine.step() == 38

    here = Engine(scene())
    here.train(38)
    found = engine.fetch()
    expected = {f"weights:{k}": a for k, a in here.checkpoint().weights.items()}
    expected |= {f"history:{k}": a for k, a in here.history.to_arrays().items()}
    assert same(of_model(found), of_model(expected))


@pytest.mark.parametrize("speed", [math.inf, 200.0])
def test_play_trains_until_it_is_paused(engine: Process, speed: float) -> None:
    engine.show(scene(view__speed=speed))
    engine.send(Play(on=True))
    frame, _ = engine.frame(lambda f: f.step >= 10)
    assert frame.playing
    engine.send(Play(on=False))
    still, _ = engine.frame(lambda f: not f.playing)
    assert still.step >= frame.step
    assert engine.step() == engine.step() == still.step


def test_pause_also_ends_an_advance(engine: Process) -> None:
    engine.send(Advance(steps=10**9))
    engine.frame(lambda f: f.step >= 3 and f.playing)
    engine.send(Play(on=False))
    paused = engine.step()
    assert engine.step() == engine.step() == paused
    assert paused < 10**9


def test_seek_shows_the_past_and_stays_there(engine: Process) -> None:
    engine.send(Advance(steps=20))
    engine.frame(lambda f: f.step == 20)
    engine.send(Advance(steps=10**9))
    engine.frame(lambda f: f.step > 30)
    engine.send(Seek(step=7))
    frame, arrays = engine.frame(lambda f: f.step == 7)
    assert not frame.playing
    here = Engine(scene())
    here.train(7)
    assert np.array_equal(arrays["manifold"], here.snapshot(NEEDS).arrays["manifold"])
    newest = engine.step()
    assert newest == frame.metrics["last_step"]
    engine.send(Seek(step=None))
    engine.frame(lambda f: f.step == newest)
    assert engine.step() == newest


def test_changing_beta_while_training_keeps_the_weights(engine: Process) -> None:
    engine.send(Advance(steps=30))
    engine.frame(lambda f: f.step == 30)
    before = engine.fetch()
    wanted = engine.show(scene(view__beta=0.5, objective__beta=1, optimizer__lr=0.01))
    engine.frame(lambda f: f.generation == wanted)
    assert same(of_model(engine.fetch()), of_model(before))


def test_a_checkpoint_goes_on_bit_for_bit_in_another_process(
    engine: Process, start: Callable[..., Process]
) -> None:
    shown = scene(optimizer__kind="adam", optimizer__batch=5, objective__beta=3)
    engine.show(shown)
    engine.send(Reset(), Advance(steps=33))
    engine.frame(lambda f: f.step == 33)
    saved = engine.fetch()

    other = start()
    other.show(shown)
    other.send(Restore(), arrays=saved)
    other.send(Grant(frames=2))
    assert same(of_model(other.fetch()), of_model(saved))
    for process in (engine, other):
        process.send(Advance(steps=20))
        process.frame(lambda f: f.step == 53 and not f.playing)
    assert same(of_model(engine.fetch()), of_model(other.fetch()))
