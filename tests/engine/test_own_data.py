"""Own data with a class or an x each: trained on, shown where they are, kept in sessions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ebmviz.core.errors import UserError
from ebmviz.core.frame import frame_of, frame_of_x, spanned
from ebmviz.core.samples import Samples, samples_of
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.measures.base.places import CONDITIONS
from ebmviz.engine.model.engine import Engine
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES, offered
from ebmviz.figures.words import text
from ebmviz.files.opening import with_samples
from ebmviz.files.session import Session, load, save
from tests.scenes import CATALOGUE, built_in

RNG = np.random.default_rng(3)
SMALL = {"view.resolution": 16}


def labelled(name: str = "multiclass", classes: int = 3, offset: float = 0.0) -> Scene:
    label = np.arange(30.0) % classes
    y = np.column_stack([np.cos(label), np.sin(2 * label)]) + 0.1 * RNG.normal(size=(30, 2))
    made = Samples(y + offset, None, label, ("früh", "x_1", "<b>")[:classes])
    return with_samples(built_in(name, SMALL), made, "k", CATALOGUE)


def conditioned(start: float, span: float) -> Scene:
    x = np.linspace(0, 1, 40)
    y = np.column_stack([np.cos(9 * x), (1 + x) * np.sin(9 * x)])
    made = Samples(y, start + span * x)
    return with_samples(built_in("horn", SMALL), made, "t", CATALOGUE)


def drawn(engine: Engine) -> Shot:
    needs = {n for f in offered(engine.scene) if FIGURES[f].live for n in FIGURES[f].needs}
    return Shot(engine.scene, engine.snapshot(tuple(sorted(needs - {"gradient-bias", "lab"}))))


@pytest.mark.parametrize("name", ["multiclass", "binary", "jem"])
@pytest.mark.parametrize("offset", [0.0, 3e5])
def test_labels_are_the_classes_that_are_trained(name: str, offset: float) -> None:
    classes = 2 if name == "binary" else 3
    scene = labelled(name, classes, offset)
    engine = Engine(scene)
    engine.train(5)
    shot, made = drawn(engine), samples_of(scene)
    assert made is not None
    assert made.label is not None
    found = shot.snapshot.arrays
    assert found["data_class"].tolist() == made.label.tolist()
    assert np.abs(found["data"] - made.places).max() < 1e-5
    assert shot.snapshot.metrics["classes"] == classes
    for figure in offered(scene):
        if FIGURES[figure].live and FIGURES[figure].ready(shot):
            FIGURES[figure].draw((shot,))


def test_classes_go_by_their_names() -> None:
    assert text.label(labelled(), 1) == r"x\_1"
    assert text.label(labelled("binary", 2), 0) == "−1 (früh)"
    assert text.label(labelled("binary"), 1) == "+1", "of three classes y = +1 is no single one"
    assert text.label(built_in("multiclass"), 1) == "1"


@pytest.mark.parametrize(("start", "span"), [(0.0, 1.0), (1990.0, 20.0), (-1e6, 1e-2), (0.2, 1e-9)])
def test_x_of_any_place_is_seen_where_it_is(start: float, span: float) -> None:
    scene, plain = conditioned(start, span), conditioned(0, 1)
    engine, same = Engine(scene), Engine(plain)
    for each in (engine, same):
        each.train(5)
    for name, weight in same.weights.items():
        np.testing.assert_allclose(engine.weights[name], weight, rtol=1e-3, atol=1e-4)
    shot = drawn(engine)
    found, made = shot.snapshot.arrays, samples_of(scene)
    assert made is not None
    assert made.x is not None
    assert found.keys() >= {name for name in CONDITIONS if not name.startswith("lab_")}
    assert np.abs(found["data_x"] - made.x).max() < 1e-6 * span
    np.testing.assert_allclose(found["horn_x"][[0, -1]], [start, start + span], rtol=1e-9)
    assert scene.view.x in made.x
    param = next(p for p in CATALOGUE.component("view", "view").params if p.name == "x")
    assert spanned(param, "view.x", scene).slider == pytest.approx((start, start + span))
    for figure in offered(scene):
        if FIGURES[figure].live and FIGURES[figure].ready(shot):
            FIGURES[figure].draw((shot,))


def test_all_x_alike() -> None:
    made = Samples(RNG.normal(size=(4, 2)), np.full(4, 7.0))
    scene = with_samples(built_in("horn", SMALL), made, "t", CATALOGUE)
    assert made.x is not None
    assert frame_of_x(made.x) == (7.0, 1.0)
    engine = Engine(scene)
    engine.train(2)
    assert engine.snapshot(("data",)).arrays["data_x"].tolist() == [7.0] * 4


@pytest.mark.parametrize("scene", [labelled(), conditioned(1990, 20)], ids=["label", "x"])
def test_a_session_carries_them(scene: Scene, tmp_path: Path) -> None:
    engine, path = Engine(scene), tmp_path / "s.ebmviz"
    engine.train(3)
    save(Session(scene, engine.checkpoint()), path, CATALOGUE)
    back = load(path, CATALOGUE)
    assert back.scene == scene
    assert frame_of(back.scene) == frame_of(scene)
    ours, theirs = samples_of(scene), samples_of(back.scene)
    assert ours is not None
    assert theirs is not None
    np.testing.assert_array_equal(ours.rows, theirs.rows)
    assert ours.classes == theirs.classes
    again = Engine(back.scene)
    again.restore(back.checkpoint.without_history())
    for each in (engine, again):
        each.train(3)
    for name, weight in engine.weights.items():
        assert np.array_equal(weight, again.weights[name])


def test_rows_of_another_kind_are_not_taken_for_labelled_ones() -> None:
    scene = with_samples(built_in("ellipse"), Samples(np.zeros((6, 2))), "p", CATALOGUE)
    other = replace(scene, {"energy.kind": "multiclass", "data.kind": "own-labelled"}, CATALOGUE)
    with pytest.raises(UserError, match="“own-labelled” needs a file"):
        Engine(other)
    bad = Samples(np.zeros((2, 2)), label=np.array([0.0, 0.5]), classes=("a", "b"))
    with pytest.raises(UserError, match="a class is none of 0 … 7"):
        Engine(with_samples(built_in("multiclass"), bad, "p", CATALOGUE))
