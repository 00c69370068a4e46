"""A document is tried without a trace, and every fault of it is a sentence."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import numpy as np
import pytest

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.rows import encode_points
from ebmviz.core.snapshot import Array
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.trial import trial
from tests.scenes import built_in


def own(points: str) -> Any:
    """Points as they stand in a file: nothing has looked at them."""
    scene = built_in("ellipse", {})
    table = base64.b64encode(encode_points(np.eye(2))).decode()
    scene = built_in("ellipse", {"data.kind": "own", "data.points": table})
    return msgspec.structs.replace(scene, values={**scene.values, "data.points": points})


def points(values: Array) -> str:
    return base64.b64encode(values.astype("<f8").tobytes()).decode()


@pytest.fixture(scope="module")
def kept() -> dict[str, Array]:
    engine = Engine(built_in("ellipse", {}))
    engine.train(3)
    return engine.checkpoint().weights


def test_a_sound_document_is_accepted(kept: dict[str, Array]) -> None:
    assert trial(built_in("ellipse", {}), Checkpoint(kept)) is None
    assert trial(built_in("ellipse", {"optimizer.kind": "adam"}), Checkpoint(kept)) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"w": np.array([np.nan, 1.0], np.float32)}, "w holds a value that is not finite"),
        ({"w": np.array([np.inf, 1.0], np.float32)}, "w holds a value that is not finite"),
        ({"w": np.ones((2, 1), np.float32)}, "w is of shape"),
        ({"w": np.ones((0, 2), np.float32)}, "w is of shape"),
        ({"w": None}, "w is missing"),
        ({"train/step": None}, "train/step is missing"),
        ({"train/step": np.array([-4])}, "not a count of steps"),
        ({"chains/y": np.full((3, 2), np.nan, np.float32)}, "not finite"),
    ],
    ids=str,
)
def test_weights_that_do_not_fit(
    kept: dict[str, Array], changes: dict[str, Array | None], words: str
) -> None:
    given = {k: a for k, a in (kept | changes).items() if a is not None}
    problem = trial(built_in("ellipse", {}), Checkpoint(given))
    assert problem is not None
    assert problem.kind == "user"
    assert words in problem.message


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "needs a file"),
        (points(np.array([[0.0, np.nan]])), "row 1"),
        (points(np.array([[0.0, 1.0], [np.inf, 0.0]])), "row 2"),
        (points(np.zeros(3)), "cut short"),
        (points(np.zeros((100_001, 2))), "100001 points"),
    ],
    ids=["missing", "nan", "inf", "cut", "many"],
)
def test_points_that_cannot_be_drawn(kept: dict[str, Array], table: str, words: str) -> None:
    problem = trial(own(table), Checkpoint(kept))
    assert problem is not None
    assert problem.kind == "user"
    assert words in problem.message


def test_another_energy_s_weights(kept: dict[str, Array]) -> None:
    problem = trial(built_in("horn", {}), Checkpoint(kept))
    assert problem is not None
    assert problem.message.startswith("weights: ")
