"""The slips of the sources, each with the right curve and the one that the slip would give.

Source: mathematics.md §9 says of each what is right; here both are computed, in float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ebmviz.engine.landscape.softmin import posterior_of, soft_minimum
from ebmviz.engine.theory.information import LN2, gaussian_kl
from ebmviz.engine.theory.lagrangian import stationary

RADII = -1.45263, 0.35856
"""Initial weights of the lecture's ellipse."""
READ = 0.4
"""What the lecture reads off its figure for the second of them."""
LATENTS = 48
_SAMPLES = 161

Curves = tuple[Tensor, Tensor, Tensor]
"""x (T,), the right values (T,), and those of the slip (T,)."""


class Slip(NamedTuple):
    """One slip: its title and a name for where there is little room, its source, the axes, both
    legends, what is wrong, and the curves.
    """

    title: str
    brief: str
    source: str
    x: str
    y: str
    right: str
    slip: str
    says: str
    curves: Callable[[], Curves]


def _line(low: float, high: float, count: int = _SAMPLES) -> Tensor:
    return torch.linspace(low, high, count, dtype=torch.float64)


def joint_sign() -> Curves:
    """P(1|x) over f[1] − f[0], of E = −f[y] and of E = f[y]."""
    u = _line(-5, 5)
    scores = torch.stack([torch.zeros_like(u), u], 1)
    right, slip = (posterior_of(sign * scores, 1.0, None)[:, 1] for sign in (-1, 1))
    return u, right, slip


def too_many_classes() -> Curves:
    """P(0|x) over E[0] with E[1] = 0: of C = 2 classes, and of C + 1, the last of energy 0."""
    u = _line(-5, 5)
    zero = torch.zeros_like(u)
    right = posterior_of(torch.stack([u, zero], 1), 1.0, None)[:, 0]
    return u, right, posterior_of(torch.stack([u, zero, zero], 1), 1.0, None)[:, 0]


def log2_in_nats() -> Curves:
    """KL of N(0, s²) from N(0, 1) over s, and with log2 in the place of ln."""
    s = _line(0.3, 2.2)
    return s, gaussian_kl(torch.zeros_like(s), s), slip_kl(torch.zeros_like(s), s)


def slip_kl(mean: Tensor, s: Tensor) -> Tensor:
    """½(m² + s² − log2 s² − 1): no divergence, for it is negative around s = 1/√ln 2."""
    return (mean.square() + s.square() - s.square().log() / LN2 - 1) / 2


def square_square() -> Curves:
    """([E_C]⁺)² ± ([m − E_I]⁺)² over E_I, at E_C = 0.5 and m = 1.5."""
    wrong = _line(-0.5, 2.5)
    hinge = (1.5 - wrong).clamp(min=0).square()
    return wrong, 0.25 + hinge, 0.25 - hinge


def lista() -> Curves:
    """½‖y − Wz‖² + λ‖z‖₁ over the iterations z ← shrink(W_e y ± Sz), W of three unit atoms."""
    angle = torch.tensor([0.2, 1.1, 2.3], dtype=torch.float64)
    atoms, y, weight = torch.stack([angle.cos(), angle.sin()]), _line(1.0, 0.4, 2), 0.1
    gram = atoms.T @ atoms
    largest = torch.linalg.matrix_norm(gram, 2)
    drive, mix = atoms.T @ y / largest, torch.eye(3).double() - gram / largest

    def energies(sign: float) -> Tensor:
        z, found = torch.zeros(3, dtype=torch.float64), []
        for _ in range(20):
            moved = drive + sign * mix @ z
            z = moved.sign() * (moved.abs() - weight / largest).clamp(min=0)
            found.append(0.5 * (y - atoms @ z).square().sum() + weight * z.abs().sum())
        return torch.stack(found)

    return torch.arange(1, 21, dtype=torch.float64), energies(1), energies(-1)


def cold_section() -> Curves:
    """F_∞(0, y_2) of the untrained ellipse, and of one with the radius that was read off."""
    y = _line(-1, 1, 321)
    z = torch.arange(LATENTS, dtype=torch.float64) * (math.tau / LATENTS)

    def cold(radius: float) -> Tensor:
        points = torch.stack([RADII[0] * z.cos(), radius * z.sin()], 1)
        energy = points[:, 0].square() + (y[:, None] - points[:, 1]).square()
        return soft_minimum(energy, math.inf)

    return y, cold(RADII[1]), cold(READ)


def unnormalised() -> Curves:
    """F_β(0) of the ellipse over log10 β, with the mean over z and with the integral over 2π."""
    power = _line(-1.5, 1.5)
    beta = 10**power
    z = torch.arange(LATENTS, dtype=torch.float64) * (math.tau / LATENTS)
    energy = (RADII[0] * z.cos()).square() + (RADII[1] * z.sin()).square()
    right = torch.stack([soft_minimum(energy, float(b)) for b in beta])
    return power, right, right - math.log(math.tau) / beta


def cube_information() -> Curves:
    """Bits over s/r: d log2(r/s) at d = 1, and the entropy log2 s of z given y with r = 1."""
    ratio = _line(0.05, 1)
    return ratio, -ratio.log() / LN2, ratio.log() / LN2


