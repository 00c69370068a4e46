"""The section: one curve per β along the cut."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.engine.measures.base.counts import SECTION_SAMPLES
from tests.engine.measures.definition import free, manifold, shoot


def test_the_section_holds_one_curve_per_beta_and_the_view_s_own_last() -> None:
    cut = (-1.0, -2.0, 1.5, 1.0)
    section = (0.0, 1e-3, 1.0, 1e6, math.inf)
    a = shoot(("section",), view__cut=cut, view__section=section, view__beta=3).arrays
    assert a["section_beta"].tolist() == [*section, 3]
    assert a["section"].shape == (6, SECTION_SAMPLES)
    assert a["section_at"][0].tolist() == [-1, -2]
    assert a["section_at"][-1].tolist() == [1.5, 1]
    assert a["section_s"][-1] == pytest.approx(math.hypot(2.5, 3))
    t = np.linspace(0, 1, SECTION_SAMPLES)[:, None]
    at = (1 - t) * np.array(cut[:2]) + t * np.array(cut[2:])
    for beta, row in zip(a["section_beta"], a["section"], strict=True):
        assert np.abs(free(manifold(), at, beta) - row).max() < 2e-5
