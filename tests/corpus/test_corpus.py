"""What an older program has saved opens, and shows the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.corpus import HOME, differences, read, seen_of

SEEN = read()
EXPERIMENTS = ("calibration", "dimension", "errata", "hopfield-capacity", "information")
IDLE = {"none", "train/epoch", "train/cursor", "train/updates"}
"""What these kept as long as they stood among the energies, for data and an optimiser that did
nothing: of every experiment's checkpoint this is gone, and only this.
"""

FORMER = {
    "nll-hmc": {"HMC, k = 3": "CD, k = 3"},
    "calibration": {"share that is right": "share right"},
    "dimension": {" % of the updates": " % done"},
    "errata": {"what is right, and what was printed": "right, and as printed"},
    "hopfield-capacity": {"Press Train": "Press Recall"},
    "information": {
        "the mutual information of z and y": "of z and y",
        "log_2 in place of ln: −0.043, impossible for a KL": "−0.043: no KL",
        "KL over the mean · least at 0": "KL · over m, least at 0",
        "KL(q‖p) of an axis, nats": "KL, nats per axis",
    },
}
"""Words that are others by now, of a loss that another is told by, of a button that is called so,
and where there was no room for them: these change, and only these. What plots of experiments are
called where there is little room they were not called at all.
"""


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


def without_briefs(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_briefs(each) for key, each in value.items() if key != "brief"}
    return [without_briefs(each) for each in value] if isinstance(value, list) else value


def test_every_session_was_looked_at() -> None:
    assert sorted(SEEN) == sorted(path.name for path in HOME.glob("*.ebmviz"))
    assert len(SEEN) >= 56


@pytest.mark.parametrize("name", sorted(SEEN))
def test_it_shows_the_same(name: str) -> None:
    before = renamed(SEEN[name], FORMER.get(name.rpartition("-")[0], {}))
    now = seen_of(HOME / name)
    now["figures"] = {k: each for k, each in now["figures"].items() if k not in LATER}
    if name.rpartition("-")[0] in EXPERIMENTS:
        kept = {k: each for k, each in before["weights"].items() if k not in IDLE}
        before = without_briefs({**before, "weights": kept})
        now = without_briefs(now)
    wrong = list(differences(before, now))
    assert not wrong, "\n".join(wrong[:20])


def test_a_difference_is_seen() -> None:
    seen = SEEN["ellipse-50.ebmviz"]
    other = {**seen, "weights": {**seen["weights"], "w": {**seen["weights"]["w"]}}}
    numbers = [repr(1.01 * float(n)) for n in seen["weights"]["w"]["numbers"]]
    other["weights"]["w"]["numbers"] = numbers
    assert list(differences(seen, other))
    assert not list(differences(seen, seen))
