"""From numbers to a plain word."""

from __future__ import annotations

import pytest

from ebmviz.core.doctor import CLIFF, FLAT, LOST, RIGHT, WALL, diagnose

GOOD = {
    "last_step": 100.0,
    "meter_flatness": 0.1,
    "meter_rank": 0.02,
    "meter_wall": 0.03,
    "meter_gap": 1.0,
}
FLAT_MAP = {**GOOD, "meter_flatness": 0.95, "meter_rank": 0.5}
HINGE = frozenset(
    {"objective.loss=hinge", "contrastive", "network", "objective.negatives=offending"}
)
ENERGY = frozenset({"objective.loss=energy", "network"})


def test_a_valley_is_healthy() -> None:
    verdict = diagnose(GOOD, HINGE)
    assert verdict.state == "healthy"
    assert verdict.text.startswith("healthy: F is low on the data; 2.0 % of all answers")
    assert verdict.remedy == ""


def test_the_energy_loss_is_told_what_the_issue_says() -> None:
    verdict = diagnose(FLAT_MAP, ENERGY)
    assert verdict.state == "collapsed"
    assert verdict.text == (
        "collapsed: F is flat; the energy loss never pushes up. Try a margin loss, or an"
        " architecture whose low-energy volume is limited"
    )


@pytest.mark.parametrize("loss", ["perceptron", "lvq2"])
def test_a_loss_without_a_margin_is_told_so(loss: str) -> None:
    facts = frozenset({f"objective.loss={loss}", "contrastive", "objective.negatives=offending"})
    verdict = diagnose(FLAT_MAP, facts)
    assert "no margin" in verdict.why
    assert "margin loss" in verdict.remedy


def test_the_most_offending_answer_may_be_the_trouble() -> None:
    verdict = diagnose(FLAT_MAP, HINGE)
    assert "cancel" in verdict.why
    assert "noise" in verdict.remedy
    milder = HINGE - {"objective.negatives=offending"} | {"objective.negatives=uniform"}
    assert "margin" in diagnose(FLAT_MAP, milder).remedy


def test_a_decoder_is_told_to_limit_its_volume() -> None:
    verdict = diagnose(FLAT_MAP, ENERGY | {"decoder"})
    assert "β" in verdict.remedy
    assert "latent" in verdict.remedy


def test_fresh_weights_are_no_failure() -> None:
    verdict = diagnose({**GOOD, "meter_flatness": 0.99, "last_step": 0.0}, ENERGY)
    assert verdict.text == "not trained yet: the weights are fresh"


def test_a_canyon() -> None:
    verdict = diagnose({**GOOD, "meter_wall": 0.5}, HINGE)
    assert verdict.state == "canyon"
    assert "50 % of all height" in verdict.why
    assert "decay" in verdict.remedy


def test_a_likelihood_digs_a_canyon_where_p_falls_off_a_cliff() -> None:
    likelihood = frozenset({"objective.loss=nll", "contrastive", "likelihood", "network"})
    verdict = diagnose({**GOOD, "meter_cliff": 27.0}, likelihood)
    assert verdict.state == "canyon"
    assert "falls by 27 nats" in verdict.why
    assert "spectral norm" in verdict.remedy
    assert diagnose({**GOOD, "meter_cliff": CLIFF - 1}, likelihood).state == "healthy"
    assert diagnose({**GOOD, "meter_cliff": 27.0}, HINGE).state == "healthy", "it trains no P"


def test_a_flat_map_is_no_canyon() -> None:
    """Where nothing is left but rounding, one cell may climb all of it."""
    verdict = diagnose({**FLAT_MAP, "meter_wall": 0.9}, ENERGY)
    assert verdict.state == "collapsed"


def test_a_shallow_map_that_knows_its_data_is_not_flat() -> None:
    assert diagnose({**FLAT_MAP, "meter_rank": 0.02}, ENERGY).state == "healthy"


def test_what_never_pushes_up_digs_no_canyon() -> None:
    assert diagnose({**GOOD, "meter_wall": 0.5}, ENERGY).state == "healthy"


def test_an_old_file_is_not_measured() -> None:
    assert diagnose({"last_step": 3.0, "loss": 1.0}, ENERGY).text == "not measured"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_energies_that_are_no_numbers_have_diverged(value: float) -> None:
    verdict = diagnose({**GOOD, "meter_gap": value, "meter_flatness": 1.0}, ENERGY)
    assert verdict.state == "diverged"
    assert "η" in verdict.remedy


def test_classes_are_judged_by_their_accuracy() -> None:
    found = {"last_step": 9.0, "meter_flatness": 0.2, "meter_accuracy": 0.95}
    assert diagnose(found, HINGE).text.startswith("healthy: 95 % of the data")
    assert diagnose({**found, "meter_accuracy": 0.5}, HINGE).state == "undecided"


@pytest.mark.parametrize(
    ("name", "edge", "states"),
    [
        ("meter_flatness", FLAT, ("healthy", "collapsed")),
        ("meter_wall", WALL, ("healthy", "canyon")),
        ("meter_rank", LOST, ("healthy", "undecided")),
    ],
)
def test_the_thresholds(name: str, edge: float, states: tuple[str, str]) -> None:
    found = tuple(
        diagnose({**GOOD, "meter_rank": 0.12, name: edge + d}, HINGE).state for d in (-1e-9, 1e-9)
    )
    assert found == states
    assert RIGHT == 0.8
