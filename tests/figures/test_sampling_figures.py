"""What the card of the samplers says."""

from __future__ import annotations

import math
from typing import Any

import pytest

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Snapshot
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine
from ebmviz.figures import sampling
from ebmviz.figures.base.figure import Shot
from tests.engine.verdicts.models import own
from tests.scenes import built_in

CATALOGUE = registry.catalogue()


def told(
    step: float = 0.01, kind: str = "ula", without: tuple[str, ...] = (), **metrics: float
) -> str:
    changes: dict[str, object] = {"sampler.kind": kind}
    if kind != "hmc":
        changes["sampler.step"] = step
    scene = replace(library.scene("ellipse", CATALOGUE), changes, CATALOGUE)
    found = {
        "sampler_flown": 0.0,
        "sampler_limit": 0.5,
        "sampler_recent": 200.0,
        "sampler_kl": 0.03,
        "sampler_floor": 0.02,
        "sampler_since": 400.0,
        "sampler_traced": 8.0,
        "sampler_draws": 200.0,
        "sampler_stride": 1.0,
        "sampler_standing": 0.0,
        "sampler_r_hat": 1.002,
        "sampler_ess": 640.0,
        "box_left": -4.0,
        "box_right": 4.0,
        "box_bottom": -3.0,
        "box_top": 3.25,
        "oracle_log_z": -1.16,
        "oracle_nll": 1.81,
        "sampler_outside": 0.0,
        "oracle_leakage": 0.0,
        "oracle_grid_error": 1e-8,
    }
    given = {k: v for k, v in (found | metrics).items() if k not in without}
    return sampling.caption(Shot(scene, Snapshot(0, 0, {}, given)))


def test_a_warning_comes_first_and_what_is_well_last() -> None:
    assert told(step=0.9).startswith("h = 0.9 is unstable, beyond 2/λ = 0.5.")
    assert told(step=0.1).endswith("h is stable up to 2/λ = 0.5.")
    assert "stable" not in told(step=0.9, kind="mala")  # it rejects what flies away
    assert "h is stable" not in told(step=0.0)  # where nothing moves it is no merit


def test_chains_that_have_all_left_the_box_have_no_kl() -> None:
    said = told(sampler_outside=1.0, without=("sampler_kl", "sampler_floor"))
    assert said.startswith("All chains are outside the box: there is no KL.")
    assert ", mixed" not in said


def test_nor_has_the_card_a_curve_of_it() -> None:
    """The box of one datum is far smaller than the window that chains begin in."""
    one = Engine(built_in("ellipse", {**own([[0.3, -0.4]]), "view.resolution": 24}))
    one.sample(3)
    shot = one.snapshot(("sampling", "chains"))
    assert shot.metrics["sampler_outside"] == 1
    assert "sampler_kl" not in shot.metrics
    assert all(map(math.isfinite, (v for k, v in shot.metrics.items() if k.startswith("oracle"))))
    assert "outside" in sampling.draw(Shot(one.scene, shot)).caption


@pytest.mark.parametrize(("error", "words"), [(1e-8, "NLL 1.81 over"), (0.02, "NLL 1.81 (± 0.02)")])
def test_an_error_is_told_where_it_shows(error: float, words: str) -> None:
    assert words in told(oracle_grid_error=error)


def test_the_box_of_z_is_named_and_so_is_what_lies_outside() -> None:
    assert "over [−4, 4] × [−3, 3.2]." in told()
    assert "7 % of P may lie outside: widen the box of Z." in told(oracle_leakage=0.07)
    assert "of that alone: P does not end at its edge." in told(oracle_leakage=1.0)


NOT: dict[str, dict[str, Any]] = {
    "not mixed": {"sampler_r_hat": 1.02},
    "7 of 8 do not move": {"sampler_standing": 7.0},
    "KL is far above its floor": {"sampler_kl": 0.05},
    "ESS < 400: too few draws": {"sampler_ess": 320.0},
}


def test_mixed_is_said_with_what_it_rests_on() -> None:
    rest = "R̂ 1.002 < 1.01, mixed; ESS 640 of 8 × 200 draws"
    assert f"{rest}." in told()
    assert f"{rest}, every 4th step." in told(sampler_stride=4.0)


@pytest.mark.parametrize("words", NOT)
def test_mixed_is_not_said_where_anything_speaks_against_it(words: str) -> None:
    said = told(**NOT[words])
    assert words in said
    assert ", mixed" not in said
    assert ("≥ 1.01" in said) == (words == "not mixed")


def test_without_enough_draws_no_r_hat_is_said() -> None:
    said = told(without=("sampler_r_hat", "sampler_ess"), sampler_since=1.0)
    assert "R̂: too few draws, 1 step since the last change or restart." in said
    assert "mixed" not in said
    assert "ESS" not in said


def test_chains_that_stand_are_told_and_not_praised() -> None:
    said = told(sampler_standing=8.0, sampler_acceptance=1.0, kind="mala")
    assert said.startswith("No chain moves.")
    assert "ccepted" not in said
    assert "R̂" not in said
    assert "No chain moves, accepted 0 %." in told(
        sampler_standing=8.0, sampler_acceptance=0.0, kind="mala"
    )


def test_acceptance_is_told_of_those_who_refuse() -> None:
    assert "Accepted 63 %" in told(sampler_acceptance=0.63, kind="mala")
    assert "ccepted" not in told(sampler_acceptance=1.0, kind="sgld")


def test_a_temperature_that_the_noise_sets_is_told() -> None:
    said = told(kind="sgld", sampler_beta=2e4)
    assert said.startswith("Its noise implies β = 20000, not 10.")
    assert "implies" not in told(kind="sgld")


def test_chains_that_diverged_are_told_with_a_remedy_that_there_is() -> None:
    assert told(sampler_flown=9.0).startswith("9 diverged, restarted in 200 steps: lower h.")
    assert "steps: P goes on beyond the box." in told(sampler_flown=9.0, oracle_leakage=0.3)
    assert "lower" not in told(sampler_flown=9.0, kind="hmc")
