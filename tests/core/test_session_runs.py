"""Branches and marks travel in a session, and what does not fit is refused by name."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.core.checkpoint import Checkpoint, Mark
from ebmviz.core.errors import UserError
from ebmviz.core.scene import replace
from ebmviz.files import archive
from ebmviz.files.embedding import embedded
from ebmviz.files.runs import Branch
from ebmviz.files.session import Session, pack, unpack

CATALOGUE = library.shipped_catalogue()
SCENE = library.scene("ellipse", CATALOGUE)
OTHER = replace(SCENE, {"objective.beta": 2.0}, CATALOGUE)


def kept(step: int, *marks: Mark) -> Checkpoint:
    weights: dict[str, np.ndarray] = {
        "w": np.array([step, 0.5], np.float32),
        "train/step": np.array([step]),
    }
    history: dict[str, np.ndarray] = {
        "step": np.arange(step),
        "weights/w": np.zeros((step, 2), np.float32),
    }
    return Checkpoint(weights, history, {"loss": 0.25, "last_step": float(step)}, marks)


FIRST = Branch(0, "", 0, 0, SCENE, kept(9, Mark(4, "diverged", "diverged at step 7")))
THIRD = Branch(5, "slow", 3, 2, OTHER, kept(3))
MARKS = (Mark(2, "changed", "training β ∞ → 2"),)


def session() -> Session:
    return Session(OTHER, kept(6, *MARKS), b"", (FIRST, Branch(3, "warm", 0, 4), THIRD), 3)


def opened(data: bytes) -> Session:
    return unpack(data, CATALOGUE, "a.ebmviz")


def test_a_single_branch_keeps_its_name() -> None:
    found = opened(pack(Session(OTHER, kept(6), b"", (Branch(2, "slow", 2),), 2)))
    assert [(b.number, b.name) for b in found.branches] == [(2, "slow")]
    assert opened(pack(Session(OTHER, kept(6), b"", (Branch(),)))).branches == ()


def test_they_come_back_as_they_were() -> None:
    found = opened(pack(session()))
    assert (found.branch, found.checkpoint.marks) == (3, MARKS)
    assert [(b.number, b.name, b.parent, b.step) for b in found.branches] == [
        (0, "", 0, 0),
        (3, "warm", 0, 4),
        (5, "slow", 3, 2),
    ]
    first, own, third = found.branches
    assert (first.scene, own.scene, third.scene) == (SCENE, None, OTHER)
    for one, other in ((first, FIRST), (third, THIRD)):
        assert one.checkpoint
        assert other.checkpoint
        assert one.checkpoint.metrics == other.checkpoint.metrics
        assert one.checkpoint.marks == other.checkpoint.marks
        arrays, given = one.checkpoint.arrays(), other.checkpoint.arrays()
        assert arrays.keys() == given.keys()
        assert all(np.array_equal(a, given[k]) for k, a in arrays.items())


def test_without_any_the_file_is_of_the_first_format() -> None:
    alone = Session(SCENE, kept(3), b"", (Branch(2, "", 2, 0),), 2)
    members = archive.unpack(pack(alone), "a")
    assert not [name for name in members if name.startswith("run")]
    assert opened(pack(alone)).branches == ()
    assert pack(alone) == pack(Session(SCENE, kept(3)))


def forged(change: Any) -> bytes:
    members = archive.unpack(pack(session()), "a")
    told = json.loads(members["runs.json"])
    change(told, members)
    members["runs.json"] = json.dumps(told).encode()
    return archive.pack(members)


def put(*path: Any) -> Any:
    """Sets a value deep in runs.json: the path, then the value."""

    def change(told: Any, _: Any) -> None:
        for key in path[:-2]:
            told = told[key]
        told[path[-2]] = path[-1]

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("others", 0, "number", 3), "its branches do not fit together"),
        (put("others", 0, "parent", 77), "its branches do not fit together"),
        (put("others", 0, "step", -1), "a number of a branch is not a count"),
        (put("others", 0, "step", 1.5), "a number of a branch is not a count"),
        (put("others", 0, "step", True), "a number of a branch is not a count"),
        (put("others", 0, "name", "a\nb"), "is not a short line of text"),
        (put("others", 0, "name", "a" * 41), "is not a short line of text"),
        (put("others", 1, "scene", {"energy": {"latents": -4}}), "energy.latents"),
        (put("others", 0, "marks", [[1, "burnt", "x"]]), "a mark is not a step, a kind and words"),
        (put("marks", [[-1, "changed", "x"]]), "a mark is not a step, a kind and words"),
        (put("others", 0, 7), "a branch is not a table"),
        (put("others", "many"), "not a list of at most 4 branches"),
        (put("current", None), "a branch is not a table"),
        (lambda _, m: m.pop("run-2.safetensors"), "run-2.safetensors is missing"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(change: Any, said: str) -> None:
    with pytest.raises(UserError, match=f"^a.ebmviz: .*{said}"):
        opened(forged(change))


def test_words_from_a_file_are_seen_whatever_they_are() -> None:
    found = opened(forged(put("marks", [[1, "changed", "a\u202eb"]])))
    assert found.checkpoint.marks == (Mark(1, "changed", "a\\u202eb"),)


def test_a_long_record_beside_the_run_is_left_out_before_the_weights() -> None:
    long = {"step": np.arange(7), "weights/w": np.zeros((7 << 20, 1))}
    far = Checkpoint(kept(9).weights, long)
    big = Session(SCENE, kept(2), b"", (Branch(), Branch(1, "", 0, 1, SCENE, far)), 0)
    branch = opened(pack(big)).branches[1]
    assert branch.checkpoint
    assert branch.checkpoint.history == {}
    assert branch.checkpoint.step == 9


def test_a_picture_carries_what_it_compares_with() -> None:
    """A step of the same run becomes a run beside it, which is there without any past too."""
    compared = replace(OTHER, {"view.compare": "3@2"}, CATALOGUE)
    found = opened(embedded(Session(compared, kept(6)), CATALOGUE, (SCENE, kept(2)), past=0))
    assert found.checkpoint.history == {}
    assert (found.branch, found.scene.view.compare) == (0, "1")
    own, other = found.branches
    assert (own.number, other.number, other.scene) == (0, 1, SCENE)
    assert other.checkpoint
    assert other.checkpoint.history == {}
    assert np.array_equal(other.checkpoint.weights["w"], kept(2).weights["w"])
    alone = opened(embedded(Session(compared, kept(6)), CATALOGUE, past=0))
    assert (len(alone.branches), alone.scene) == (1, OTHER)
