"""How many nats a latent variable carries: Gaussian balls and cubes, and the variational gap.

Everything is in nats; `bits` converts. Source: mathematics.md §5; Kingma and Welling 2014,
Appendix B.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

LN2 = math.log(2)


def bits(nats: float) -> float:
    """The same amount of information, in bits."""
    return nats / LN2


def gaussian_kl(mean: Tensor, s: Tensor, r: float = 1.0) -> Tensor:
    """KL(N(m, s²) ‖ N(0, r²)) = ln(r/s) + (m² + s²)/(2r²) − ½ of each axis, s > 0: like `mean`.

    At r = 1 its minimum is 0, at m = 0 and s = 1.
    """
    return torch.log(r / s) + (mean.square() + s.square()) / (2 * r * r) - 0.5


def cube_kl(s: Tensor, r: float, dimension: int) -> Tensor:
    """d ln(r/s): what a code in a cube of side s ≤ r tells about its place in a cube of side r.

    ∞ where s > r: the small cube is not inside.
    """
    return torch.where(s <= r, dimension * torch.log(r / s), torch.inf)


def posterior_kl(log_q: Tensor, log_posterior: Tensor) -> Tensor:
    """KL(q ‖ q*) of log-probabilities over z, (…, K) -> (…); entries of q that are 0 do not
    count.
    """
    q = log_q.exp()
    return torch.where(q > 0, q * (log_q - log_posterior), 0.0).sum(-1)


def variational(energy: Tensor, log_q: Tensor, log_p: Tensor, beta: float) -> Tensor:
    """F̃_q = ⟨E⟩_q + (1/β) KL(q ‖ p) over z, (…, K) -> (…): at least F, by (1/β) KL(q ‖ q*)."""
    q = log_q.exp()
    mean = (q * energy).sum(-1)
    return mean + posterior_kl(log_q, log_p.expand_as(log_q)) / beta
