"""How many wrong answers hold up an energy over R^D, beside a method that needs none.

The data lie on a unit circle, in a random plane through the middle of the box [−1.5, 1.5]^D.
Contrastive: a network D–h–h–1 with ReLU, trained on the loss [E(y)]⁺ + [m − E(ŷ)]⁺, m = 1, by Adam
over M fixed wrong answers ŷ, uniform in the box, all of them at each update.
Regularised: K-means, E = min_k ‖y − w_k‖² / r²: K codes are all that can have a low energy. It
sees the same data in as many updates, and no wrong answer.
Both are judged on the tube of radius r = ½ around the circle, at places that neither has seen: a
place is held up if its energy is more than m/2 above the 95th percentile of that of fresh data. E
of K-means is scaled to be 1 = m at the distance r, too. Each number is a mean over independent
runs, which are stacked along the first axis R of every tensor. Beyond D, columns are zero.
Source: Notes on LeCun’s lectures: contrastive methods scale badly with dim(y).
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.streams import Stream, stream

BOX, RADIUS, MARGIN, QUANTILE = 1.5, 0.5, 1.0, 0.95
CENTRES = 24
RATE = 0.01
"""Of Adam; K-means moves each centre by a tenth of the way to the mean of its data."""
_DATA, _PLACES = 64, 600
_MOMENTS = (0.9, 0.999)
_LAYERS = ("w1", "b1", "w2", "b2", "w3", "b3")

Model = dict[str, Tensor]


class Scenery(NamedTuple):
    """Places (R, N, D): the data, the wrong answers, fresh data and the tube around them."""

    data: Tensor
    wrong: Tensor
    fresh: Tensor
    tube: Tensor


@functools.lru_cache(maxsize=4)
def scenery(seed: int, runs: int, dim: int, wrong: int, columns: int) -> Scenery:
    """The places of the experiment with `wrong` wrong answers in R^dim, in `columns` columns."""
    rng = stream(seed, Stream.DIMENSION, dim, wrong)
    frame = np.linalg.qr(rng.standard_normal((runs, dim, 2)))[0]

    def circle(count: int) -> tuple[Array, Array]:
        angle = rng.random((runs, count)) * 2 * math.pi
        at = np.stack([np.cos(angle), np.sin(angle)], 2)
        along = np.stack([-np.sin(angle), np.cos(angle)], 2)
        turn = frame.transpose(0, 2, 1)
        return at @ turn, along @ turn

    def padded(places: Array) -> Tensor:
        out = np.zeros((*places.shape[:2], columns), np.float32)
        out[:, :, :dim] = places
        return torch.from_numpy(out)

    data = circle(_DATA)[0]
    answers = BOX * (2 * rng.random((runs, wrong, dim)) - 1)
    fresh, (middle, along) = circle(_PLACES)[0], circle(_PLACES)
    away = rng.standard_normal((runs, _PLACES, dim))
    away -= (away * along).sum(2, keepdims=True) * along
    away /= np.linalg.norm(away, axis=2, keepdims=True)
    return Scenery(padded(data), padded(answers), padded(fresh), padded(middle + RADIUS * away))


def fresh_model(seed: int, dim: int, wrong: int, hidden: int, places: Scenery) -> Model:
    """The network as torch.nn.Linear begins, its moments, and centres on data far apart."""
    rng = stream(seed, Stream.DIMENSION, dim, wrong, 1)
    runs, columns = places.data.shape[0], places.data.shape[2]

    def uniform(bound: float, *shape: int) -> Tensor:
        return torch.from_numpy(bound * (2 * rng.random((runs, *shape)) - 1)).float()

    first, later = 1 / math.sqrt(dim), 1 / math.sqrt(hidden)
    model = {
        "w1": uniform(first, hidden, columns),
        "b1": uniform(first, hidden),
        "w2": uniform(later, hidden, hidden),
        "b2": uniform(later, hidden),
        "w3": uniform(later, 1, hidden),
        "b3": uniform(later, 1),
    }
    model["w1"][:, :, dim:] = 0
    for name in _LAYERS:
        model[f"mean.{name}"] = torch.zeros_like(model[name])
        model[f"square.{name}"] = torch.zeros_like(model[name])
    return model | {"centres": _spread(places.data)}


def updated(model: Model, places: Scenery, count: int) -> tuple[Model, Tensor]:
    """After update number `count` (from 1), of the network and of the centres; and the network's
    loss before it, a mean over the runs.
    """
    with torch.enable_grad():
        leaves = {name: model[name].detach().requires_grad_() for name in _LAYERS}
        both = network(leaves, torch.cat([places.data, places.wrong], 1))
        right, wrong = both[:, :_DATA], both[:, _DATA:]
        loss = right.relu().mean(1) + (MARGIN - wrong).relu().mean(1)
        slopes = torch.autograd.grad(loss.sum(), list(leaves.values()))
    out = {"centres": _pulled(model["centres"], places.data)}
    one, two = _MOMENTS
    for name, slope in zip(_LAYERS, slopes, strict=True):
        mean = one * model[f"mean.{name}"] + (1 - one) * slope
        square = two * model[f"square.{name}"] + (1 - two) * slope.square()
        size = (square / (1 - two**count)).sqrt() + 1e-8
        out[name] = model[name] - RATE / (1 - one**count) * mean / size
        out |= {f"mean.{name}": mean, f"square.{name}": square}
    return out, loss.detach().mean()


def network(model: Model, y: Tensor) -> Tensor:
    """The contrastive energies at places (R, N, D): (R, N)."""
    for i in (1, 2, 3):
        y = torch.baddbmm(model[f"b{i}"][:, None], y, model[f"w{i}"].transpose(1, 2))
        y = y.relu() if i < 3 else y
    return y[:, :, 0]


def nearest(model: Model, y: Tensor) -> Tensor:
    """The energies of K-means at places (R, N, D): (R, N)."""
    return torch.cdist(y, model["centres"]).amin(2).square() / RADIUS**2


def _spread(data: Tensor) -> Tensor:
    """CENTRES of the data (R, N, D), each the one farthest from those before (Gonzalez 1985)."""
    picked = [data[:, 0]]
    away = torch.full(data.shape[:2], math.inf)
    for _ in range(CENTRES - 1):
        away = torch.minimum(away, (data - picked[-1][:, None]).square().sum(2))
        picked.append(data[torch.arange(len(data)), away.argmax(1)])
    return torch.stack(picked, 1)


def _pulled(centres: Tensor, data: Tensor) -> Tensor:
    """Each a tenth of the way to the mean of the data nearest to it."""
    mine = torch.nn.functional.one_hot(torch.cdist(data, centres).argmin(2), CENTRES).to(data)
    count = mine.sum(1)[:, :, None]
    mean = mine.transpose(1, 2) @ data / count.clamp(min=1)
    return torch.where(count > 0, centres + 0.1 * (mean - centres), centres)


def held_up(on_data: Tensor, on_tube: Tensor) -> float:
    """The share of the tube that is held up, from the energies (R, N) of both."""
    level = on_data.quantile(QUANTILE, dim=1, keepdim=True) + MARGIN / 2
    return float((on_tube > level).float().mean())


def judged(model: Model, places: Scenery) -> tuple[float, float]:
    """The share held up by the network, and by K-means."""
    return (
        held_up(network(model, places.fresh), network(model, places.tube)),
        held_up(nearest(model, places.fresh), nearest(model, places.tube)),
    )
