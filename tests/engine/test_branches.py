"""Training from a past step leaves what lay ahead as it was, and is a run like any other."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from ebmviz.core.checkpoint import LAB
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Array
from ebmviz.engine.model import journal
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import opened
from ebmviz.engine.weights import Weights
from tests import arrays
from tests.scenes import CATALOGUE, built_in, small


def same(one: Weights, other: Weights) -> bool:
    return one.keys() == other.keys() and all(torch.equal(w, other[k]) for k, w in one.items())


def trained(scene: Scene, steps: int) -> Model:
    model = opened(scene)
    while model.progress.model < steps:
        model.train(steps - model.progress.model)
    return model


def step_to(model: Model, step: int) -> Weights:
    while model.progress.model < step:
        model.train(step - model.progress.model)
    model.seek(step)
    found = model.weights
    model.seek(None)
    return found


SCENES = ("ellipse", "horn", "jem", "kmeans", "sparse-coding", "hopfield", "information")


@pytest.mark.parametrize("name", SCENES)
def test_a_branch_under_the_same_scene_goes_where_the_run_went(name: str) -> None:
    model = trained(built_in(name), 23)
    model.seek(9)
    left, new = model.branch()
    assert (new.progress.model, new.seen, left.progress.model) == (9, None, 23)
    assert same(step_to(new, 23), left.weights)
    assert same(step_to(left, 30), step_to(new, 30))


@pytest.mark.parametrize("name", ["horn", "unconditional"])
def test_changes_made_while_looking_back_are_of_the_branch_alone(name: str) -> None:
    whole = trained(built_in(name), 20)
    ahead = step_to(whole, 33)
    model = trained(built_in(name), 20)
    model.seek(12)
    slow = built_in(name, {"optimizer.lr": 1e-3})
    model.set_scene(slow)
    left, new = model.branch()
    assert [m.words for m in new.journal.marks] == [f"rate η {s} → 0.001" for s in (rate(left),)]
    assert [m.step for m in new.journal.marks] == [12]
    assert (left.scene, left.journal.marks) == (built_in(name), ())
    assert same(step_to(left, 33), ahead)
    assert not same(step_to(new, 33), ahead)
    assert same(step_to(new, 12), step_to(left, 12))
    alone = trained(built_in(name), 12)
    alone.set_scene(slow)
    assert same(step_to(new, 33), step_to(alone, 33))


def rate(model: Model) -> str:
    return f"{model.scene.number('optimizer.lr'):.6g}"


def test_a_step_of_another_optimiser_is_gone_on_from_by_today_s() -> None:
    model = trained(built_in("horn", {"optimizer.kind": "momentum"}), 10)
    model.set_scene(built_in("horn", {"optimizer.kind": "adam"}))
    trained_on = step_to(model, 20)
    model.seek(6)
    left, new = model.branch()
    assert isinstance(new, Engine)
    assert new.state.slots.keys() == new.task.slots(new.state.weights).keys()
    assert new.state.updates == 0
    step_to(new, 15)
    assert same(step_to(left, 20), trained_on)


def test_a_branch_of_before_the_run_starts_from_the_record() -> None:
    kept = trained(built_in("ellipse"), 40).checkpoint()
    model = opened(built_in("ellipse"))
    model.restore(kept)
    model.seek(11)
    seen = model.weights
    left, new = model.branch()
    assert same(new.weights, seen)
    assert new.history.steps[-1] == 11
    assert step_to(new, 14)
    assert left.progress.model == 40


def test_another_model_while_looking_back_is_no_branch() -> None:
    model = trained(built_in("horn"), 8)
    model.seek(3)
    model.set_scene(built_in("horn", {"energy.latents": 30, "seed": 1}))
    assert (model.seen, model.progress.model) == (None, 0)
    left, new = model.branch()
    assert left.progress.model == new.progress.model == 0


def test_a_divergence_is_on_record_where_it_left_the_weights() -> None:
    model = trained(built_in("ellipse"), 5)
    model.set_scene(built_in("ellipse", {"optimizer.lr": 50.0}))
    with pytest.raises(Exception, match="diverged"):
        model.train(100)
    *_, last = model.journal.marks
    assert (last.kind, last.step) == ("diverged", model.progress.model)
    assert last.words.startswith("diverged at step ")
    again = opened(model.scene)
    again.restore(model.checkpoint())
    assert again.journal.marks == model.journal.marks


def test_a_drag_is_one_mark_and_a_change_that_comes_back_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(journal, "time", SimpleNamespace(monotonic=lambda: 0.0))  # a quick hand
    model = trained(built_in("horn"), 4)
    for beta in (9.0, 5.0, 2.0):
        model.set_scene(built_in("horn", {"objective.beta": beta}))
        model.train(1)
    assert [(m.step, m.words) for m in model.journal.marks] == [(4, "training β ∞ → 2")]
    model.set_scene(built_in("horn", {"objective.beta": 2.0, "view.beta": 3.0}))
    assert len(model.journal.marks) == 1
    other = trained(built_in("horn"), 4)
    other.set_scene(built_in("horn", {"objective.beta": 9.0}))
    other.set_scene(built_in("horn"))
    assert other.journal.marks == ()


@pytest.mark.parametrize(
    ("name", "lanes"),
    [
        ("ellipse", "optimizer.lr=0.02,0.05"),  # in closed form
        ("horn-learned", "optimizer.lr=0.02,0.05"),  # through networks
        ("unconditional", "objective.loss=hinge,square-square"),  # by loss
        ("jem", "optimizer.lr=0.02,0.05"),  # one by one
    ],
)
def test_the_lab_of_a_branch_goes_on_from_that_of_the_other_and_leaves_it(
    name: str, lanes: str
) -> None:
    on = {"view.lab": True, "view.lanes": lanes, "optimizer.kind": "momentum"}
    engine = Engine(replace(small(name), on, CATALOGUE))
    engine.train(5)
    left, new = engine.branch()
    before = lab_of(left)
    assert arrays.same(lab_of(new), before)
    while new.progress.lab < 9:
        new.train(9 - new.progress.lab)
    assert left.progress.lab == 5
    assert arrays.same(lab_of(left), before)
    while left.progress.lab < 9:
        left.train(9 - left.progress.lab)
    assert arrays.same(lab_of(left), lab_of(new))


def lab_of(model: Model) -> dict[str, Array]:
    return {k: a for k, a in model.checkpoint().weights.items() if k.startswith(LAB)}
