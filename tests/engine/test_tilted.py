"""Exact samples, however narrow the modes."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.engine.samplers.base.quadrature import Cells, drawn, measured

WINDOW = (-3.0, 3.0, -3.0, 3.0)
COUNT = 100_000
AT = torch.tensor([0.3, -0.7])


def bowl(y: Tensor) -> tuple[Tensor, Tensor]:
    """‖y − AT‖²."""
    return (y - AT).square().sum(1), 2 * (y - AT)


def samples(cells: Cells) -> Tensor:
    return drawn(cells, COUNT, torch.Generator().manual_seed(1)).double()


@pytest.mark.parametrize("beta", [3.0, 30.0, 300.0, 1e4, 1e6])
def test_a_bowl_has_its_mean_and_its_width_at_every_beta(beta: float) -> None:
    y = samples(measured(bowl, beta, WINDOW, AT))
    deviation = math.sqrt(0.5 / beta)
    assert bool(((y.mean(0) - AT).abs() < 4 * deviation / math.sqrt(COUNT) + 1e-7).all())
    spread = (y - AT).square().mean(0) / deviation**2
    assert bool(((spread - 1).abs() < 4 * math.sqrt(2 / COUNT)).all())


def test_a_plane_is_drawn_as_a_plane() -> None:
    """p ∝ exp(−a·y): both marginals are exponentials, cut at the window."""
    slope = torch.tensor([40.0, -2.0])

    def ramp(y: Tensor) -> tuple[Tensor, Tensor]:
        return y @ slope, slope.expand_as(y)

    y = samples(measured(ramp, 1.0, WINDOW, slope))
    for axis, a in enumerate(slope.tolist()):
        mean = 1 / a - 3 / math.tanh(3 * a)
        variance = 1 / a**2 - 9 / math.sinh(3 * a) ** 2
        assert float(y[:, axis].mean()) == pytest.approx(mean, abs=4 * math.sqrt(variance / COUNT))
        assert float(y[:, axis].var()) == pytest.approx(variance, rel=0.05)


def test_two_narrow_wells_keep_their_weights() -> None:
    far = torch.tensor([[-1.0, 0.017], [1.003, 0.5]])
    deep, beta = torch.tensor([0.0, 0.0004]), 2000.0

    def wells(y: Tensor) -> tuple[Tensor, Tensor]:
        apart = y[:, None] - far
        energies = apart.square().sum(2) + deep
        which = energies.argmin(1)
        return energies.amin(1), 2 * apart[torch.arange(len(y)), which]

    y = samples(measured(wells, beta, WINDOW, far))
    share = 1 / (1 + math.exp(-beta * float(deep[1])))
    error = math.sqrt(share * (1 - share) / COUNT)
    assert float((y[:, 0] < 0).double().mean()) == pytest.approx(share, abs=4 * error)


def test_places_stay_within_the_window() -> None:
    y = samples(measured(bowl, 1e-3, WINDOW, AT)).numpy()
    assert np.abs(y).max() <= 3
