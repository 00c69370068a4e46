"""What the card of the samplers says."""

from __future__ import annotations

import pytest

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Snapshot
from ebmviz.engine import registry
from ebmviz.figures import sampling
from ebmviz.figures.figure import Shot

CATALOGUE = registry.catalogue()


def told(step: float = 0.01, kind: str = "ula", **metrics: float) -> str:
    changes = {"sampler.kind": kind, "sampler.step": step}
    scene = replace(library.scene("ellipse", CATALOGUE), changes, CATALOGUE)
    found = {
        "sampler_flown": 0.0,
        "sampler_limit": 0.5,
        "sampler_beta": 10.0,
        "sampler_ess": 3.0,
        "sampler_draws": 200.0,
        "oracle_log_z": -1.16,
        "oracle_nll": 1.81,
        "sampler_outside": 0.0,
        "oracle_leakage": 0.0,
        "oracle_grid_error": 1e-8,
    }
    return sampling.caption(Shot(scene, Snapshot(0, 0, {}, found | metrics)))


def test_a_warning_comes_first_and_what_is_well_last() -> None:
    assert told(step=0.9).startswith("h = 0.9 is unstable, beyond 2/λ = 0.5.")
    assert told(step=0.1).endswith("h is stable up to 2/λ = 0.5.")
    assert "stable" not in told(step=0.9, kind="mala")  # it rejects what flies away
    assert "ESS 1.5 %" in told()


@pytest.mark.parametrize("error, words", [(1e-8, "NLL 1.81."), (0.02, "NLL 1.81 (± 0.02).")])
def test_an_error_is_told_where_it_shows(error: float, words: str) -> None:
    assert words in told(oracle_grid_error=error)
