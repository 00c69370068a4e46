"""Which device a scene runs on."""

from __future__ import annotations

import os

import torch

from ebmviz.core.errors import UserError


def pick(wanted: str) -> torch.device:
    """The device for `auto`, `cpu`, `cuda` or `mps`; UserError when it is not there.

    `auto` leaves Apple's GPU aside: it has no float64, which the landscape falls back on.
    """
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if wanted == "auto":
        return torch.device("cuda" if cuda else "cpu")
    if (wanted == "cuda" and not cuda) or (wanted == "mps" and not mps):
        raise UserError(f"device: no {wanted} device on this machine; use auto or cpu")
    return torch.device(wanted)


def described() -> str:
    """The devices of this machine, and what `auto` picks, for `ebmviz --info`."""
    found = [f"CPU, {os.cpu_count() or 1} threads"]
    if torch.cuda.is_available():
        found += [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append("Apple GPU (mps)")
    return f"{'; '.join(found)}; auto is {pick('auto')}"
