"""From numbers to a plain word."""

from __future__ import annotations

import pytest

from ebmviz.core.diagnosis import (
    CANYON,
    FALLEN,
    FLAT,
    LOST,
    RIGHT,
    RISEN,
    SHALLOW,
    SILENT,
    UNUSED,
    diagnose,
)

GOOD = {
    "last_step": 100.0,
    "meter_flatness": 0.1,
    "meter_rank": 0.02,
    "meter_gap": 1.0,
    "meter_data": 60.0,
    "meter_answers": 60.0,
}
LOW = {**GOOD, "meter_rank": 0.5}
FLAT_MAP = {**LOW, "meter_flatness": 0.95}
THERE = {"control:optimizer.lr", "control:objective.margin", "offers:contrastive"}
NEGATIVES = {f"offers:objective.negatives={n}" for n in ("grid", "uniform", "offending")}
HINGE = frozenset(
    {"objective.loss=hinge", "contrastive", "network", "objective.negatives=offending"}
    | THERE
    | NEGATIVES
)
ENERGY = frozenset({"objective.loss=energy", "network"} | THERE)
NLL = frozenset(
    {"objective.loss=nll", "contrastive", "thermal", "likelihood", "network"}
    | THERE
    | {f"control:regularizer.{name}" for name in ("decay", "spectral", "gradient")}
)


def test_a_valley_separates_the_data() -> None:
    verdict = diagnose(GOOD, HINGE)
    assert verdict.state == "separates"
    assert verdict.text.startswith("separates the data: 2.0 % of candidate answers")
    assert verdict.remedy == ""


def test_the_energy_loss_never_pushes_up() -> None:
    verdict = diagnose(FLAT_MAP, ENERGY)
    assert verdict.state == "collapsed"
    assert verdict.text == (
        "collapsed: F is flat; this loss never pushes up. Choose a loss with a margin"
    )


def test_a_loss_without_a_margin_is_told_so() -> None:
    facts = HINGE - {"objective.loss=hinge"} | {"objective.loss=lvq2", "marginless"}
    verdict = diagnose(FLAT_MAP, facts)
    assert "no margin" in verdict.why
    assert verdict.remedy == "Choose a loss with a margin"


def test_the_most_offending_answer_may_be_the_trouble() -> None:
    verdict = diagnose(FLAT_MAP, HINGE)
    assert "cancel" in verdict.why
    assert verdict.remedy == "Choose negatives ŷ expected on the grid or uniform noise"
    milder = HINGE - {"objective.negatives=offending"} | {"objective.negatives=uniform"}
    assert "margin" in diagnose(FLAT_MAP, milder).remedy


def test_an_architecture_is_told_to_limit_its_volume() -> None:
    free = ENERGY | {"decoder", "control:energy.dimension", "control:energy.strength"}
    verdict = diagnose({**FLAT_MAP, "meter_depth": 0.0, "meter_left": 0.0}, free)
    assert verdict.remedy == "Lower the dimension of z or raise the price of z, λ"
    assert verdict.controls == ("energy.dimension", "energy.strength")


def test_what_is_flat_and_still_falls_is_no_failure() -> None:
    early = {**LOW, "meter_depth": 0.0, "meter_left": 0.5}
    assert diagnose(early, ENERGY).text.startswith("not fitted yet: F is flat, but still falls")


def test_fresh_weights_are_no_failure() -> None:
    verdict = diagnose({**GOOD, "meter_flatness": 0.99, "last_step": 0.0}, ENERGY)
    assert verdict.text == "not trained yet: these are the initial weights"


def test_a_canyon_is_named_by_the_width_of_the_data() -> None:
    verdict = diagnose({**GOOD, "meter_canyon": 3.25}, NLL)
    assert verdict.text == (
        "canyon: walls 3.2 times as steep as the data's own width asks for. Keep the walls low by"
        " weight decay λ_w, a spectral norm σ or a gradient penalty γ"
    )


def test_a_shallow_map_that_knows_its_data_is_not_flat() -> None:
    assert diagnose({**FLAT_MAP, "meter_rank": 0.02}, ENERGY).state == "separates"


def test_an_old_file_is_not_measured() -> None:
    assert diagnose({"last_step": 3.0, "loss": 1.0}, ENERGY).text == "not measured"


