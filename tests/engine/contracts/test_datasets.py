"""What holds for every data set."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.engine.datasets.base.dataset import Dataset
from ebmviz.engine.energies.base.energy import Energy
from tests.engine.contracts.components import AnyComponent, make, name, of


@pytest.mark.parametrize("cls", of(Dataset), ids=name)
def test_data_are_points_of_the_plane_and_follow_from_the_seed(cls: AnyComponent) -> None:
    y = make(cls).points(3)
    assert y.ndim == 2
    assert y.shape[1] == (2 if "takes:points" in cls.requires else y.shape[1])
    assert any(not cls.describe().refused_by(e.describe()) for e in of(Energy)), "of no use"
    assert len(y) > 0
    assert y.dtype == np.float64
    assert np.isfinite(y).all()
    again = make(cls).points(3)
    assert np.array_equal(y, again)
    again += 1  # whoever changes what it got changes nothing for others
    assert np.array_equal(y, make(cls).points(3))


@pytest.mark.parametrize("cls", of(Dataset), ids=name)
def test_more_points_extend_the_set(cls: AnyComponent) -> None:
    if "count" in cls.Params.__struct_fields__:
        few, many = make(cls, count=10).points(3), make(cls, count=25).points(3)
        assert len(many) == 25
        assert np.array_equal(many[:10], few)


@pytest.mark.parametrize("cls", of(Dataset), ids=name)
def test_noise_moves_points_along_fixed_directions(cls: AnyComponent) -> None:
    if "noise" in cls.Params.__struct_fields__:
        clean, some, more = (make(cls, noise=s).points(3) for s in (0, 0.1, 0.3))
        assert np.allclose(more - clean, 3 * (some - clean), atol=1e-12)
        assert not np.array_equal(some, clean)


def test_generated_points_lie_on_the_ellipse_but_for_their_noise() -> None:
    cls = next(c for c in of(Dataset) if c.kind == "ellipse")
    clean = make(cls, count=2000, noise=0).points(0)
    assert np.allclose((clean / [2, 1.5]) ** 2 @ [1, 1], 1)
    noise = make(cls, count=2000, noise=0.05).points(0) - clean
    assert noise.std(0) == pytest.approx([0.05, 0.05], rel=0.1)
    assert abs(np.corrcoef(noise.T)[0, 1]) < 0.1


def test_the_lectures_points_are_the_lectures() -> None:
    y = make(next(c for c in of(Dataset) if c.kind == "lecture")).points(0)
    assert y.shape == (24, 2)
    assert y[22].tolist() == [1.9694, 0.0867]  # Y[23], counted from 1
    assert y[9].tolist() == [0.1855, 1.5052]  # Y[10]
