"""The loss lab trains beside the model."""

from __future__ import annotations

import numpy as np

from ebmviz.core.protocol import AdoptLabModel, Advance, Failure, Reset, Restore
from ebmviz.engine.model.engine import Engine
from tests.arrays import same
from tests.engine.serve.process import Process, scene


def test_the_lab_trains_beside_the_model_and_one_lane_is_adopted(engine: Process) -> None:
    few = {"optimizer__kind": "sgd", "optimizer__lr": 0.05, "view__losses": "energy,hinge"}
    lab = scene(view__lab=True, **few)
    engine.show(scene(**few))
    engine.send(Advance(steps=3))
    engine.frame(lambda f: f.step == 3 and not f.playing)
    before = engine.fetch()
    wanted = engine.show(lab, ("lab",))
    frame, arrays = engine.frame(lambda f: f.generation == wanted)
    assert frame.labels["lab"] == ("energy", "hinge")
    assert arrays["lab_map"].shape[0] == 2
    assert (frame.step, frame.metrics["last_step"]) == (0, 0.0)
    engine.send(Advance(steps=7))
    frame, _ = engine.frame(lambda f: not f.playing and f.step == 7)
    after = engine.fetch()
    assert after["weights:lab/clock"][0] == 7
    assert same({k: a for k, a in after.items() if "lab/" not in k}, before)  # the model rests

    engine.send(AdoptLabModel(lane="nll"))
    failure, _ = engine.until(Failure)
    assert "nll" in failure.problem.message
    engine.send(AdoptLabModel(lane="hinge"))
    engine.show(scene(view__lab=False, objective__loss="hinge", **few))
    adopted = engine.fetch()
    assert adopted["weights:train/step"][0] == 7
    alone = Engine(scene(objective__loss="hinge", **few))
    alone.train(7)
    np.testing.assert_allclose(
        adopted["weights:w"], alone.checkpoint().weights["w"], rtol=1e-5, atol=1e-6
    )


def test_the_lab_restarts_on_reset_and_refuses_losses_it_does_not_know(engine: Process) -> None:
    engine.show(scene(view__lab=True, view__losses="hinge,energy"), ("lab",))
    engine.send(Reset(), Advance(steps=2))
    engine.frame(lambda f: f.step == 2)
    trained = engine.fetch()
    engine.send(Reset())
    frame, _ = engine.frame(lambda f: f.step == 0)
    assert frame.progress == (0, 0)
    engine.send(Restore(), arrays=trained)
    frame, _ = engine.frame(lambda f: f.step == 2)
    assert frame.progress == (0, 2)
    engine.send(Restore(), arrays={k: a for k, a in trained.items() if "lab/weights" not in k})
    failure, _ = engine.until(Failure)
    assert "the lab starts over" in failure.problem.message
    refused = engine.show(scene(view__lab=True, view__losses="energie"), ("lab",))
    failure, _ = engine.until(Failure)
    assert failure.generation == refused
    assert "“energy”" in failure.problem.message