def test_what_nothing_trains_is_not_judged() -> None:
    assert diagnose(GOOD, frozenset({"still", "own-steps"})).name == "nothing to judge"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_energies_that_are_no_numbers_have_diverged(value: float) -> None:
    verdict = diagnose({**GOOD, "meter_gap": value, "meter_flatness": 1.0}, ENERGY)
    assert verdict.state == "diverged"
    assert "η" in verdict.remedy


def test_a_run_that_went_wrong_says_so_whatever_its_weights() -> None:
    for metrics in (GOOD, LOW, FLAT_MAP, {**GOOD, "last_step": 0.0}):
        verdict = diagnose({**metrics, "diverged": 1.0}, ENERGY)
        assert verdict.state == "diverged"
        assert verdict.remedy == "Lower the rate η and train on, or reset"


def test_a_loss_that_only_rose_has_diverged_unless_the_data_are_found() -> None:
    risen = {"meter_loss": 35.0, "meter_start": 2.0}
    verdict = diagnose({**LOW, **risen}, ENERGY)
    assert verdict.why == "the loss is 35, and began at 2"
    assert diagnose({**GOOD, **risen}, ENERGY).state == "separates"
    negative = {"meter_loss": -0.2, "meter_start": -0.7}
    assert diagnose({**LOW, **negative}, NLL).state == "diverged"


def test_energies_that_went_far_for_nothing_have_diverged() -> None:
    strayed = {"meter_loss": 1.0, "meter_fresh": 1.01, "meter_fall": -500.0}
    assert diagnose({**LOW, **strayed}, NLL).state == "diverged"


def test_a_long_way_that_is_well_under_way_has_not_diverged() -> None:
    """Far data are pulled to from afar, and a new penalty is worked off."""
    pulled = {"meter_loss": 990.0, "meter_fresh": 1000.0, "meter_fall": 400.0}
    far = {**LOW, **pulled, "meter_start": 1000.0}
    assert diagnose(far, ENERGY | {"nonnegative"}).state == "undecided"
    assert diagnose({**far, "meter_fall": -400.0}, ENERGY).state == "diverged"
    penalised = {"meter_loss": 5.8, "meter_fresh": 2.8, "meter_fall": 60.0, "meter_start": 900.0}
    assert diagnose({**LOW, **penalised}, NLL).state == "undecided"
    assert diagnose({**LOW, **penalised, "meter_start": 2.8}, NLL).state == "diverged"


def test_an_energy_without_a_lower_bound_runs_away() -> None:
    fallen = {**GOOD, "meter_fall": 400.0}
    assert diagnose(fallen, ENERGY).text.startswith("unbounded below: E on the data keeps falling")
    for bound in ("nonnegative", "cosine", "contrastive"):
        assert diagnose(fallen, ENERGY | {bound}).state == "separates"


@pytest.mark.parametrize(
    ("count", "answers", "why"),
    [
        (1, 1, "all data are the same"),
        (2, 2, "2 different data"),
        (9, 1, "all answers are the same"),
    ],
)
def test_few_data_are_not_judged(count: float, answers: float, why: str) -> None:
    found = {**GOOD, "meter_data": count, "meter_answers": answers, "meter_gap": float("nan")}
    verdict = diagnose(found, ENERGY | {"control:data.count"})
    assert verdict.text == f"not enough data to judge: {why}. Raise the number of points"


def test_too_hot_and_posterior_collapse_ask_for_a_larger_beta() -> None:
    hot = {**LOW, "meter_explained": 0.01, "meter_blur": 1.4}
    assert diagnose(hot, ENERGY).text == (
        "collapsed: too hot, 1/(2β) is 140 % of the data's variance along an axis. Raise the"
        " training β"
    )
    assert diagnose({**hot, "meter_rank": 0.02}, ENERGY).state == "separates"
    assert diagnose({**hot, "meter_growth": 1.0}, ENERGY).state == "collapsed"
    assert diagnose({**hot, "meter_growth": 1.6}, ENERGY).state == "undecided"
    silent = {**GOOD, "meter_kl": 1e-4}
    assert diagnose(silent, ENERGY).name == "posterior collapse"
    warm = {**LOW, "meter_explained": 0.4, "meter_blur": 0.7}
    assert diagnose(warm, ENERGY).remedy.startswith("Raise the training β, or train on")


