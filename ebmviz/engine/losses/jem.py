"""The loss of a joint energy model."""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.engine.losses.base.capabilities import FromModel, Relative
from ebmviz.engine.losses.base.inputs import InputLoss, JointParams
from ebmviz.engine.source import number


class Joint(FromModel, Relative, InputLoss[JointParams]):
    """Joint model (JEM)

    Cross-entropy of the class, and likelihood of x by samples x̂ from a buffer: one network is
    classifier and density. The chains of x̂ are for p(x), so at β = 1, in a box around the data.
    The paper’s are SGLD with h = 1, s = 0.01: these sample at β = 20 000, and overshoot in two
    dimensions.
    Formula: L = −w_y ln P(y|x) + w_x (E(x) − E(x̂)), E(x) = −ln Σ_y exp(−E(x, y)), up to ln C
    Source: Grathwohl et al. 2020, Algorithm 1
    """

    kind = "jem"
    order = 200
    brief = "JEM"
    Params = JointParams
    requires = {"joint": "it trains a density of x too, which only the joint energy shows"}

    def script_joint(self) -> str:
        classify, generate = number(self.params.classify), number(self.params.generate)
        return f"({classify} * (right + log_sum) + {generate} * (-log_sum - wrong))"

    def joint(self, right: Tensor, every: Tensor, sampled: Tensor) -> Tensor:
        p = self.params
        log_sum = torch.logsumexp(-every, 1)
        return p.classify * (right + log_sum) + p.generate * (-log_sum - sampled)
