"""What stands under the pointer: the map's value, and how a joint model judges the place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ebmviz.core.plot import Image
from ebmviz.engine.model.engine import Engine
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers import heat
from ebmviz.figures.words import likelihood
from ebmviz.figures.words.hover import Pointer
from ebmviz.figures.words.lookup import values_at
from tests.scenes import built_in

NEEDS = ("map", "contours", "data", "joint", "likelihood", "density", "sampling", "push")


@pytest.fixture(scope="module")
def trained() -> Engine:
    engine = Engine(built_in("jem", {}))
    engine.train(60)
    return engine


def looked_at(engine: Engine, name: str = "jem", **changes: object) -> Shot:
    scene = built_in(name, changes)
    engine.set_scene(scene)
    return Shot(scene, engine.snapshot(NEEDS))


def judged(shot: Shot) -> likelihood.Judge:
    found = likelihood.judge(shot)
    assert found is not None
    return found


def pointer(shot: Shot) -> Pointer:
    (image,) = [x for x in heat.heat_map(shot) if isinstance(x, Image)]
    return Pointer(shot, image)


def test_a_place_has_the_value_of_its_cell() -> None:
    values = np.arange(6.0).reshape(2, 3)
    places = np.array([[-0.9, 0.1], [0.99, 0.1], [0.0, 1.9], [1.1, 1.0], [0.0, -0.1]])
    found = values_at(values, (-1.0, 1.0, 0.0, 2.0), places)
    assert found.tolist()[:3] == [0.0, 2.0, 4.0]
    assert np.isnan(found[3:]).all()


@pytest.mark.parametrize("beta", [1.0, 0.3])
def test_the_density_is_that_of_the_oracle(trained: Engine, beta: float) -> None:
    shot = looked_at(trained, view__beta=beta, view__picture="probability")
    judge = judged(shot)
    assert judge.log_z == pytest.approx(shot.snapshot.metrics["oracle_log_z"], abs=1e-6)
    at = pointer(shot)
    density = float(at.said(0.4, 0.9).rpartition("= ")[2])
    written = at.judged(0.4, 0.9)
    log_p = float(written.removeprefix("ln p(x) = ").split(" ")[0].replace("−", "-"))
    assert math.exp(log_p) == pytest.approx(density, abs=1e-3)


@pytest.mark.parametrize("probe", [(2.4, -1.8), (0.0, 1.5), (0.6, 0.9)])
def test_the_score_is_that_of_the_joint_figure(trained: Engine, probe: tuple[float, float]) -> None:
    shot = looked_at(trained, view__probe=probe)
    judge = judged(shot)
    assert len(judge.known) == 300
    free = values_at(shot.snapshot.arrays["map"], shot.scene.view.window, np.array([probe]))[0]
    # Of each place the map knows the cell.
    assert judge.score(free) == pytest.approx(shot.snapshot.metrics["joint_score"], abs=0.03)


def test_the_words_follow_the_pointer(trained: Engine) -> None:
    at = pointer(looked_at(trained))
    assert at.judged(-3.0, 2.0).endswith("F_β above that of 100 % of the data: out of distribution")
    assert at.judged(0.0, 1.5).endswith("of the data: like the data")
    assert at.said(9.0, 0.0) == at.judged(9.0, 0.0) == ""


def test_zoom_and_pan_change_no_judgement(trained: Engine) -> None:
    whole = judged(looked_at(trained))
    for window in ((-0.8, 0.8, 0.6, 2.4), (50.0, 51.0, 50.0, 51.0), (-9.0, 9.0, -9.0, 9.0)):
        part = judged(looked_at(trained, view__window=window))
        assert part.log_z == whole.log_z
        assert np.array_equal(part.known, whole.known)
        assert part.said(0.7) == whole.said(0.7)


def test_it_says_where_mass_lies_outside_the_box(trained: Engine) -> None:
    assert "alone" not in judged(looked_at(trained, view__reach=2.0)).said(0.0)
    assert "nats in the box of Z alone" in judged(looked_at(trained, view__reach=0.0)).said(0.0)


@pytest.mark.parametrize("reach", [0.3, 0.8])
def test_card_oracle_and_pointer_have_one_z(trained: Engine, reach: float) -> None:
    shot = looked_at(trained, view__reach=reach, view__window=(-1.0, 1.0, -1.0, 1.0))
    m, judge = shot.snapshot.metrics, judged(shot)
    mean = -float(np.mean([judge.log_p(energy) for energy in judge.known]))
    assert m["oracle_nll"] == pytest.approx(mean, abs=1e-6)
    assert m["joint_nll"] == pytest.approx(mean, abs=2e-3)  # by other cells of the same box


def test_push_and_pull_is_read_but_the_density_is_judged(trained: Engine) -> None:
    plain, push = (pointer(looked_at(trained, view__picture=p)) for p in ("energy", "push"))
    assert "ΔF − ⟨ΔF⟩_P = " in push.said(0.0, 1.5)
    assert "F_β = " in plain.said(0.0, 1.5)
    assert push.judged(0.0, 1.5) == plain.judged(0.0, 1.5) != ""


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"view__beta": 0.0}, "move β"),
        ({"view__beta": "inf"}, "move β"),
        ({"view__answer": 1}, "answer −1"),
    ],
)
def test_where_there_is_no_density_of_x_it_says_why(
    trained: Engine, changes: dict[str, Any], word: str
) -> None:
    shot = looked_at(trained, **changes)
    assert likelihood.judge(shot) is None
    assert word in likelihood.hint(shot.scene)
    assert pointer(shot).judged(0.0, 1.5) == ""


def test_other_energies_are_read_and_not_judged() -> None:
    at = pointer(looked_at(Engine(built_in("ellipse", {})), "ellipse"))
    assert at.said(0.0, 0.0).startswith("y_1 = 0.00, y_2 = 0.00, F_β = ")
    assert at.judged(0.0, 0.0) == ""
