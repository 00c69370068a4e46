"""What the landscape kernel refuses, by name."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from ebmviz.engine.landscape.grid import (
    free_energy_gradient,
    free_energy_grid,
    free_energy_points,
    responsibilities,
)
from tests.engine.clouds import INF

NAN = torch.tensor([[0.0, math.nan]])
ONE, AXIS = torch.zeros(1, 2), torch.linspace(-1, 1, 5)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((torch.zeros(3), AXIS, AXIS, 1.0), "points"),
        ((torch.zeros(0, 2), AXIS, AXIS, 1.0), "empty"),
        ((torch.zeros(4, 3), AXIS, AXIS, 1.0), "points"),
        ((torch.zeros(4, 2, dtype=torch.long), AXIS, AXIS, 1.0), "float"),
        ((NAN, AXIS, AXIS, 1.0), "finite"),
        ((ONE, AXIS * math.inf, AXIS, 1.0), "finite"),
        ((ONE, AXIS.flip(0), AXIS, 1.0), "ascending"),
        ((ONE, AXIS, AXIS[:0], 1.0), "y2"),
        ((ONE, AXIS, AXIS, -1.0), "beta"),
        ((ONE, AXIS, AXIS, math.nan), "beta"),
        ((ONE, AXIS, AXIS, 1.0, torch.zeros(2)), "log_weights"),
        ((ONE, AXIS, AXIS, 1.0, torch.tensor([-INF])), "log_weights"),
        ((ONE, AXIS, AXIS, 1.0, torch.tensor([math.nan])), "log_weights"),
    ],
)
def test_bad_grid_input(arguments: tuple[Any, ...], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        free_energy_grid(*arguments)


@pytest.mark.parametrize("function", [free_energy_points, responsibilities, free_energy_gradient])
@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((torch.zeros(0, 2), ONE, 1.0), "empty"),
        ((torch.zeros(4, 3), ONE, 1.0), "y must have shape"),
        ((ONE, torch.zeros(2), 1.0), "y must have shape"),
        ((ONE, ONE, -0.1), "beta"),
        ((ONE, ONE, 1.0, torch.tensor([-INF])), "log_weights"),
        ((NAN, ONE, 1.0), "finite"),
        ((ONE, NAN, 1.0), "finite"),
    ],
)
def test_bad_points_input(
    function: Callable[..., Tensor], arguments: tuple[Any, ...], word: str
) -> None:
    with pytest.raises(ValueError, match=word):
        function(*arguments)
