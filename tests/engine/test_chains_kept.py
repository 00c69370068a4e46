"""Chains in a checkpoint: where they stand is kept, and a bad one is refused whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.engine.model.engine import Engine
from ebmviz.files.session import Session, load, save
from tests.scenes import CATALOGUE, built_in

NEEDS = ("map", "chains", "sampling")
COUNT, STEPS = 300, 40


def scene(**changes: object) -> Scene:
    """`a__b` stands for the path a.b."""
    return built_in("ellipse", changes, view__resolution=48, sampler__chains=COUNT)


def walked(shown: Scene) -> Engine:
    engine = Engine(shown)
    engine.train(3)
    assert engine.sample(STEPS) == STEPS
    return engine


def restored(checkpoint: dict[str, Array], shown: Scene) -> Engine:
    engine = Engine(shown)
    engine.restore(Checkpoint(checkpoint))
    return engine


def places(engine: Engine) -> Array:
    assert engine.sampling is not None
    assert engine.sampling.chains is not None
    return engine.sampling.chains.y.numpy()


@pytest.mark.parametrize("kind", ["ula", "hmc", "tempering", "sgld", "exact"])
def test_chains_stand_where_they_stood_and_walk_on(kind: str) -> None:
    shown = scene(sampler__kind=kind)
    engine = walked(shown)
    kept = engine.checkpoint().weights
    assert kept["chains/y"].shape == (COUNT, 2)
    assert kept["chains/y"].dtype == np.float32
    assert kept["chains/steps"].tolist() == [STEPS]
    again = restored(kept, shown)
    frame = again.snapshot(NEEDS)
    assert np.array_equal(frame.arrays["chains"], places(engine))
    assert frame.metrics["sampler_steps"] == STEPS
    assert frame.metrics["sampler_count"] == COUNT
    # The same density at the same places: the distance to P is that of before.
    before = engine.snapshot(NEEDS).metrics
    assert frame.metrics["sampler_kl"] == pytest.approx(before["sampler_kl"], rel=1e-5)
    assert again.sample(5) == 5
    after = again.snapshot(NEEDS)
    assert after.metrics["sampler_steps"] == STEPS + 5
    assert not np.array_equal(after.arrays["chains"], frame.arrays["chains"])
    assert again.checkpoint().weights["chains/steps"].tolist() == [STEPS + 5]


def test_the_same_file_goes_on_in_the_same_way_with_other_noise_than_before() -> None:
    shown = scene(sampler__step=1e-4, sampler__start="probe")  # all noise, hardly a slope
    engine = Engine(shown)
    engine.sample(1)
    first = places(engine) - np.asarray(shown.view.probe, np.float32)
    one, other = (restored(engine.checkpoint().weights, shown) for _ in range(2))
    moves = []
    for each in (one, other):
        before = places(each).copy()
        each.sample(1)
        moves.append(places(each) - before)
    assert np.array_equal(moves[0], moves[1])  # the seed and the steps decide
    assert abs(np.corrcoef(first.ravel(), moves[0].ravel())[0, 1]) < 0.2


def test_without_chains_nothing_is_kept_and_none_stay() -> None:
    shown = scene()
    engine = Engine(shown)
    kept = engine.checkpoint().weights
    assert not [name for name in kept if name.startswith("chains/")]
    engine.sample(2)
    engine.restore(Checkpoint(kept))  # another document, saved before there were any
    assert engine.sampling is None
    assert "chains" not in engine.snapshot(NEEDS).arrays


def test_a_scene_without_chains_leaves_them_out() -> None:
    kept = walked(scene()).checkpoint().weights
    engine = restored(kept, scene(sampler__chains=0))
    assert engine.state.step == 3
    assert engine.sampling is None


@pytest.mark.parametrize("count", [COUNT // 3, 2 * COUNT])
def test_another_number_of_chains_keeps_those_it_can(count: int) -> None:
    kept = walked(scene()).checkpoint().weights
    engine = restored(kept, scene(sampler__chains=count))
    same = min(count, COUNT)
    assert places(engine).shape == (count, 2)
    assert np.array_equal(places(engine)[:same], kept["chains/y"][:same])
    assert np.isfinite(places(engine)).all()
    assert engine.sample(3) == 3


def broken(y: Array) -> Array:
    out = y.copy()
    out[7, 1] = np.nan
    return out


@pytest.mark.parametrize(
    ("name", "bad", "words"),
    [
        ("chains/y", lambda y: y[:, :1], "(N, 2)"),
        ("chains/y", lambda y: y.ravel(), "(N, 2)"),
        ("chains/y", lambda y: y.astype(np.float64) * 1e300, "float32"),
        ("chains/y", broken, "not finite"),
        ("chains/steps", lambda n: -n, "not a count"),
        ("chains/steps", lambda n: n.astype(np.float32), "not a count"),
        ("chains/steps", None, "missing"),
    ],
)
def test_chains_that_cannot_be_are_refused_and_nothing_changes(
    name: str, bad: object, words: str
) -> None:
    kept = walked(scene()).checkpoint().weights
    if callable(bad):
        kept[name] = bad(kept[name])
    else:
        del kept[name]
    engine = Engine(scene())
    engine.sample(1)
    before = places(engine).copy()
    with pytest.raises(UserError) as told:
        engine.restore(Checkpoint(kept))
    assert name in str(told.value)
    assert words in str(told.value)
    assert engine.state.step == 0
    assert np.array_equal(places(engine), before)


def test_a_file_gives_them_back(tmp_path: Path) -> None:
    engine = walked(scene())
    file = tmp_path / "a.ebmviz"
    kept = engine.checkpoint().weights
    save(Session(engine.scene, engine.checkpoint()), file, CATALOGUE)
    session = load(file, CATALOGUE)
    assert np.array_equal(
        places(restored(session.checkpoint.weights, session.scene)), kept["chains/y"]
    )
