"""Training: where it ends, and what is said when it diverges."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core.errors import NumericError
from ebmviz.core.scene import replace
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training import batches
from ebmviz.engine.training import step as training
from ebmviz.engine.training.problem import DIVERGED, TrainState
from tests.engine.ellipse import FULL, lecture, radii, scene
from tests.scenes import CATALOGUE

# where it ends ------------------------------------------------------------------------


def test_cold_training_of_one_epoch_finds_the_ellipse() -> None:
    engine = Engine(scene(optimizer__lr=0.2, optimizer__batch=1))
    assert engine.train(engine.task.epoch_steps) == 24
    assert radii(engine) == pytest.approx([2.04, 1.44], abs=0.06)
    assert engine.metrics()["epoch"] == 1


def warm_optimum(beta: float) -> list[float]:
    """Radii that minimise mean F_β over the lecture's points, in float64, from the definition."""
    y, z = lecture(), torch.arange(48, dtype=torch.float64) * (2 * math.pi / 48)
    w = torch.tensor([1.5, 1.2], dtype=torch.float64, requires_grad=True)
    solver = torch.optim.LBFGS(
        [w], max_iter=500, tolerance_grad=1e-12, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def mean_free_energy() -> Tensor:
        solver.zero_grad()
        e = (y[:, 0, None] - w[0] * z.cos()) ** 2 + (y[:, 1, None] - w[1] * z.sin()) ** 2
        free = -(torch.logsumexp(-beta * e, 1) - math.log(48)).mean() / beta
        free.backward()
        return free

    solver.step(mean_free_energy)
    return w.detach().abs().tolist()


def test_warm_training_ends_at_the_warm_optimum_inside_the_data() -> None:
    engine = Engine(scene("ellipse-warm", objective__beta=1, optimizer__batch=FULL))
    engine.train(400)
    assert radii(engine) == pytest.approx(warm_optimum(1), abs=1e-4)
    # Inside: the data lie around radii 2 and 1.5.
    assert radii(engine)[0] < 1.97
    assert radii(engine)[1] < 1.25


HOTTEST = 1 / (2 * float(lecture().square().mean(0).max()))  # mathematics.md §1: below it, a point


@pytest.mark.parametrize("share", [0.2, 0.9])
def test_below_the_last_collapse_the_ellipse_shrinks_to_a_point(share: float) -> None:
    engine = Engine(scene(objective__beta=share * HOTTEST, optimizer__batch=FULL, optimizer__lr=1))
    engine.train(400)
    assert max(radii(engine)) < 1e-4


@pytest.mark.parametrize("share", [1.1, 1.5])
def test_above_the_last_collapse_it_is_a_segment(share: float) -> None:
    engine = Engine(scene(objective__beta=share * HOTTEST, optimizer__batch=FULL, optimizer__lr=1))
    engine.train(400)
    length, width = radii(engine)
    assert length > 0.3
    assert width < 1e-4


def test_at_moderate_beta_it_does_not_collapse() -> None:
    engine = Engine(scene(objective__beta=0.7, optimizer__batch=FULL))
    engine.train(400)
    assert radii(engine) == pytest.approx(warm_optimum(0.7), abs=1e-3)
    assert min(radii(engine)) > 0.9


def test_a_training_step_is_a_gradient_step_of_the_mean_free_energy() -> None:
    engine = Engine(scene(objective__beta=2, optimizer__batch=FULL, optimizer__lr=0.05))
    w = engine.state.weights["w"].double().requires_grad_()
    z = torch.arange(48, dtype=torch.float64) * (2 * math.pi / 48)
    e = (lecture()[:, None] - torch.stack([z.cos(), z.sin()], 1) * w).square().sum(2)
    loss = -(torch.logsumexp(-2 * e, 1) - math.log(48)).mean() / 2
    (slope,) = torch.autograd.grad(loss, w)
    state, value = training.step(engine.task, engine.state)
    assert value == pytest.approx(float(loss.detach()), rel=1e-6)
    expected = (w - 0.05 * slope).detach().tolist()
    assert state.weights["w"].tolist() == pytest.approx(expected, rel=1e-5)


def test_every_epoch_uses_every_point_once_in_an_order_of_its_own() -> None:
    engine = Engine(scene(optimizer__batch=7))
    assert engine.task.epoch_steps == 4
    seen: list[int] = []
    task, state = engine.task, engine.state
    for _ in range(2 * 4):
        batch = batches.order(task.seed, state.epoch, 24)[state.cursor : state.cursor + 7]
        seen += batch.tolist()
        state, _ = training.step(task, state)
    assert sorted(seen[:24]) == sorted(seen[24:]) == list(range(24))
    assert seen[:24] != seen[24:]
    assert (state.epoch, state.cursor, state.step) == (2, 0, 8)


@pytest.mark.parametrize("batch", [1, 6, 7, 24])
@pytest.mark.parametrize("seeds", [(3,), tuple(range(40)), (3, 1 << 40)])
def test_batches_of_many_steps_are_those_of_one_after_the_other(
    batch: int, seeds: tuple[int, ...]
) -> None:
    first = Engine(scene(optimizer__batch=batch)).task
    tasks = [dataclasses.replace(first, seed=seed) for seed in seeds]
    assert len(first.data) == 24
    for epoch, cursor in ((0, 0), (5, 18), (5, 21), (5, 5), (3, 1), (2, 24)):
        state = TrainState({}, {}, 0, epoch, cursor, 0)
        for task, run in zip(tasks, batches.next_runs(tasks, state, 60), strict=True):
            assert 1 <= run.batches <= 60
            each, at = [], state
            for _ in range(run.batches):
                taken = batches.next_run(task, at, 1)
                each.append(taken.order[0])
                where = taken.after(1)
                at = TrainState({}, {}, 0, *where, 0)
            assert np.array_equal(run.order, each)
            assert run.after(run.batches) == where
            order = np.concatenate([batches.order(task.seed, e, 24) for e in range(80)])
            start = (epoch * 24 + cursor) if cursor < 24 else epoch * 24
            if batch < 24 or start % 24:
                assert np.array_equal(run.order.ravel(), order[start : start + run.order.size])


# divergence ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sgd", "momentum"])
def test_divergence_is_said_and_the_last_good_state_kept(kind: str) -> None:
    engine = Engine(scene(optimizer__kind=kind, optimizer__lr=5000, optimizer__batch=FULL))
    with pytest.raises(NumericError, match="lower the rate"):
        engine.train(100)
    metrics = engine.metrics()
    assert metrics["mean_energy"] <= DIVERGED
    assert metrics["last_step"] == engine.state.step == engine.history.steps[-1]
    assert bool(engine.state.weights["w"].isfinite().all())


def test_after_a_divergence_a_lower_rate_trains_on() -> None:
    engine = Engine(scene(optimizer__lr=5000, optimizer__batch=FULL))
    with pytest.raises(NumericError):
        engine.train(100)
    step = engine.state.step
    engine.set_scene(replace(engine.scene, {"optimizer.lr": 0.2}, CATALOGUE))
    before = engine.metrics()["mean_energy"]
    engine.train(50)
    assert engine.state.step == step + 50
    assert engine.metrics()["mean_energy"] < before


def test_large_data_are_no_divergence() -> None:
    import base64

    from ebmviz.core.rows import encode_points

    table = base64.b64encode(encode_points(1e5 * lecture().numpy())).decode()
    engine = Engine(scene(data__kind="own", data__points=table))
    engine.train(24)
    assert radii(engine) == pytest.approx([2.04e5, 1.44e5], rel=0.05)
