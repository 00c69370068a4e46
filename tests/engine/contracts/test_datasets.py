"""What holds for every data set."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.engine.datasets.base.dataset import Dataset
from ebmviz.engine.energies.base.energy import Energy
from tests.engine.contracts.components import AnyComponent, make, name, of

COLUMNS = {"points": 2, "conditioned": 3, "labelled": 3, "views": 4, "patterns": 144, "nothing": 1}
"""y1 y2; x y1 y2; x1 x2 and a class; two views of a point; the cells of a picture of 12 × 12; and
one number that is not looked at.
"""


def having(param: str) -> list[AnyComponent]:
    """The data sets with such a parameter."""
    return [cls for cls in of(Dataset) if param in cls.Params.__struct_fields__]


@pytest.mark.parametrize("cls", of(Dataset), ids=name)
def test_data_have_the_columns_that_are_taken_and_follow_from_the_seed(cls: AnyComponent) -> None:
    y = make(cls).points(3)
    (taken,) = cls.requires
    assert y.shape == (len(y), COLUMNS[taken.removeprefix("takes:")])
    assert any(not cls.describe().refused_by(e.describe()) for e in of(Energy)), "of no use"
    assert len(y) > 0
    assert y.dtype == np.float64
    assert np.isfinite(y).all()
    again = make(cls).points(3)
    assert np.array_equal(y, again)
    again += 1  # whoever changes what it got changes nothing for others
    assert np.array_equal(y, make(cls).points(3))


@pytest.mark.parametrize("cls", having("count"), ids=name)
def test_more_points_extend_the_set(cls: AnyComponent) -> None:
    few, many = make(cls, count=10).points(3), make(cls, count=25).points(3)
    assert (len(few), len(many)) == (10, 25)
    assert np.array_equal(many[:10], few)


@pytest.mark.parametrize("cls", having("noise"), ids=name)
def test_noise_moves_points_along_fixed_directions(cls: AnyComponent) -> None:
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