def _chain() -> tuple[Tensor, Tensor]:
    """λ_1 … λ_K of a chain of tanh of one unit, and its derivatives ∂g_k/∂z_k, k = 0 … K − 1."""
    weights = [torch.tensor([w], dtype=torch.float64) for w in (1.4, 0.6, 1.8, 0.9, 1.3, 0.7)]
    layers = [lambda z, w: torch.tanh(w * z)] * len(weights)
    start, goal = torch.tensor([0.5], dtype=torch.float64), 1.0
    with torch.enable_grad():
        found = stationary(layers, weights, start, lambda z: 0.5 * (z - goal).square().sum())
    bends = [w * (1 - z.square()) for w, z in zip(weights, found.states[1:], strict=True)]
    return torch.cat(found.multipliers), torch.cat(bends)


def multiplier_sign() -> Curves:
    """∂C/∂z_k over k, and λ_k where L = C + Σλ'(z − g)."""
    right, _ = _chain()
    return torch.arange(1, len(right) + 1, dtype=torch.float64), right, -right


def multiplier_index() -> Curves:
    """λ_k over k by (∂g_k/∂z_k)' λ_{k+1}, and by (∂g_{k−1}/∂z_{k−1})' λ_{k+1}."""
    right, bends = _chain()
    slip = right.clone()
    for k in range(len(right) - 2, -1, -1):  # λ_{k+1} lies at k
        slip[k] = bends[k] * slip[k + 1]
    return torch.arange(1, len(right) + 1, dtype=torch.float64), right, slip


SLIPS: dict[str, Slip] = {
    "joint-sign": Slip(
        "JEM without its minus",
        "JEM",
        "Notes on Grathwohl et al. 2020",
        "f(x)[1] − f(x)[0]",
        "P(1|x)",
        "E = −f(x)[y]",
        "E = f(x)[y], as printed",
        "With E(x, y) = f(x)[y] the higher score is the less likely: E(x, y) = −f(x)[y]",
        joint_sign,
    ),
    "classes": Slip(
        "C + 1 classes",
        "C + 1",
        "Notes on energy-based models",
        "E(x, 0) − E(x, 1)",
        "P(0|x)",
        "C = 2 classes",
        "k = 0 … C, as printed",
        "A sum from k = 0 to C has one class too many, which takes its share of the probability",
        too_many_classes,
    ),
    "log2": Slip(
        "log_2 inside nats",
        "log_2",
        "LeCun 2023",
        "s",
        "KL(q‖p), nats",
        "½(s^2 − ln s^2 − 1)",
        "with log_2 in place of ln, as the slides print",
        "With log_2 it falls to −0.043 at s = 1.20, impossible for a KL; the least is 0 at s = 1",
        log2_in_nats,
    ),
    "square-square": Slip(
        "Square-square’s minus",
        "Sq-square",
        "LeCun et al. 2006, Table 1",
        "E_I of the incorrect answer",
        "loss",
        "E_C^2 + ([m − E_I]^+)^2",
        "E_C^2 − ([m − E_I]^+)^2, as printed",
        "With the minus the loss would pull the incorrect answer’s energy down, without end",
        square_square,
    ),
    "lista": Slip(
        "LISTA’s −Sz",
        "LISTA",
        "A lecture slide; Gregor and LeCun 2010 have +Sz",
        "iteration",
        "½‖y − Wz‖^2 + λ‖z‖_1",
        "z ← shrink(W_e y + Sz)",
        "z ← shrink(W_e y − Sz), as printed",
        "With S = I − W′W/L the minus is not ISTA: it oscillates between codes of higher energy",
        lista,
    ),
    "section": Slip(
        "Zero at 0.4, infinite centre",
        "Centre",
        "Canziani 2020, Figure 2",
        "y_2 at y_1 = 0",
        "F_∞",
        "w_2 = 0.35856",
        "zero at 0.4, as the text reads it",
        "The zeros lie at |y_2| = 0.3586, and the centre is not infinite: F_∞(0) = w_2^2 = 0.1286",
        cold_section,
    ),
    "integral": Slip(
        "F without 1/|Z|",
        "1/|Z|",
        "Notes on energy-based models; LeCun 2023",
        "log_{10} β",
        "F_β(0)",
        "mean over z",
        "integral over z, as printed",
        "Another convention, lower by (1/β) ln |Z|: it diverges as β → 0",
        unnormalised,
    ),
    "cube": Slip(
        "Information, not H(z|y)",
        "H(z|y)",
        "LeCun 2023",
        "s/r",
        "bits of one axis",
        "information log_2(r/s)",
        "H(z|y) = log_2 s, at r = 1",
        "d log_2(r/s) is what z tells about y; the entropy H(z|y), its printed name, is d log_2 s",
        cube_information,
    ),
    "sign": Slip(
        "λ is minus the gradient",
        "λ’s sign",
        "LeCun 2023",
        "layer k",
        "λ_k",
        "∂C/∂z_k: L = C + Σ λ′(g − z)",
        "L = C + Σ λ′(z − g), as printed",
        "“Lambda is the gradient” holds with λ′(g − z); with the slide’s sign it is minus that",
        multiplier_sign,
    ),
    "index": Slip(
        "λ_k’s index",
        "λ’s index",
        "LeCun 2023",
        "layer k",
        "λ_k",
        "(∂g_k/∂z_k)′ λ_{k+1}",
        "(∂g_{k−1}/∂z_{k−1})′ λ_{k+1}, as printed",
        "The Jacobian of the layer after z_k carries λ_{k+1} back, not that of the one before",
        multiplier_index,
    ),
}
"""By name, in the order of the picture."""
