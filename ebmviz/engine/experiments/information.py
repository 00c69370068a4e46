"""How many nats a cube and a Gaussian tell, as curves over their size and place.

Arrays: `info_ratio` (S,): s/r; `info_cubes` (3, S): bits of cubes of d = 1, 2, 3, 0 where s = r;
`info_width`, `info_slip` (S,): KL over s/r at the m of the scene, in nats per axis, right and with
the log2 of LeCun 2023 inside it; `info_mean`, `info_place` (S,): m/r, and KL over it.

Metrics in nats, of all axes: `info_cube` (none where the small cube sticks out of the large one),
`info_gaussian`; `info_slip_least`, `info_slip_at`: where the slip's curve at m = 0 is least.
Source: mathematics.md §5.
"""

from __future__ import annotations

import math
from typing import Annotated

import torch

from ebmviz.core.params import Affects, ParamSet, integer, real
from ebmviz.engine.experiments.base.experiment import Findings, StillExperiment
from ebmviz.engine.theory.errata import slip_kl
from ebmviz.engine.theory.information import LN2, bits, cube_kl, gaussian_kl
from ebmviz.engine.weights import Weights

_SAMPLES = 241
WIDEST, FARTHEST = 2.5, 2.5
"""The largest s/r and |m/r| of the curves, unless the scene's own are beyond them."""


class InformationParams(ParamSet, frozen=True):
    """Sizes of the prior and of q."""

    d: Annotated[
        int,
        integer(
            "Dimension of z",
            symbol="d",
            help="Every axis carries the same information",
            affects=Affects.TRAIN,
            low=1,
            high=3,
            slider=(1, 3),
        ),
    ] = 2
    r: Annotated[
        float,
        real(
            "Prior’s size",
            symbol="r",
            help="Side of the large cube; standard deviation of the Gaussian p(z)",
            affects=Affects.TRAIN,
            low=0.01,
            high=100,
            slider=(0.25, 8.0),
        ),
    ] = 4.0
    s: Annotated[
        float,
        real(
            "Size of q",
            symbol="s",
            help="Side of the small cube; standard deviation of the Gaussian q(z|y)",
            affects=Affects.TRAIN,
            low=0.01,
            high=100,
            slider=(0.05, 8.0),
        ),
    ] = 1.0
    m: Annotated[
        float,
        real(
            "Mean of q",
            symbol="m",
            help="Along every axis. The information of a cube does not depend on it, as long as it"
            " lies within the large one; that of a Gaussian does",
            affects=Affects.TRAIN,
            low=-100,
            high=100,
            slider=(-4.0, 4.0),
        ),
    ] = 0.5


class Information(StillExperiment[InformationParams]):
    """Information of a fuzzy code

    How much a code z, known to lie in a small cube or a narrow Gaussian, tells beyond its prior:
    the mutual information of z and y, which a large q keeps small.
    Formula: KL(q‖p) = d ln(r/s) or d [ln(r/s) + (m^2 + s^2)/(2r^2) − ½]
    Source: LeCun 2023; mathematics.md §5
    """

    kind = "information"
    order = 180
    Params = InformationParams
    shows = "information"
    quantity = "KL(q‖p) in nats"

    def value(self, state: Weights) -> float:
        p = self.params
        mean, s = (torch.tensor([x], dtype=torch.float64) for x in (p.m, p.s))
        return p.d * float(gaussian_kl(mean, s, p.r))

    def arrays(self, state: Weights) -> Findings:
        p = self.params
        width, place = p.s / p.r, p.m / p.r
        ratio = torch.linspace(0.02, max(WIDEST, 1.2 * width), _SAMPLES, dtype=torch.float64)
        mean = torch.linspace(-1, 1, _SAMPLES, dtype=torch.float64) * max(
            FARTHEST, 1.2 * abs(place)
        )
        within = ratio.clamp(max=1)
        inside = abs(p.m) + p.s / 2 <= p.r / 2 * (1 + 1e-9)
        at = 1 / math.sqrt(LN2)
        least = slip_kl(
            torch.zeros(1, dtype=torch.float64), torch.tensor([at], dtype=torch.float64)
        )
        metrics = {"info_slip_at": at, "info_slip_least": float(least)}
        own, far = (torch.tensor([x], dtype=torch.float64) for x in (width, place))
        metrics["info_gaussian"] = p.d * float(gaussian_kl(far, own))
        if inside:
            metrics["info_cube"] = float(cube_kl(own.clamp(max=1), 1.0, p.d))
        cubes = [bits(1.0) * cube_kl(within, 1.0, d) for d in (1, 2, 3)]
        found = {
            "info_ratio": ratio,
            "info_cubes": torch.stack(cubes),
            "info_width": gaussian_kl(far, ratio),
            "info_slip": slip_kl(far, ratio),
            "info_mean": mean,
            "info_place": gaussian_kl(mean, own),
        }
        return Findings({name: values.numpy() for name, values in found.items()}, metrics)
