"""Which device a scene runs on."""

from __future__ import annotations

import os

import torch

from ebmviz.core.errors import UserError
from ebmviz.engine.landscape.memory import is_out_of_memory

CPU = torch.device("cpu")
# What torch, CUDA's driver and its libraries, ROCm's and Apple's begin their sentences with.
_FAILURES = ("CUDA error", "CUDA driver error", "cuBLAS", "CUBLAS_", "cuDNN", "HIP error", "MPS")


def pick(wanted: str) -> torch.device:
    """The device for `auto`, `cpu`, `cuda` or `mps`, named as its tensors name it; UserError when
    it is not there, or answers no more.

    `auto` leaves Apple's GPU aside: it has no float64, which the landscape falls back on.
    """
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if wanted == "auto":
        found = _numbered("cuda") if cuda else CPU
        return found if answers(found) else CPU
    if (wanted == "cuda" and not cuda) or (wanted == "mps" and not mps):
        raise UserError(f"device: no {wanted} device on this machine; use auto or cpu")
    found = _numbered(wanted)
    if not answers(found):
        raise UserError(f"device: {found} answers no more; restart the engine, or use cpu")
    return found


def answers(device: torch.device) -> bool:
    """Whether it computes: after some errors nothing in this process can use a GPU again."""
    if device.type == "cpu":
        return True
    try:
        return float(torch.ones((), device=device)) == 1.0
    except RuntimeError as error:
        return is_out_of_memory(error)  # there, but full


def blames(error: BaseException, device: torch.device) -> bool:
    """Whether what failed there may go through in main memory."""
    if device.type == "cpu" or not isinstance(error, RuntimeError):
        return False
    return is_out_of_memory(error) or any(words in str(error) for words in _FAILURES)


def _numbered(kind: str) -> torch.device:
    if kind == "cpu":
        return CPU
    return torch.device(kind, torch.cuda.current_device() if kind == "cuda" else 0)


def described() -> str:
    """The devices of this machine, and what `auto` picks, for `ebmviz --info`."""
    found = [f"CPU, {os.cpu_count() or 1} threads"]
    if torch.cuda.is_available():
        found += [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append("Apple GPU (mps)")
    return f"{'; '.join(found)}; auto is {pick('auto')}"