@pytest.mark.parametrize("kind", ["decoder", "reconstructs"])
def test_distances_tell_a_fit_from_one_answer_to_all(kind: str) -> None:
    """Data that fill their box have many others near a manifold through all of them."""
    measured = {**GOOD, "meter_depth": 0.5}
    facts = ENERGY | {kind}
    fills = {**measured, "meter_rank": 0.14, "meter_left": 0.13}
    alike = {**measured, "meter_rank": 0.115, "meter_left": 0.9}
    assert diagnose(fills, facts).state == "separates"
    assert diagnose(alike, facts).state == "undecided"
    assert diagnose({**fills, "meter_rank": 0.4}, facts).state == "undecided"


def test_blurred_distances_are_judged_by_what_the_latents_miss_and_explain() -> None:
    """What β adds to every distance tells nothing; half trained, a manifold is along no axis yet
    what the blur leaves of the data.
    """
    ring = {**GOOD, "meter_rank": 0.14, "meter_left": 0.9, "meter_blur": 0.02}
    ring |= {"meter_explained": 0.82, "meter_missed": 0.08}
    assert diagnose(ring, ENERGY).state == "separates"
    assert diagnose({**ring, "meter_missed": 0.4}, ENERGY).state == "undecided"
    assert diagnose({**ring, "meter_explained": 0.4}, ENERGY).state == "undecided"
    warm = {**ring, "meter_blur": 0.6, "meter_explained": 0.4}
    assert diagnose(warm, ENERGY).name == "warm"
    assert diagnose(warm, ENERGY).remedy == "Raise the training β"
    assert diagnose({**warm, "meter_explained": 0.2}, ENERGY).name == "not fitted yet"


def test_classes_are_judged_by_their_accuracy() -> None:
    found = {"last_step": 9.0, "meter_flatness": 0.2, "meter_accuracy": 0.95}
    assert diagnose(found, HINGE).text.startswith("separates the data: 95 % of the data")
    assert diagnose({**found, "meter_accuracy": 0.5}, HINGE).state == "undecided"
    alike = {**found, "meter_data": 50.0, "meter_answers": 1.0}
    assert diagnose(alike, HINGE | {"discrete"}).why == "all are of one class"


def test_no_advice_ever_raises_the_rate() -> None:
    for metrics in (LOW, FLAT_MAP, {**GOOD, "diverged": 1.0}, {**LOW, "meter_accuracy": 0.1}):
        for facts in (ENERGY, HINGE, NLL):
            assert "raise the rate" not in diagnose(metrics, facts).text.lower()


EDGES: list[tuple[str, float, tuple[str, str], dict[str, float], frozenset[str]]] = [
    ("meter_flatness", FLAT, ("separates", "collapsed"), {"meter_rank": 0.11}, HINGE),
    ("meter_rank", LOST, ("separates", "undecided"), {}, HINGE),
    ("meter_canyon", CANYON, ("separates", "canyon"), {}, NLL),
    ("meter_accuracy", RIGHT, ("undecided", "separates"), {}, HINGE),
    ("meter_depth", SHALLOW, ("collapsed", "separates"), {"meter_left": 0.0}, ENERGY),
    ("meter_kl", SILENT, ("collapsed", "separates"), {}, ENERGY),
    ("meter_fall", FALLEN, ("separates", "runaway"), {}, ENERGY),
    ("meter_loss", 1 + RISEN, ("undecided", "diverged"), {**LOW, "meter_start": 1.0}, NLL),
    ("meter_explained", UNUSED, ("collapsed", "undecided"), {**LOW, "meter_blur": 1.0}, ENERGY),
]


@pytest.mark.parametrize(
    ("name", "edge", "states", "more", "facts"), EDGES, ids=[name for name, *_ in EDGES]
)
def test_the_thresholds(
    name: str,
    edge: float,
    states: tuple[str, str],
    more: dict[str, float],
    facts: frozenset[str],
) -> None:
    found = tuple(diagnose({**GOOD, **more, name: edge + d}, facts).state for d in (-1e-9, 1e-9))
    assert found == states
