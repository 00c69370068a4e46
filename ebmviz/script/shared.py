"""Functions that pieces of a script call: each is there only if one does."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterable

_STREAM = '''
def stream(purpose, *more):
    """Random numbers of their own for each purpose, and for what else tells them apart."""
    return np.random.default_rng([SEED, purpose, *more])
'''
_ANGLES = '''
def angles(count):
    """Equal steps of [0, 2π[."""
    return (torch.arange(count, dtype=torch.float64) * (2 * math.pi / count)).float()
'''
_LAYERS = '''
def layers(generator, name, sizes):
    """Initial weights of a network, uniform in ± 1/√in, as torch.nn.Linear has them."""
    w = {}
    for i, (n, m) in enumerate(zip(sizes, sizes[1:]), 1):
        w[f"{name}.w{i}"] = (2 * torch.rand(m, n, generator=generator) - 1) / math.sqrt(n)
        w[f"{name}.b{i}"] = (2 * torch.rand(m, generator=generator) - 1) / math.sqrt(n)
    return w
'''
_NETWORK = '''
def network(w, name, x, activation):
    """The network of that name at x; its last layer is linear."""
    i = 1
    while f"{name}.w{i + 1}" in w:
        x = activation(x @ w[f"{name}.w{i}"].T + w[f"{name}.b{i}"])
        i += 1
    return x @ w[f"{name}.w{i}"].T + w[f"{name}.b{i}"]
'''
_TABLE = '''
def table(w, batch, answers, beta):
    """F of every answer at the x of every row: (N, M)."""
    x = batch[:, : batch.shape[1] - answers.shape[1]]
    if x.shape[1] == 0:
        return free_energy(w, answers, beta).expand(len(batch), -1)
    n, m = len(batch), len(answers)
    pairs = torch.cat([x[:, None].expand(-1, m, -1), answers.expand(n, -1, -1)], 2)
    return free_energy(w, pairs.flatten(0, 1), beta).view(n, m)
'''
_LOG_RIGHT = '''
def log_right(right, every, near):
    """ln P(y|x) of the correct answer, normalised over itself and all incorrect ones."""
    rivals = (right[:, None] - every).masked_fill(near, -math.inf)
    leads = torch.cat([torch.zeros_like(right)[:, None], BETA * rivals], 1)
    return -torch.logsumexp(leads, 1)
'''
_HEAD = '''
def softmin(energies, beta):
    """softmin_β of E over z, the last axis: F_β = −(1/β) ln (1/|Z|) Σ_z exp(−βE).

    Cold, β = ∞, it is the least E, and hot, β = 0, the mean.
    """
'''
_COLD = "    if math.isinf(beta):\n        return energies.amin(-1)\n"
_HOT = "    if beta == 0:\n        return energies.mean(-1)\n"
_WARM = """\
    count = energies.shape[-1]
    return -(torch.logsumexp(-beta * energies, -1) - math.log(count)) / beta
"""
_FAINT = """\
    if beta < 0.25:  # the same, with digits that ln(1 + a little) would lose
        least = energies.amin(-1, keepdim=True)
        rise = ‹mean›
        return least.squeeze(-1) - torch.log1p(rise) / beta
"""
_MEAN = "torch.expm1(-beta * (energies - least)).mean(-1)"
_MEAN_OF = "(log_p.exp() * torch.expm1(-beta * (energies - least))).sum(-1)"
_HEAD_OF = '''
def softmin_of(energies, beta, log_p):
    """softmin_β of E over z with a prior: F_β = −(1/β) ln Σ_z p(z) exp(−βE)."""
'''
_HOT_OF = "    if beta == 0:\n        return (energies * log_p.exp()).sum(-1)\n"
_WARM_OF = "    return -torch.logsumexp(log_p - beta * energies, -1) / beta\n"
_HOTTER = 0.25
_PURPOSES = {"PLACES": 0, "NOISE": 1, "BATCHES": 2, "ANSWERS": 3, "CHAINS": 4, "BUFFER": 5}


def _soft(head: str, hot: str, warm: str, mean: str, betas: Iterable[float]) -> str:
    every = set(betas)
    out = head + (_COLD if math.inf in every else "") + (hot if 0 in every else "")
    out += _FAINT.replace("‹mean›", mean) if any(0 < beta < _HOTTER for beta in every) else ""
    return out + (warm if any(_HOTTER <= beta < math.inf for beta in every) else "")


def called(text: str, betas: Iterable[float]) -> str:
    """What `text` calls and does not define, for free energies at these β."""
    every = tuple(betas)
    known = {
        "stream": _STREAM,
        "angles": _ANGLES,
        "layers": _LAYERS,
        "network": _NETWORK,
        "table": _TABLE,
        "log_right": _LOG_RIGHT,
        "softmin": _soft(_HEAD, _HOT, _WARM, _MEAN, every),
        "softmin_of": _soft(_HEAD_OF, _HOT_OF, _WARM_OF, _MEAN_OF, every),
    }
    return "\n\n".join(
        source.strip("\n") + "\n"
        for name, source in known.items()
        if re.search(rf"\b{name}\(", text) and f"def {name}(" not in text
    )


def purposes(text: str) -> str:
    """The numbers of the streams that `text` draws from."""
    there = [name for name in _PURPOSES if re.search(rf"\b{name}\b", text)]
    if not there:
        return ""
    numbers = ", ".join(str(_PURPOSES[name]) for name in there)
    return f"{', '.join(there)} = {numbers}  # what random numbers are for\n"


def indented(text: str, by: int = 4) -> str:
    """Lines further to the right."""
    return inspect.cleandoc(text).replace("\n", "\n" + " " * by).replace(" " * by + "\n", "\n")
