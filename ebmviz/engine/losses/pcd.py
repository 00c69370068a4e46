"""Persistent contrastive divergence."""

from __future__ import annotations

from ebmviz.engine.losses.base.chains import BufferParams
from ebmviz.engine.losses.base.loss import Loss
from ebmviz.engine.losses.base.sampled import CONTINUOUS, ChainLoss

_ONE = "its buffer holds places of one landscape, and this energy has one for every x"


class Persistent(ChainLoss[BufferParams]):
    """Persistent chains (PCD)

    Chains continue where the last update left them, in a buffer, and a few start again: over many
    updates they reach every valley, as long as the weights move slowly.
    Formula: L = F(y) − F(ŷ), ŷ from a buffer by k steps of {chain}
    Source: Tieleman 2008; Du and Mordatch 2019
    """

    kind = "pcd"
    order = 160
    brief = "PCD"
    Params = BufferParams
    start = "buffer"
    requires = {**CONTINUOUS, "plane:y": _ONE}
    forbids = {**Loss.forbids, "conditional": _ONE}
