"""Weights in a row of bytes come back as they were."""

from __future__ import annotations

import math

import torch

from ebmviz.engine.weights import equal, packed


def test_packed_and_unpacked_they_are_the_same() -> None:
    table = torch.randn(5, 4, generator=torch.Generator().manual_seed(2))
    weights = {
        "a": table,
        "turned": table.t(),
        "spread": torch.tensor([1.5]).expand(1),
        "one for all": torch.tensor(2.5).expand(3, 2),
        "number": torch.tensor(-0.0),
        "nothing": torch.empty(0, 3),
        "fine": table[0].double(),
        "odd": torch.tensor([math.inf, -math.inf, 1e-45]),
        "whole": torch.tensor([1, -2]),
        "signs": torch.tensor([True, False]),
    }
    found = packed(weights).unpacked()
    assert equal(weights, found)
    assert all(found[k].shape == w.shape and found[k].dtype == w.dtype for k, w in weights.items())


def test_what_comes_out_is_not_what_is_kept() -> None:
    kept = packed({"w": torch.ones(2)})
    kept.unpacked()["w"].mul_(5)
    assert kept.unpacked()["w"].tolist() == [1, 1]
    assert packed({}).unpacked() == {}
