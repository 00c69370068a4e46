"""The rows of the table, and how they are timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import torch

Work = Callable[[], object]
HEAD = "| part | what | who | value | unit | |\n|---|---|---|---|---|---|"


class Row(NamedTuple):
    """value: None where there is none, and `note` says why. right: False of a wrong result."""

    part: str
    what: str
    who: str
    value: float | None
    unit: str
    note: str = ""
    right: bool = True

    def markdown(self) -> str:
        """As a row of the table."""
        value = "—" if self.value is None else f"{self.value:.4g}"
        note = self.note if self.right else f"WRONG {self.note}"
        return f"| {self.part} | {self.what} | {self.who} | {value} | {self.unit} | {note} |"


class Settings(NamedTuple):
    """device: what is measured. small: sizes that a CPU does in a moment. seconds: of each timing.
    peers: those that are asked.
    """

    device: torch.device
    small: bool
    seconds: float
    peers: frozenset[str]


def finish(device: torch.device) -> None:
    """Wait until it has done all it was asked for."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def rate(work: Work, settings: Settings) -> float:
    """How often per second, after once for the caches."""
    work()
    finish(settings.device)
    count, began = 0, time.perf_counter()
    while count == 0 or time.perf_counter() - began < settings.seconds:
        work()
        count += 1
        if count % 8 == 0 or count == 1:
            finish(settings.device)  # a queue that runs ahead would be timed by what is left of it
    finish(settings.device)
    return count / (time.perf_counter() - began)


def timed(
    part: str,
    what: str,
    who: str,
    unit: str,
    made: Callable[[], Work],
    settings: Settings,
    times: int = 1,
) -> Row:
    """A row of what `made` returns, which does it so many times; one without a value, where that
    fails.
    """
    try:
        return Row(part, what, who, times * rate(made(), settings), unit)
    except ImportError:
        return Row(part, what, who, None, unit, "not installed")
    except Exception as error:  # whatever a peer, its compiler or the driver raises
        return Row(part, what, who, None, unit, failure(error))


def failure(error: Exception) -> str:
    """What is said of it in the table."""
    said = (str(error).splitlines() or [""])[0].replace("|", "/")[:120]
    return f"failed: {type(error).__name__}: {said}"
