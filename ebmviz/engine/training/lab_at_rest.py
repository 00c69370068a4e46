"""What is left of a lab when the GPU that it is on fails."""

from __future__ import annotations

import time

import torch

from ebmviz.engine.training.lab import Lab
from ebmviz.engine.training.lanes.group import LaneState, counters
from ebmviz.engine.training.problem import TrainState

EVERY_S = 1.0
"""Seconds between two copies: as long as a checkpoint of the window is old."""


class LabAtRest:
    """A copy of its lanes in main memory, made anew now and then while it trains elsewhere."""

    def __init__(self) -> None:
        self._keys: tuple[str, ...] = ()
        self._lanes: tuple[LaneState, ...] = ()
        self._clock: TrainState | None = None
        self._next = 0.0

    def note(self, lab: Lab, device: torch.device) -> None:
        """It has come further, on this device."""
        now = time.monotonic()
        if device.type == "cpu" or (now < self._next and self._keys == lab.keys):
            return
        here = torch.device("cpu")
        self._lanes = tuple(lane.on(here) for lane in lab.kept())
        self._keys, self._clock, self._next = lab.keys, counters(lab.clock), now + EVERY_S

    def give(self, lab: Lab) -> None:
        """Let a fresh lab go on from the last copy, if it has the same lanes."""
        if self._clock is not None and self._keys == lab.keys:
            lab.go_on_from(self._lanes, self._clock)
