"""A new document is seen once its weights are its own, and not in the moment before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ebmviz.core.protocol import (
    Fetch,
    Fetched,
    Frame,
    Grant,
    Reset,
    Restore,
    Sample,
    SetScene,
    Tried,
    Try,
)
from tests.engine.serve.process import Piped, scene

NEEDS = ("map", "manifold", "chains")
SHOWN = {"view__resolution": 32, "sampler__chains": 50}
Begin = Callable[[], Piped]


def hold(engine: Piped) -> int:
    """A held scene, and how many frames came before the engine had turned to it and idled."""
    engine.generation += 1
    wanted = engine.generation
    engine.send(
        SetScene(generation=wanted, scene=scene(**SHOWN), needs=NEEDS, awaiting_weights=True)
    )
    seen = 0
    for token in range(100, 104):  # it looks at its frames between any two answers
        engine.send(Try(token=token, scene=scene(**SHOWN)))
        while not isinstance(item := engine.next()[0], Tried):
            seen += isinstance(item, Frame) and item.generation == wanted
    return seen


def test_no_chain_of_the_document_before_is_seen_in_the_next(begin: Begin) -> None:
    engine = begin()
    engine.show(scene(**SHOWN), NEEDS)
    engine.send(Sample(on=True), Grant(frames=8))
    engine.frame(lambda f: f.sampling)
    engine.send(Sample(on=False))
    engine.frame(lambda f: not f.sampling and not f.rough)
    engine.send(Grant(frames=8))
    assert hold(engine) == 0
    engine.send(Reset())
    frame, arrays = engine.frame()
    assert frame.generation == engine.generation
    assert "chains" not in arrays


def test_a_trained_document_is_not_seen_untrained(begin: Begin) -> None:
    engine = begin()
    engine.show(scene(**SHOWN), NEEDS)
    engine.send(Grant(frames=8))
    engine.frame(lambda f: not f.rough)
    arrays = engine.fetch()
    arrays["weights:w"] = np.array([1.0, 0.5], np.float32)
    assert hold(engine) == 0
    engine.send(Restore(), arrays=arrays)
    _, seen = engine.frame()
    assert np.abs(seen["manifold"]).max(0).tolist() == [1.0, 0.5]


def test_a_checkpoint_that_is_refused_leaves_initial_weights_to_be_seen(begin: Begin) -> None:
    engine = begin()
    engine.show(scene(**SHOWN), NEEDS)
    engine.send(Grant(frames=8))
    engine.frame(lambda f: not f.rough)
    arrays = {**engine.fetch(), "weights:w": np.zeros(7, np.float32)}
    assert hold(engine) == 0
    engine.send(Restore(), arrays=arrays)
    frame, _ = engine.frame()
    assert frame.generation == engine.generation


def test_a_checkpoint_asked_for_meanwhile_waits_for_the_weights(begin: Begin) -> None:
    engine = begin()
    engine.show(scene(**SHOWN), NEEDS)
    arrays = engine.fetch()
    arrays["weights:w"] = np.array([0.75, 1.5], np.float32)
    hold(engine)
    engine.send(Fetch(token=700), Fetch(token=701))
    engine.send(Restore(), arrays=arrays)
    for token in (700, 701):
        message, found = engine.until(Fetched)
        assert message.token == token
        assert found["weights:w"].tolist() == [0.75, 1.5]
    hold(engine)
    engine.send(Fetch(token=702), Reset())
    _, found = engine.until(Fetched, lambda m: m.token == 702)
    assert found["weights:w"].tolist() != [0.75, 1.5]
