"""The information scene: its curves, cubes and numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ebmviz.core import library
from ebmviz.core.plot import Curve, Plot, Points
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.model import registry
from ebmviz.engine.model.opening import opened
from ebmviz.engine.theory.errata import slip_kl as slip
from ebmviz.figures import information
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import main
from ebmviz.figures.slots import cards

CATALOGUE = registry.catalogue()


def shot(**energy: float) -> Shot:
    base = library.scene("information", CATALOGUE)
    chosen: Scene = replace(base, {f"energy.{k}": x for k, x in energy.items()}, CATALOGUE)
    return Shot(chosen, opened(chosen).snapshot(("information",)))


def own(plot: Plot) -> tuple[float, float]:
    (mark,) = [x for x in plot.layers if isinstance(x, Points) and x.label == "now"]
    return float(mark.x[0]), float(mark.y[0])


def edges(plot: Plot, color: str) -> np.ndarray:
    """(N, 2, 2) of a broken line."""
    (curve,) = [x for x in plot.layers if isinstance(x, Curve) and x.color == color]
    return np.stack([curve.x, curve.y], 1).reshape(-1, 3, 2)[:, :2]


@pytest.mark.parametrize(("d", "told"), [(1, 2), (2, 4), (3, 6)])
def test_cubes_tell_two_bits_an_axis_at_a_quarter_of_the_side(d: int, told: int) -> None:
    given = shot(d=d, r=4.0, s=1.0, m=0.5)
    assert given.snapshot.metrics["info_cube"] == pytest.approx(told * math.log(2), abs=1e-12)
    sheet = information.draw(given)
    assert sheet.caption.startswith(f"Cubes {told}.000 bits = {told * math.log(2):.3f} nats")
    assert sheet.rows[0][0].title == f"Cubes · (r/s)^{d} = {4**d}, {told} bits"
    bits = information.bits(given)
    assert own(bits) == pytest.approx((0.25, told))
    for curve, k in zip((x for x in bits.layers if isinstance(x, Curve)), (1, 2, 3), strict=True):
        assert curve.y == pytest.approx(k * np.log2(1 / curve.x), abs=1e-9)


@pytest.mark.parametrize(("d", "count"), [(2, 4), (3, 12)])
def test_the_small_cube_is_one_of_the_cells(d: int, count: int) -> None:
    cubes = information.draw(shot(d=d, r=4.0, s=1.0, m=0.5)).rows[0][0]
    large, small = edges(cubes, "text"), edges(cubes, "latent")
    assert len(large) == len(small) == count
    length = np.hypot(*(small[:, 1] - small[:, 0]).T)
    assert sorted(length)[-1] == pytest.approx(1.0)
    assert np.hypot(*(large[:, 1] - large[:, 0]).T) == pytest.approx(4 * length)
    grid = edges(cubes, "muted")
    assert len(grid) == 2 * 3  # cuts at −1, 0 and 1 of both axes
    if d == 2:
        assert set(np.unique(small)) == {0.0, 1.0}
        assert {-1.0, 0.0, 1.0} <= set(np.unique(grid))


def test_a_cube_that_sticks_out_tells_no_number() -> None:
    given = shot(d=2, r=4.0, s=1.0, m=1.8)
    assert "info_cube" not in given.snapshot.metrics
    sheet = information.draw(given)
    assert sheet.caption.startswith("Cubes ∞")
    assert sheet.rows[0][0].title.endswith("∞")


def test_the_gaussians_numbers_are_those_of_their_integral() -> None:
    given = shot(d=2, r=2.0, s=0.6, m=0.7)
    z = torch.linspace(-30, 30, 400_001, dtype=torch.float64)
    q = torch.softmax(-((z - 0.7) ** 2) / (2 * 0.36), 0)
    p = torch.log_softmax(-(z**2) / 8, 0)
    brute = 2 * float(torch.where(q > 0, q * (q.clamp(min=1e-300).log() - p), 0.0).sum())
    assert given.snapshot.metrics["info_gaussian"] == pytest.approx(brute, abs=1e-8)
    width = information.draw(given).rows[1][0]
    assert own(width) == pytest.approx((0.3, brute / 2))
    assert own(information.place(given)) == pytest.approx((0.35, brute / 2))


def test_the_right_curve_is_least_at_the_prior_and_the_slip_is_negative() -> None:
    """mathematics.md §5: 0 at m = 0, s = 1; LeCun 2023's would be −0.043 at s = 1.20."""
    a = shot(d=1, r=1.0, s=1.0, m=0.0).snapshot
    ratio, right = a.arrays["info_ratio"], a.arrays["info_width"]
    assert right.min() == pytest.approx(0, abs=1e-4)
    assert (right >= 0).all()
    assert ratio[right.argmin()] == pytest.approx(1, abs=0.02)
    assert a.arrays["info_mean"][a.arrays["info_place"].argmin()] == pytest.approx(0, abs=1e-9)
    m = a.metrics
    assert (m["info_slip_at"], m["info_slip_least"]) == pytest.approx((1.20, -0.043), abs=2e-3)
    assert m["info_slip_least"] == pytest.approx(float(a.arrays["info_slip"].min()), abs=1e-3)
    one = torch.tensor([0.3], dtype=torch.float64), torch.tensor([2.0], dtype=torch.float64)
    assert float(slip(*one)) == pytest.approx((0.09 + 4 - 2 - 1) / 2)


def test_it_takes_the_place_of_the_map_and_has_cards_of_its_own() -> None:
    of = library.scene("information", CATALOGUE)
    assert main(of) is information.FIGURE
    assert [f.name for f in cards(of)] == ["information-bits", "information-mean"]


@pytest.mark.parametrize(("s", "r"), [(0.01, 100.0), (100.0, 0.01), (4.0, 4.0)])
@pytest.mark.parametrize("d", [1, 2, 3])
def test_extremes_are_drawn(d: int, s: float, r: float) -> None:
    given = shot(d=d, s=s, r=r, m=0.0)
    for plot in (information.bits(given), information.place(given)):
        assert plot.layers
    for row in information.draw(given).rows:
        for layer in row[0].layers:
            if isinstance(layer, Curve):
                assert len(layer.x) == len(layer.y) > 0
