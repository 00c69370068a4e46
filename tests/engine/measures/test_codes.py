"""Gaps of codes, and where the latents are too few to tell."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ebmviz.engine.measures.codes import _sparser
from ebmviz.engine.model.engine import Engine
from tests.scenes import built_in


@pytest.mark.parametrize(("beta", "few"), [(2.0, False), (3000.0, True)])
def test_gaps_that_the_latents_do_not_resolve_are_left_out(beta: float, few: bool) -> None:
    latents = 65 if few else 1025
    of = Engine(built_in("vae", {"view.beta": beta, "energy.latents": latents}))
    of.train(100)
    shot = of.snapshot(("codes", "posterior"))
    gap, m = shot.arrays["code_gap"], shot.metrics
    assert m["code_coarse"] == np.isnan(gap).sum()
    assert np.isnan(gap).any() == few
    if not few:
        assert gap.min() > 0
        assert m["code_gap_mean"] == pytest.approx(gap.mean())
        assert m["probe_gap"] > 0


def test_every_second_latent_at_every_offset() -> None:
    assert [part.tolist() for part in _sparser(5, 1)] == [[0, 2, 4], [1, 3]]
    parts = _sparser(9, 2)
    assert parts[0].tolist() == [0, 2, 6, 8]
    assert sorted(torch.cat(parts).tolist()) == list(range(9))
