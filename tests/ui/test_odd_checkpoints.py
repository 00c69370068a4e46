"""What a checkpoint says of itself may be nonsense: the engine still comes back, and is told of."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import numpy as np
import pytest

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.files.recovery import Recovery
from ebmviz.files.session import Session, pack, unpack
from ebmviz.ui.session.left_behind import offer
from tests.ui.conftest import Student

ODD = [math.nan, math.inf, -math.inf, -7.0, 1e300]


@pytest.mark.slow
def test_an_engine_is_restarted_whatever_its_last_metrics_said(student: Student) -> None:
    window = student.window
    window.client.advance(6)
    student.until(lambda: student.step == 6)
    student.weights()
    assert window.client.kept
    # Nothing more is fetched: what is kept is what stands here.
    window.client._timer.stop()
    metrics = {**window.client.kept.metrics, "last_step": math.nan, "epoch": math.inf}
    window.client.kept = msgspec.structs.replace(window.client.kept, metrics=metrics)
    said: list[str] = []
    window.client.lost.connect(lambda problem, again: said.append(problem.message))
    engine = student.engine
    engine.die()
    student.another_engine(engine)
    assert said
    assert said[0].endswith("restarted at step 6")
    student.settled()
    assert student.step == 6


@pytest.mark.parametrize("last", ODD)
def test_a_kept_session_with_such_metrics_is_offered_as_unreadable(
    tmp_path: Path, last: float
) -> None:
    from tests.scenes import CATALOGUE, built_in

    weights = {"w": np.ones(2, np.float32), "train/step": np.array([4])}
    path = tmp_path / f"autosave-999999999-{'5' * 16}.ebmviz"
    path.write_bytes(
        pack(Session(built_in("ellipse"), Checkpoint(weights, {}, {"last_step": last})))
    )
    recovery = Recovery(tmp_path, lambda data: unpack(data, CATALOGUE, "it"))
    (orphan,) = recovery.orphans()
    assert not orphan.readable
    assert orphan.step is None
    assert offer([orphan], orphan.time).endswith("it cannot be read.")
    # The copy before it, which is sound, is offered in its place.
    sound = path.with_name(f"{path.stem}.backup.ebmviz")
    sound.write_bytes(
        pack(Session(built_in("ellipse"), Checkpoint(weights, {}, {"last_step": 4.0})))
    )
    (orphan,) = recovery.orphans()
    assert (orphan.path, orphan.readable, orphan.step) == (sound, True, 4)
