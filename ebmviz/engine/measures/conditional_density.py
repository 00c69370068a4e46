"""P(y|x) over the (x, y) plane: every column of the map as a density of its own.

| need | arrays |
|---|---|
| `conditional-density` | `conditional_p` (H, W): P(y|x) at the centres of cells of the window,
row 0 at the bottom; `conditional_x` (W,), and `conditional_mean` (W,): the mean of y under it |

Each column integrates to 1 over the window's range of y, by the midpoint sum: what the window
leaves out does not count. Metric `conditional_edge`: how high P is at the ends of a column, as a
share of its peak, at most: near 0 all columns end within the window. Nothing at β = ∞, which has
no density.
Source: LeCun et al. 2006, §1.3; LeCun 2023.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

CELLS = 128
"""Along each axis at most."""


def conditional_density(s: Subject) -> dict[str, Array]:
    """The need `conditional-density`, in float64."""
    energy, view = s.task.energy, s.view
    if math.isinf(view.beta):
        return {}
    left, right, bottom, top = view.window
    side = min(CELLS, s.side)
    middles = (np.arange(side) + 0.5) / side
    x, y = left + (right - left) * middles, bottom + (top - bottom) * middles
    places = torch.cartesian_prod(torch.from_numpy(y), torch.from_numpy(x)).flip(1)
    weights = {k: w.double().cpu() for k, w in s.weights.items()}
    found = energy.at(weights, view, places, view.beta).view(side, side)
    shares = torch.softmax(-view.beta * found, 0).numpy()
    s.metrics["conditional_edge"] = float((np.maximum(shares[0], shares[-1]) / shares.max(0)).max())
    return {
        "conditional_p": shares * (side / (top - bottom)),
        "conditional_x": x,
        "conditional_mean": y @ shares,
    }


MEASURE = Measure("conditional-density", conditional_density, over=("xy",))
