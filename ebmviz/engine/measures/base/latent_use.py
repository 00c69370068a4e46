"""How much of the data the latent variable explains.

Too hot, all z share in every datum alike: their weighted mean ⟨g(z)⟩ is the same for all, and the
manifold shrinks, ellipse to segment to point. The last happens at β < 1/(2⟨y²⟩) along the widest
axis (mathematics.md §1): there the blur of exp(−βF), of variance 1/(2β), is wider than the data.

- `meter_explained`: along the principal axis of y where it is least, the variance of ⟨g(z)⟩_P(z|y)
  as a part of that of y, 0 … 1.
- `meter_blur`: 1/(2β) as a part of the variance of y along that axis.
- `meter_growth`: ⟨y·⟨g(z)⟩⟩ / ⟨⟨g(z)²⟩⟩ along it, about the means: the factor by which F, P(z|y) as
  it is, would have the manifold stretched, for ∂F/∂s of g → s g is 2 (s ⟨g²⟩ − ⟨y g⟩). Where a
  manifold has collapsed it is 1 or less, where it has yet to grow more; 2β⟨y²⟩ of a point.
- `meter_missed`: ⟨‖y − ⟨g(z)⟩‖²⟩ as a part of the variance of y, over both axes: 1 where one point
  stands for all data.
- `meter_told`: of reconstructions ỹ, the variance of ỹ as a part of that of y, summed over both
  axes: 0 where the codes tell nothing of y.
- `meter_kl`: the mean KL(q‖p) of the codes in nats, where a loss trains them (trait "encodes").

Under a condition, y and ⟨g⟩ are taken from their means at near x.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ebmviz.engine.energies.base import variational
from ebmviz.engine.energies.base.capabilities import Code, Conditional, Encodes
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.base.reconstruction import Reconstruction
from ebmviz.engine.losses.base.code import CodeLoss
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.training.subset import subset
from ebmviz.engine.weights import Weights

_MOST = 256  # data
_SAME = 1e-6  # of the widest axis' variance: no axis of the data
_NEAR = 8  # data on each side that make a mean at near x


def latent_use(task: Problem, weights: Weights) -> dict[str, float]:
    """The metrics above, those that there are."""
    found: dict[str, float] = {}
    energy, beta = task.energy, task.loss.params.beta
    rows = subset(task.data, _MOST)
    if isinstance(task.loss, CodeLoss) and isinstance(energy, Encodes):
        mean, s = energy.encode(weights, rows)
        found["meter_kl"] = float(variational.prior_kl(Code(mean[:, 0], mean, s)).mean())
    if isinstance(energy, Reconstruction):
        told, all_of_it = (
            float(of.double().var(0, correction=0).sum())
            for of in (energy.reconstruct(weights, rows), rows[:, -2:])
        )
        return found | ({"meter_told": told / all_of_it} if all_of_it > 0 else {})
    if not isinstance(energy, Decoder) or not 0 < beta < math.inf or energy.width(weights) == 1:
        return found
    y = rows[:, -2:].double()
    z = energy.latents().to(rows)
    x = rows[:, 0] if isinstance(energy, Conditional) else None
    points = energy.decode(weights, z, x).double()
    seen = energy.posterior(weights, rows, beta).double()
    mean = (seen[:, None] @ points).squeeze(1) if x is not None else seen @ points
    missed = (y - mean).square().sum(1).mean()
    if x is not None:
        order = x.argsort()
        y, mean = (_from_near(part[order]) for part in (y, mean))
    variance, axes = torch.linalg.eigh(torch.cov(y.t(), correction=0))
    known = variance > _SAME * variance[-1]
    if not bool(known.any()) or not bool(mean.isfinite().all()):
        return found
    explained = ((mean - mean.mean(0)) @ axes).square().mean(0) / variance.clamp(min=1e-300)
    worst = int(torch.where(known, explained, math.inf).argmin())
    found["meter_missed"] = float(missed / variance.sum())
    found["meter_explained"] = float(explained[worst])
    found["meter_blur"] = float(0.5 / beta / variance[worst])
    if x is None:
        axis = axes[:, worst]
        found["meter_growth"] = _growth(
            (y - y.mean(0)) @ axis, (points - mean.mean(0)) @ axis, seen
        )
        if math.isnan(found["meter_growth"]):
            found["meter_growth"] = 1 / found["meter_blur"]
    return found


def _growth(y: Tensor, g: Tensor, seen: Tensor) -> float:
    """⟨y ⟨g⟩⟩ / ⟨⟨g²⟩⟩ of y (N,), g (K,) and P(z|y) (N, K); NaN where all g are one."""
    size = (seen @ g.square()).mean()
    if size <= _SAME * y.square().mean():
        return math.nan
    return float((y * (seen @ g)).mean() / size)


def _from_near(ordered: Tensor) -> Tensor:
    """Rows less the mean of those beside them in the order."""
    total = torch.cat([ordered.new_zeros(1, ordered.shape[1]), ordered.cumsum(0)])
    at = torch.arange(len(ordered))
    low, high = (at - _NEAR).clamp(min=0), (at + _NEAR + 1).clamp(max=len(ordered))
    return ordered - (total[high] - total[low]) / (high - low)[:, None].to(ordered)
