"""Walls against the width of the data: densities of known steepness, bounded energies, few data."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.engine.measures.base.collapse import meter
from ebmviz.engine.model.engine import Engine
from tests.engine.verdicts.models import own, put, verdict
from tests.scenes import built_in

RADIUS, SIGMA = 1.5, 0.08


def ring(count: int = 500, scale: float = 1.0, centre: float = 0.0) -> dict[str, object]:
    """Data around a circle, RADIUS ± SIGMA."""
    drawn = np.random.default_rng(3)
    angle, radius = drawn.uniform(0, 2 * math.pi, count), drawn.normal(RADIUS, SIGMA, count)
    return own(centre + scale * radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1))


def engine(steepness: float, monkeypatch: pytest.MonkeyPatch, **changes: object) -> Engine:
    """E = steepness · (‖y‖ − R)²/(2σ²): at 1 it is −ln P of the ring's data."""
    one = Engine(built_in("unconditional", {**ring(), **changes}))

    def free(_self: object, _weights: object, rows: Tensor, _beta: float) -> Tensor:
        return steepness * (rows.norm(dim=1) - RADIUS).square() / (2 * SIGMA**2)

    monkeypatch.setattr(type(one.task.energy), "free", free)
    put(one, one.state.weights)
    return one


@pytest.mark.parametrize("times", [0.25, 1.0, 4.0])
def test_it_is_how_many_times_as_steep_as_the_data_ask_for(
    times: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = meter(engine(times, monkeypatch).task, {})["meter_canyon"] / times
    assert 0.9 < found < 1.1


def test_walls_of_known_width_have_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert verdict(engine(1.0, monkeypatch)).state == "separates"
    said = verdict(engine(9.0, monkeypatch))
    assert said.state == "canyon"
    assert said.text.startswith("canyon: walls ")
    assert "times as steep as the data's own width asks for. Keep the walls low by" in said.text


@pytest.mark.parametrize("loss", ["hinge", "square-square", "energy"])
def test_a_loss_that_trains_no_p_digs_none(loss: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = engine(9.0, monkeypatch, **{"objective.loss": loss})
    assert "meter_canyon" not in one.report()


def test_few_data_do_not_tell_their_width(monkeypatch: pytest.MonkeyPatch) -> None:
    one = engine(9.0, monkeypatch, **ring(60))
    assert "meter_canyon" not in one.report()


@pytest.mark.parametrize("name", ["joint-embedding", "ellipse", "mixture", "regression", "vae"])
def test_energies_of_a_fixed_scale_have_no_canyon(name: str) -> None:
    one = Engine(built_in(name, {"objective.loss": "nll", "objective.beta": 1e4}))
    assert "meter_canyon" not in one.report()


def test_scale_and_place_of_the_data_do_not_matter() -> None:
    """The box, hence the verdict, goes with the data."""
    seen = []
    for scale in (1e-6, 1.0, 1e4):
        one = Engine(built_in("kmeans", {**ring(200, scale), "energy.centres": 10}))
        put(one, {"w": one.state.weights["w"]})
        found = one.report()
        seen.append((verdict(one).name, found["meter_rank"], found["meter_depth"]))
    assert len({name for name, _, _ in seen}) == 1
    for _, rank, depth in seen[1:]:
        assert rank == pytest.approx(seen[0][1], abs=0.01)
        assert depth == pytest.approx(seen[0][2], rel=0.02)


def test_the_window_and_what_lies_outside_decide_nothing() -> None:
    found = [
        Engine(built_in("porcupine", {"view.window": w, "data.count": 60})).report()
        for w in ((-90, 90, -90, 90), (-1, 1, -1, 1))
    ]
    assert found[0] == found[1]


def test_a_horn_is_judged_within_the_answers_of_each_x() -> None:
    from ebmviz.engine.measures.base.boxes import boxes

    one = Engine(built_in("horn", {"data.count": 400}))
    rows = torch.tensor([[0.05, 0.0, 0.0], [0.95, 0.0, 0.0]])
    low, high = boxes(one.task, rows)
    width = (high - low)[:, 1]
    # ρ(x) of mathematics.md §1 at the two x: a box is twice as wide as the ellipse.
    for x, found in zip((0.05, 0.95), width.tolist(), strict=True):
        rho = (2 * x + 1.5 * (1 - x)) * math.exp(2 * x)
        assert found == pytest.approx(4 * rho, rel=0.25)
