"""What an older program has saved opens, and shows the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.corpus import HOME, differences, read, seen_of
from tests.slow import sparing

SEEN = read()
TRAINED = {name for name in SEEN if not name.endswith("-0.ebmviz")}
EXPERIMENTS = ("calibration", "dimension", "errata", "hopfield-capacity", "information")
IDLE = {"none", "train/epoch", "train/cursor", "train/updates"}
"""What these kept as long as they stood among the energies, for data and an optimiser that did
nothing: of every experiment's checkpoint this is gone, and only this.
"""

FORMER = {
    "nll-hmc": {"HMC, k = 3": "CD, k = 3"},
    "calibration": {
        "max_y P(y|x_i), mean of a bin": "confidence max_y P(y|x_i)",
        "Best possible": "Bayes optimum",
        "best border": "Bayes boundary",
        "share of right answers": "accuracy",
        "share that is right": "accuracy",
        "share right": "accuracy",
        "right, %": "accuracy, %",
        "sum of energies": "any ratio of units",
        "Sum of scores": "Sum of energies",
        "log_{10} of unit 2 over unit 1": "log_{10} of unit 2 / unit 1",
    },
    "dimension": {" % of the updates": " % done"},
    "errata": {
        "what is right, and what was printed": "right, and as printed",
        "it swings between": "it oscillates between",
        "wrong answer": "incorrect answer",
    },
    "hopfield": {"units would lower": "units, each alone, would lower"},
    "hopfield-capacity": {
        "Press Train": "Press Recall",
        "load 0.138, of large networks": "load 0.138, for N → ∞",
    },
    "lagrangian": {"ours: C": "as here: C", "slide: C": "as printed: C"},
    "information": {
        "the mutual information of z and y": "of z and y",
        "log_2 in place of ln: −0.043, impossible for a KL": "−0.035, impossible for a KL",
        "KL over the mean · least at 0": "KL · over m, least at 0",
        "KL(q‖p) of an axis, nats": "KL, nats per axis",
    },
}
"""Words that are others by now, of a loss that another is told by, of a button that is called so,
and where there was no room for them: these change, and only these. What plots of experiments are
called where there is little room they were not called at all.
"""


ALL = {
    "all answers lie as low as the right one": "candidate answers lie as low as the correct one",
    "95th percentile of right ones": "95th percentile of the data",
    "not there yet": "not fitted yet",
    "E_C, right answer": "E_C, correct",
    "E_I, wrong answer": "E_I, incorrect",
    "pull on the right one": "pull on the correct one",
    "all answers": "candidate answers y",
    "right answers": "data",
    "wrong classes": "incorrect classes",
    "it takes a likelihood over y": "it needs a likelihood loss over y",
    "the weights are fresh": "these are the initial weights",
    **{f"ž of {n} z": f"ž, least E of {n} z" for n in (48, 96, 240)},
    "ž, least E of 240 z, 2": "ž of 240 z, 2",  # where it is said how many there are
}
"""The field's standard terms in the place of ours, in every scene."""

LATER = {"surface"}
"""Figures that there were not."""


def renamed(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: renamed(each, words) for key, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, words) for each in value]
    if isinstance(value, str):
        for old, new in words.items():
            value = value.replace(old, new)
    return value


def fitting(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """With the axis of cross-sections as it is now where it has become lower: it had room for data
    whose energies no curve shows.
    """
    if "cross-section" not in before["figures"]:
        return before
    then, here = (each["figures"]["cross-section"] for each in (before, now))
    highs = (float(each["y"]["high"]["float"]) for each in (here, then))
    if not next(highs) < next(highs):
        return before
    lower = {**then, "y": {**then["y"], "high": here["y"]["high"]}}
    return {**before, "figures": {**before["figures"], "cross-section": lower}}


REACH = {"gradient-bias", "hopfield"}
"""Figures whose axes reach further by now: a border lay on the frame, and numbers were cut."""

SAID = {"fuzzy-balls"}
"""Those whose caption says more: m and s of each axis."""


def drawn_otherwise(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """With the axes, or the caption, of those figures as they are now."""
    figures = dict(before["figures"])
    for name in REACH & figures.keys():
        figures[name] = reaching(figures[name], now["figures"][name])
    for name in SAID & figures.keys():
        figures[name] = {**figures[name], "caption": now["figures"][name]["caption"]}
    return {**before, "figures": figures}


def reaching(then: Any, here: Any) -> Any:
    """`then`, but for where its axes begin and end, as `here`."""
    if isinstance(then, dict) and isinstance(here, dict):
        each = {k: reaching(v, here[k]) if k in here else v for k, v in then.items()}
        return each | {k: here[k] for k in ("low", "high") if k in each and k in here}
    if isinstance(then, list) and isinstance(here, list) and len(then) == len(here):
        return [reaching(a, b) for a, b in zip(then, here, strict=True)]
    return then


def without_symbols(value: Any) -> Any:
    """Layers did not say which symbol they show."""
    if isinstance(value, dict):
        return {key: without_symbols(each) for key, each in value.items() if key != "symbol"}
    return [without_symbols(each) for each in value] if isinstance(value, list) else value


def without_briefs(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_briefs(each) for key, each in value.items() if key != "brief"}
    return [without_briefs(each) for each in value] if isinstance(value, list) else value


def test_every_session_was_looked_at() -> None:
    assert sorted(SEEN) == sorted(path.name for path in HOME.glob("*.ebmviz"))
    assert len(SEEN) >= 56


@pytest.mark.parametrize("name", sparing(sorted(SEEN), TRAINED))
def test_it_shows_the_same(name: str) -> None:
    before = renamed(SEEN[name], FORMER.get(name.rpartition("-")[0], {}) | ALL)
    now = without_symbols(seen_of(HOME / name))
    now["figures"] = {k: each for k, each in now["figures"].items() if k not in LATER}
    if name.rpartition("-")[0] in EXPERIMENTS:
        kept = {k: each for k, each in before["weights"].items() if k not in IDLE}
        before = without_briefs({**before, "weights": kept})
        now = without_briefs(now)
    wrong = list(differences(drawn_otherwise(fitting(before, now), now), now))
    assert not wrong, "\n".join(wrong[:20])


def test_a_difference_is_seen() -> None:
    seen = SEEN["ellipse-50.ebmviz"]
    other = {**seen, "weights": {**seen["weights"], "w": {**seen["weights"]["w"]}}}
    numbers = [repr(1.01 * float(n)) for n in seen["weights"]["w"]["numbers"]]
    other["weights"]["w"]["numbers"] = numbers
    assert list(differences(seen, other))
    assert not list(differences(seen, seen))
