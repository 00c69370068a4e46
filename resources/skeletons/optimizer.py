"""An optimiser, to begin with: copy it to ebmviz/engine/optimizers/, or load it with --plugin.

It is two pure functions: `init` makes its state, `update` takes a step. Works here as it stands;
rename the file, the classes and `kind`, then change the rule.
"""

from __future__ import annotations

from typing import Annotated

import torch

from ebmviz.core.params import Affects, real
from ebmviz.engine.optimizers.base.optimizer import Optimizer, OptimizerParams, Slots
from ebmviz.engine.weights import Weights


# Parameters: each field is a slider in the panel, a path of --set, an entry of session files.
# OptimizerParams brings the rate η and the batch.
class LionParams(OptimizerParams, frozen=True):
    beta1: Annotated[
        float, real("Share of m", symbol="β_1", affects=Affects.TRAIN, low=0, high=0.9999)
    ] = 0.9
    beta2: Annotated[
        float, real("Decay of m", symbol="β_2", affects=Affects.TRAIN, low=0, high=0.9999)
    ] = 0.99


# The docstring is what the panel shows: title, a sentence that says what it is good for,
# the formula (`_x` lowers, `^x` raises), and whose it is.
class Lion(Optimizer[LionParams]):
    """Lion

    Every weight moves by η, whatever the size of its slope.
    Formula: w ← w − η sign(β_1 m + (1 − β_1)g), m ← β_2 m + (1 − β_2)g
    Source: Chen et al. 2023, Algorithm 2
    """

    kind = "lion"  # its name in --set optimizer.kind=… and in session files
    order = 1000  # its place in the menu, the lowest first
    Params = LionParams

    def init(self, weights: Weights) -> Slots:
        return {f"mean/{k}": torch.zeros_like(w) for k, w in weights.items()}

    def update(
        self, weights: Weights, gradients: Weights, slots: Slots, step: int
    ) -> tuple[Weights, Slots]:
        """Tensors are made anew, never changed: the window can step, undo and go on from any."""
        p, moved, out = self.params, {}, {}
        for k, w in weights.items():
            m, g = slots[f"mean/{k}"], gradients[k]
            out[k] = w - p.lr * m.lerp(g, 1 - p.beta1).sign()
            moved[f"mean/{k}"] = m.lerp(g, 1 - p.beta2)  # in sessions as optimizer/mean/…
        return out, moved
