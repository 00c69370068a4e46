"""What chains of MALA in a mirrored box do to a density, without a sampler: its kernel as a matrix
over cells, whose powers give the mean of every sum over chains.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from torch import Tensor

from ebmviz.engine.training.problem import Problem
from ebmviz.engine.weights import Weights

LONGEST = 4.0  # a drift, in standard deviations of the noise: as chains of losses cut it


@dataclass(frozen=True)
class Kernel:
    """places (M, 2): the middles of the cells, then the data; move (M, C): the probability of a
    move from each place into each cell. What is not taken stays.
    """

    places: Tensor
    move: Tensor

    def after(self, share: Tensor, steps: int) -> Tensor:
        """The shares of the places (M,) after so many steps."""
        stay, cells = 1 - self.move.sum(1), self.move.shape[1]
        for _ in range(steps):
            moved = share @ self.move
            share = share * stay
            share[:cells] += moved
        return share


def kernel(
    task: Problem, weights: Weights, rows: Tensor, h: float, beta: float, side: int
) -> Kernel:
    """Of a step h at β in the box of a loss over points of the plane, float64. Proposals are
    Gaussian, so the midpoint rule over cells narrower than their σ is all but exact.
    """
    space = task.objective.space
    low, high = space.low.double(), space.high.double()
    cells = low + (high - low) * _middles(side)
    places = torch.cat([cells, rows.double()])
    leaf = places.clone().requires_grad_()
    free = task.energy.free(weights, leaf, beta)
    (slope,) = torch.autograd.grad(free.sum(), leaf)
    free = free.detach()
    sigma, area = (2 * h / beta) ** 0.5, float(((high - low) / side).prod())

    def drift(slope: Tensor) -> Tensor:
        move = h * slope
        return move * (LONGEST * sigma / move.norm(dim=1, keepdim=True).clamp(min=1e-30)).clamp(
            max=1
        )

    away, count = places - drift(slope), len(cells)
    total = torch.zeros(len(places), count, dtype=torch.float64)
    for image in itertools.product((-1, 0, 1), repeat=2):
        turn = torch.tensor([(-1.0) ** abs(i) for i in image], dtype=torch.float64)
        # Beyond a side F goes on as its mirror image.
        mirrored = torch.stack(
            [
                cells[:, a] if i == 0 else 2 * (low, high)[i > 0][a] - cells[:, a]
                for a, i in enumerate(image)
            ],
            1,
        )
        there = torch.cdist(away, mirrored).square()
        home = mirrored - drift(turn * slope[:count])
        back = torch.cdist(places, home).square()
        ratio = beta * (free[:, None] - free[None, :count]) + (there - back) / (2 * sigma**2)
        density = torch.exp(-there / (2 * sigma**2)) / (2 * torch.pi * sigma**2)
        total += area * density * ratio.clamp(max=0).exp()
    return Kernel(places, total)


def slope_of(
    task: Problem, weights: Weights, rows: Tensor, kernel: Kernel, share: Tensor
) -> Tensor:
    """∂/∂w of ⟨F⟩ over the rows less that over places by their shares, (P,): what a loss by chains
    goes down on average, when its chains are where the shares say.
    """
    leaves = {k: w.detach().requires_grad_() for k, w in weights.items()}
    right = task.energy.free(leaves, rows.double(), 1.0).mean()
    wrong = (share * task.energy.free(leaves, kernel.places, 1.0)).sum()
    slopes = torch.autograd.grad(right - wrong, list(leaves.values()))
    return torch.cat([s.flatten() for s in slopes])


def _middles(side: int) -> Tensor:
    line = (torch.arange(side, dtype=torch.float64) + 0.5) / side
    return torch.cartesian_prod(line, line)
