"""What is called pushed down is pushed down by the step that follows, and pushed up is up: over
scenes and losses, at the start and later.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core.plot import Points
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.losses.base.capabilities import Relative
from ebmviz.engine.measures import push as push_measure
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training.box import box
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers import push
from tests.pairwise import covering
from tests.scenes import CATALOGUE, built_in
from tests.slow import sparing

SCENES = ("unconditional", "canyon", "conditional", "implicit-regression", "jem", "joint-embedding")
NEEDS = ("map", "push", "negatives")
LOSSES = {
    name: [
        c.kind
        for c in CATALOGUE.offered(
            "objective", CATALOGUE.component("energy", built_in(name).kind("energy"))
        )
    ]
    for name in SCENES
}


def scene(name: str, loss: str) -> Scene:
    given = {
        "objective.loss": loss,
        "view.picture": "push",
        "view.resolution": 32,
        "optimizer.lr": 1e-3,
        "optimizer.batch": 50,
    }
    return built_in(name, given)


def free(engine: Engine, at: Tensor, beta: float) -> Tensor:
    """F (N,) in float64, of what the map shows."""
    weights = {k: w.double() for k, w in engine.weights.items()}
    with torch.no_grad():
        return engine.task.energy.at(weights, engine.scene.view, at.double(), beta)


def grid(engine: Engine, side: int = 160) -> Tensor:
    """Places (side, side, 2) over the box, the first axis along y2."""
    left, right, bottom, top = box(engine.task, engine.scene.view)
    share = (torch.arange(side, dtype=torch.float64) + 0.5) / side
    y1, y2 = left + share * (right - left), bottom + share * (top - bottom)
    return torch.stack(torch.meshgrid(y1, y2, indexing="xy"), 2)


def of_views(engine: Engine, past: dict[str, Tensor], x: Tensor, beta: float) -> Tensor:
    """⟨ΔE(x, y)⟩ under P(y|x) over second views, (n,), in float64."""
    data = engine.task.data[:, -2:].double()
    low, high = data.amin(0), data.amax(0)
    room = engine.scene.view.reach * (high - low)
    line = (torch.arange(push_measure.VIEWS, dtype=torch.float64) + 0.5) / push_measure.VIEWS
    every = low - room + torch.cartesian_prod(line, line) * (high - low + 2 * room)
    out = []
    for place in x.double():
        rows = torch.cat([place.expand(len(every), 2), every], 1)
        old, new = (
            engine.task.energy.free({k: v.double() for k, v in w.items()}, rows, beta)
            for w in (past, engine.weights)
        )
        out.append((torch.softmax(-beta * old, 0) * (new - old)).sum())
    return torch.stack(out)


def placed(name: str, loss: str) -> bool:
    """Whether its wrong answers are points of the map."""
    facts = scene(name, loss).facts
    return "sampled" in facts or {"contrastive", "continuous"} <= facts


EVERY = [(n, k) for n in SCENES for k in LOSSES[n]]


@pytest.mark.parametrize(("name", "loss"), [pair for pair in EVERY if not placed(*pair)])
def test_without_wrong_answers_on_the_map_none_are_drawn(name: str, loss: str) -> None:
    assert not {"positive", "negative"} & set(Engine(scene(name, loss)).snapshot(NEEDS).arrays)


PLACED = [(*pair, steps) for pair in EVERY if placed(*pair) for steps in (0, 6)]
FEW = covering(PLACED, lambda row: row[1:], lambda row: (row[0], row[2]))


@pytest.mark.parametrize(
    ("name", "loss", "steps"),
    sparing(PLACED, FEW),
)
def test_the_legend_is_true_of_the_next_step(name: str, loss: str, steps: int) -> None:
    engine = Engine(scene(name, loss))
    engine.train(steps)
    snapshot = engine.snapshot(NEEDS)
    a, relative = snapshot.arrays, "push_relative" in snapshot.metrics
    cells, beta = grid(engine), engine.scene.view.beta
    known = snapshot.metrics.get("push_beta", 1.0)
    probable = {"nll", "infonce", "mee", "jem", "cd", "pcd", "short-run", "nll-samples"}
    given = 1.0 if loss == "jem" else engine.task.loss.params.beta
    assert not relative or known == (given if loss in probable else 0.0)
    p = free(engine, cells.reshape(-1, 2), known).view(cells.shape[:2])
    places = {k: torch.from_numpy(a[k]) for k in ("positive", "negative")}
    before = {k: free(engine, at, beta) for k, at in places.items()}
    on_grid = free(engine, cells.reshape(-1, 2), beta).view(cells.shape[:2])
    shot, past = Shot(engine.scene, snapshot), engine.weights
    engine.train(1)
    moved = free(engine, cells.reshape(-1, 2), beta).view(cells.shape[:2]) - on_grid
    for k, at in places.items():
        rise = (free(engine, at, beta) - before[k]).numpy()
        if relative and "plane:xy" in engine.scene.facts:
            column = (torch.softmax(-known * p, 0) * moved).sum(0).numpy()
            rise = rise - np.interp(a[k][:, 0], cells[0, :, 0].numpy(), column)
        elif relative and name == "joint-embedding":
            rise = rise - of_views(engine, past, at, known).numpy()
        elif relative:
            rise = rise - float((torch.softmax(-known * p.flatten(), 0) * moved.flatten()).sum())
        size = max(1e-6, float(np.abs(rise).max()))
        assert np.abs(a[f"{k}_rise"] - rise).max() < 0.02 * size + 2e-6
    told = [layer for layer in push.batch(shot) if isinstance(layer, Points)]
    assert sum(len(layer.x) for layer in told) == len(a["positive"]) + len(a["negative"])
    for layer in told:
        assert (layer.color == "muted") == ("not pushed" in layer.label)
    # To first order, what the loss falls by; but where the map holds y′ in place of their own y.
    if relative and loss == "nll" and name != "joint-embedding":
        assert a["positive_rise"].mean() < 0


@pytest.mark.parametrize("name", ["unconditional", "canyon"])
@pytest.mark.parametrize("loss", ["nll", "pcd"])
def test_most_of_the_batch_is_pushed_down_at_the_first_step(name: str, loss: str) -> None:
    engine = Engine(scene(name, loss))
    a = engine.snapshot(NEEDS).arrays
    assert (a["positive_rise"] < 0).mean() > 0.5
    assert a["positive_rise"].mean() < 0


@pytest.mark.parametrize(
    ("name", "loss"),
    [("ellipse", "energy"), ("unconditional", "square-square"), ("binary", "simple")],
)
def test_without_a_free_constant_nothing_is_taken_off(name: str, loss: str) -> None:
    engine = Engine(scene(name, loss))
    found = engine.snapshot(NEEDS)
    assert "push_relative" not in found.metrics
    assert push.symbol(Shot(engine.scene, found)) == "ΔF"
    assert not isinstance(engine.task.loss, Relative)


@pytest.mark.parametrize("answer", [0, 1, 4])
@pytest.mark.parametrize("loss", ["nll", "mee", "hinge", "perceptron", "log", "mce"])
def test_of_classes_the_mean_over_all_answers_is_taken_off(loss: str, answer: int) -> None:
    engine = Engine(replace(scene("multiclass", loss), {"view.answer": answer}, CATALOGUE))
    engine.train(9)
    found = engine.snapshot(("map", "push"))
    subject, energy = engine.subject(), engine.task.energy
    assert subject.after is not None
    y1, y2 = subject.cells(32)
    at = torch.stack(torch.meshgrid(y1, y2, indexing="xy"), 2).reshape(-1, 2).double()
    rows = energy.rows(subject.view, at)
    every = torch.arange(5, dtype=torch.float64)[:, None]
    old, new = (
        energy.table({k: v.double() for k, v in w.items()}, rows, every, 1.0)
        for w in (engine.weights, subject.after)
    )
    beta = engine.task.loss.params.beta if loss in ("nll", "mee") else 0.0
    p = torch.softmax(-beta * old, 1)
    wanted = (new - old)[:, answer] - (p * (new - old)).sum(1)
    got = found.arrays["push"].reshape(-1)
    assert np.abs(got - wanted.numpy()).max() < 1e-5 + 1e-3 * float(wanted.abs().max())
    assert push.symbol(Shot(engine.scene, found)) == "ΔF − ⟨ΔF⟩" + ("_P" if beta else "")


def test_a_free_energy_of_classes_says_that_its_push_is_free() -> None:
    for loss, free in (("nll", True), ("hinge", True), ("simple", False)):
        engine = Engine(scene("multiclass", loss))
        shot = Shot(engine.scene, engine.snapshot(("map", "push")))
        assert push.symbol(shot) == "ΔF"
        assert ("not determined by this loss" in push.title(shot)) == free


@pytest.mark.parametrize("loss", ["nll", "hinge", "perceptron", "mce"])
def test_a_shift_of_f_leaves_a_relative_push_as_it_is(loss: str) -> None:
    engine = Engine(scene("unconditional", loss))
    engine.train(2)
    found = engine.snapshot(("push",)).arrays["push"]
    subject = engine.subject()
    assert subject.after is not None
    bias = next(k for k, w in reversed(list(subject.after.items())) if w.numel() == 1)
    subject.after[bias] += 3.0
    assert np.abs(engine.snapshot(("push",), subject=subject).arrays["push"] - found).max() < 1e-4


@pytest.mark.parametrize("name", ["joint-embedding", "implicit-regression", "jem"])
def test_the_next_step_is_the_one_that_training_makes(name: str) -> None:
    engine = Engine(scene(name, "square-square" if name == "joint-embedding" else "nll"))
    engine.train(6)
    after = engine.subject().after
    engine.train(1)
    assert after is not None
    assert all(torch.equal(w, engine.weights[k]) for k, w in after.items())
