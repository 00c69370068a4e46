"""A checkpoint is one value from the engine to the file, and back under today's names."""

from __future__ import annotations

import numpy as np

from ebmviz.core.checkpoint import CHAINS, OPTIMIZER, Checkpoint, progress, todays_names
from ebmviz.files import archive, tensors
from ebmviz.files.session import Session, pack, unpack
from tests.scenes import CATALOGUE, built_in

FULL = Checkpoint(
    {"w": np.ones(2, np.float32), "train/step": np.array([7]), "lab/clock": np.array([3, 0, 0, 3])},
    {"step": np.array([0, 7]), "weights/w": np.zeros((2, 2), np.float32)},
    {"loss": 0.5},
)


def test_a_message_carries_all_of_it() -> None:
    arrays = FULL.arrays()
    assert len(arrays) == len(FULL.weights) + len(FULL.history)
    back = Checkpoint.of(arrays, FULL.metrics)
    assert back.weights == FULL.weights
    assert back.history == FULL.history
    assert back.metrics == FULL.metrics


def test_what_it_says_of_itself() -> None:
    assert FULL.progress == progress(FULL.weights) == (7, 3)
    assert FULL.step == 7
    assert Checkpoint().progress == (0, 0)
    assert Checkpoint().size == 0
    assert FULL.size == 8 + 8 + 32 + 16 + 16
    bare = FULL.without_history()
    assert bare.history == {}
    assert (bare.weights, bare.metrics) == (FULL.weights, FULL.metrics)


def test_chains_of_a_file_of_an_older_program_have_their_name_of_today() -> None:
    """They stood among the slots of the optimiser."""
    buffer = np.arange(6, dtype=np.float32).reshape(3, 2)
    kept = {"w": buffer, "optimizer/mean/w": buffer, "optimizer/sampler/buffer": buffer}
    session = pack(Session(built_in("ellipse"), FULL))
    members = archive.unpack(session, "it")
    members["weights.safetensors"] = tensors.encode(kept)
    members = {k: m for k, m in members.items() if k not in ("mimetype", "manifest.json")}
    found = unpack(archive.pack(members), CATALOGUE, "it").checkpoint.weights
    assert found.keys() == {"w", OPTIMIZER + "mean/w", CHAINS + "buffer"}
    assert all(np.array_equal(array, buffer) for array in found.values())
    assert todays_names(found).keys() == found.keys(), "today's names stay"


def test_a_session_keeps_it_whole() -> None:
    back = unpack(pack(Session(built_in("ellipse"), FULL)), CATALOGUE, "it").checkpoint
    assert back.marks == FULL.marks
    for name in ("weights", "history", "metrics"):
        old, new = getattr(FULL, name), getattr(back, name)
        assert old.keys() == new.keys()
        assert all(np.array_equal(old[k], new[k]) for k in old)
