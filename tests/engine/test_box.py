"""Boxes about data of any size: what is added to them is in proportion."""

from __future__ import annotations

import pytest
import torch

from ebmviz.engine.measures.falls import places
from ebmviz.engine.model import build, registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.training.box import box, widened
from ebmviz.engine.training.objective import objective
from tests.scenes import assembled, built_in

SIZES = [1e-12, 1e-9, 3e-5, 1.0, 1e6]
ROWS = torch.tensor([[-1.0, 0.5], [1.0, 0.5], [0.25, 0.5]], dtype=torch.float64)


@pytest.mark.parametrize("size", SIZES)
def test_a_box_grows_with_its_data(size: float) -> None:
    low, high = widened((size * ROWS).amin(0), (size * ROWS).amax(0), 0.25)
    assert (low / size).tolist() == pytest.approx([-1.5, 0.498])
    assert (high / size).tolist() == pytest.approx([1.5, 0.502])


@pytest.mark.parametrize("size", SIZES)
def test_one_place_has_a_box_by_its_distance(size: float) -> None:
    place = size * ROWS[0]
    low, high = widened(place, place, 0.5)
    assert ((high - low) / size).tolist() == pytest.approx([0.002, 0.002])
    nothing = torch.zeros(2)
    low, high = widened(nothing, nothing, 0.5)
    assert bool((low < 0).all() and (high > 0).all())


@pytest.mark.parametrize("size", [1e-9, 1e6])
def test_answers_lie_about_data_of_any_size(size: float) -> None:
    """As a data set of a plug-in may be, which declares no frame."""
    scene = assembled({"energy.kind": "unconditional", "objective.loss": "nll"})
    rows = size * ROWS.float()
    loss, rule = registry.loss(scene), registry.regularizer(scene)
    energy = registry.energy(scene)
    own = objective(energy, loss, rule, rows, 7)
    alike = objective(energy, loss, rule, ROWS.float(), 7)
    torch.testing.assert_close(own.space.low / size, alike.space.low, rtol=1e-6, atol=1e-7)
    torch.testing.assert_close(own.space.high / size, alike.space.high, rtol=1e-6, atol=1e-7)
    grids = own.space.grid(5) / size, alike.space.grid(5)
    torch.testing.assert_close(*grids, rtol=1e-5, atol=1e-6)


def test_starts_and_z_are_about_the_data_alone() -> None:
    engine = Engine(built_in("ellipse"))
    subject = engine.subject()
    for size in (1e-9, 1e6):
        subject.task = build.problem(engine.scene, engine.device)
        object.__setattr__(subject.task, "data", size * engine.task.data)
        starts = places(subject)[1:, :2] / size
        assert abs(starts).max() < 5
        left, right, bottom, top = (v / size for v in box(subject.task, subject.view))
        assert -20 < left < -1 < 1 < right < 20
        assert -20 < bottom < -1 < 1 < top < 20
