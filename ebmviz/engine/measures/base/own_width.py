"""The width that the data themselves have, and how steep an energy's walls are beside it.

Of each datum the nearest others, a tenth of all, tell along which direction of y the data are
thinnest where x is what it is, and how thin: the standard deviation w there. About data that
scatter by w a density falls by t²/2 nats within a distance of t w, whatever its shape elsewhere:
what falls much faster has dug walls that the data do not have, a canyon.
"""

from __future__ import annotations

import functools

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Cosine, Predicts
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.losses.base.capabilities import Contrastive, Thermal
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.training.subset import subset
from ebmviz.engine.weights import Weights

SHARE = 10  # one in so many counts as near
STEP = 2.0  # widths from the datum to where the climb is measured
_PROBED = 256  # data whose surroundings are looked at
_AMONG = 2048  # data that are looked for neighbours


@torch.no_grad()
def steepness(task: Problem, weights: Weights) -> float | None:
    """⟨β (F(y ± 2w) − F(y))⟩ / 2 over data and both sides: how many times faster than data of
    their own width ask for ln P falls.

    None where nobody could dig: of losses that train no P, at β = ∞, of energies whose scale is
    fixed (a decoder's squared distance, a cosine, one of y from its best answer); and where the
    width rests on too few data, or is nothing.
    """
    beta, energy = task.loss.params.beta, task.energy
    fixed = isinstance(energy, Decoder | Cosine | Predicts)
    drawn = isinstance(task.loss, Thermal) and isinstance(task.loss, Contrastive)
    if fixed or not drawn or not np.isfinite(beta):
        return None
    if len(task.data) // SHARE < _fewest(task.data.shape[1]):
        return None
    rows, across = _thinnest(task.data, energy.answer)
    if not bool((across != 0).any()):
        return None
    y = rows[:, rows.shape[1] - task.energy.answer :]
    here = task.energy.free(weights, rows, beta).double()
    sides = [
        task.energy.free(weights, task.energy.replaced(rows, y + s * STEP * across), beta).double()
        for s in (1, -1)
    ]
    return float(beta * (torch.stack(sides).mean(0) - here).mean() / (STEP**2 / 2))


@functools.lru_cache(maxsize=4)
def _thinnest(data: Tensor, answer: int) -> tuple[Tensor, Tensor]:
    """Some of the rows, (N, D), and at each the direction in which y is thinnest, as long as the
    standard deviation there, (N, A). One tensor, by identity, is one set.
    """
    rows = subset(data, _PROBED)
    among = subset(data, _AMONG).cpu().double().numpy()
    probed, size = rows.cpu().double().numpy(), among.shape[1]
    scale = np.maximum(np.ptp(among, axis=0), 1e-300)
    count = min(len(among), max(_fewest(size), len(among) // SHARE))
    found = np.zeros((len(probed), answer))
    for i, row in enumerate(probed):
        apart = (((among - row) / scale) ** 2).sum(1)
        near = among[np.argpartition(apart, count - 1)[:count]]
        found[i] = _across(near, size - answer)
    return rows, torch.as_tensor(found, dtype=data.dtype, device=data.device)


def _fewest(columns: int) -> int:
    """Neighbours that a covariance of so many columns needs."""
    return 3 * columns + 2


def _across(near: Array, given: int) -> Array:
    """The smallest axis of the covariance of y given x, of rows (n, x and y) near each other, as
    long as what is left there once they may bend: about a curve, its sag is no width.
    """
    centred = near - near.mean(0)
    x, y = centred[:, :given], centred[:, given:]
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0] if given else y
    axes = np.linalg.eigh(left.T @ left)[1]
    along = np.concatenate([x, y @ axes[:, 1:]], 1)
    bent = np.concatenate([np.ones((len(near), 1)), along, along**2], 1)
    thin = y @ axes[:, 0]
    rest = thin - bent @ np.linalg.lstsq(bent, thin, rcond=None)[0]
    across: Array = axes[:, 0] * np.sqrt(rest @ rest / (len(near) - bent.shape[1]))
    return across
