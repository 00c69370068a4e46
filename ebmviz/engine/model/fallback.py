"""What a model falls back on when the device fails that it computes on."""

from __future__ import annotations

import logging

import torch

from ebmviz.core.scene import Scene
from ebmviz.engine.landscape.memory import is_out_of_memory
from ebmviz.engine.model import devices
from ebmviz.engine.model.ceiling import remedy
from ebmviz.engine.training.lab_at_rest import LabAtRest


class Fallback(LabAtRest):
    """Of one model: its lab in main memory, and whether its device answers no more."""

    _lost = False

    def device(self, wanted: str) -> torch.device:
        """As `devices.pick`, but for one that was lost."""
        return devices.CPU if self._lost else devices.pick(wanted)

    def branched(self) -> Fallback:
        """That of another model on the same device."""
        other = Fallback()
        other._lost = self._lost
        return other

    def said(
        self, error: BaseException, device: torch.device, scene: Scene, step: int, watched: bool
    ) -> str:
        """Cause and way out, for a run that goes on from a step on the CPU; the log has it too.
        watched: there were chains.
        """
        self._lost = self._lost or not devices.answers(device)
        full = isinstance(error, RuntimeError) and is_out_of_memory(error)
        cause = str(error).splitlines()[0].rstrip(".")
        reason = "has no memory left" if full else f"failed ({cause})"
        goes_on = f"training goes on from step {step} on the CPU"
        if watched:
            goes_on += ", and the chains start again"
        way = remedy(scene) if full else "change anything about the training"
        way = "restart the engine to use it again" if self._lost else f"{way} to use it again"
        found = f"the device {device} {reason}: {goes_on}; {way}"
        logging.getLogger(__name__).warning("%s", found)
        return found
