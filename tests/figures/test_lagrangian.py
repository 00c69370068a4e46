"""The figure of the Lagrangian shows the measured numbers, in every shape of the chain."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core.plot import Note, Plot, Points, Segments
from ebmviz.core.scene import Scene
from ebmviz.engine.model.engine import Engine
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES
from ebmviz.figures.slots import cards
from tests.scenes import built_in


def scene(**changes: object) -> Scene:
    """The built-in scene; `a__b` stands for the path a.b."""
    return built_in("lagrangian", changes)


def drawn(**changes: object) -> tuple[Shot, Plot]:
    engine = Engine(scene(**changes))
    engine.train(20)
    shot = Shot(engine.scene, engine.snapshot(("lagrangian",)))
    plot = FIGURES["lagrangian"].draw((shot,))
    assert isinstance(plot, Plot)
    return shot, plot


def test_it_is_the_second_card_of_its_scene() -> None:
    assert cards(scene())[1].name == "lagrangian"
    assert not FIGURES["lagrangian"].fits(scene(energy__kind="regression"))


@pytest.mark.parametrize(("layers", "hidden"), [(1, 3), (3, 3), (6, 8)])
def test_every_state_and_multiplier_has_a_cell(layers: int, hidden: int) -> None:
    shot, plot = drawn(energy__layers=layers, energy__hidden=hidden)
    a = shot.snapshot.arrays
    states, multipliers = (p for p in plot.layers if isinstance(p, Points))
    for cells, values in ((states, a["lagrangian_z"]), (multipliers, a["lagrangian_multiplier"])):
        assert cells.values is not None
        np.testing.assert_array_equal(np.sign(cells.values), np.sign(values))
        np.testing.assert_allclose(cells.values**2, np.abs(values), rtol=1e-12)
        assert cells.low == -cells.high
        assert np.abs(cells.values).max() <= cells.high
    column = np.round(states.x).astype(int)
    assert np.bincount(column).tolist() == a["lagrangian_sizes"].tolist()
    assert np.round(multipliers.x).min() == 1, "x has no multiplier"
    assert len(np.unique(np.stack([states.x, states.y]), axis=1).T) == len(states.x)
    assert plot.y.low is not None
    assert plot.y.high is not None
    assert states.y.min() > plot.y.low
    assert states.y.max() < plot.y.high


def test_arrows_lead_forward_and_back() -> None:
    _, plot = drawn()
    forward, backward = (s for s in plot.layers if isinstance(s, Segments))
    assert len(forward.start) == 3
    assert (forward.end[:, 0] > forward.start[:, 0]).all()
    assert len(backward.start) == 2
    assert (backward.end[:, 0] < backward.start[:, 0]).all()
    texts = [n.text for n in plot.layers if isinstance(n, Note)]
    assert {"z_0", "z_3", "λ_1", "λ_3", "g_1", "∂g_3′"} <= set(texts)
    assert "λ_0" not in texts


def test_what_stands_between_layers_leaves_out_what_has_no_room() -> None:
    _, plot = drawn(energy__layers=6)
    texts = [n.text for n in plot.layers if isinstance(n, Note)]
    assert "g_6" in texts
    assert not any("∂" in each or each[0].isdigit() for each in texts)
    assert "Between" not in plot.caption
    assert "Between" in drawn()[1].caption


def test_the_caption_states_the_difference() -> None:
    shot, plot = drawn()
    assert "largest difference to autograd" in plot.caption
    assert shot.snapshot.metrics["lagrangian_error"] <= 1e-12
