"""What a Hopfield network holds, and what its state recalls.

| need | arrays |
|---|---|
| `recall` | `recall_state` (N,) and `recall_patterns` (P, N) of ±1, row by row of a square grid,
from the top; `recall_overlap` (P,): ξ·s/N |
| `recall-trace` | `recall_step` (T,), `recall_trace` (P, T): the overlaps over the steps |

The label `recall_named` says what the state is: a pattern, its negative, a mixture, or spurious.
Metrics: `recall_energy`; `recall_unstable`, how many units would lower E by flipping.
"""

from __future__ import annotations

import numpy as np
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.hopfield import Hopfield
from ebmviz.engine.measures.base.counts import CURVE_POINTS
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.theory import hopfield


def _recall(s: Subject) -> dict[str, Array]:
    energy = s.task.energy
    if not isinstance(energy, Hopfield):
        return {}
    patterns, state = s.weights["patterns"], s.weights["state"]
    power = energy.params.power
    moved = hopfield.synchronous(energy.memory, patterns, state, power)
    s.metrics["recall_energy"] = float(energy.free(s.weights, state, 1.0)[0])
    s.metrics["recall_unstable"] = float((moved != state).sum())
    s.labels["recall_named"] = (hopfield.named(patterns, state[0]),)
    return {
        "recall_state": state[0].cpu().numpy(),
        "recall_patterns": patterns.cpu().numpy(),
        "recall_overlap": (patterns @ state[0] / state.shape[1]).cpu().numpy(),
    }


def _trace(s: Subject) -> dict[str, Array]:
    if not isinstance(s.task.energy, Hopfield):
        return {}
    h = s.history
    stride = max(1, len(h.steps) // CURVE_POINTS)
    some = slice((len(h.steps) - 1) % stride, None, stride)
    states = torch.cat([w.unpacked()["state"] for w in h.weights[some]])
    patterns = s.weights["patterns"].cpu()
    return {
        "recall_step": np.asarray(h.steps[some], np.float64),
        "recall_trace": (patterns @ states.t() / states.shape[1]).numpy(),
    }


MEASURES = (
    Measure("recall", _recall),
    Measure("recall-trace", _trace),
)
