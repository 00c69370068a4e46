"""Faults are said in a sentence, and the engine goes on."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from ebmviz.core.protocol import Advance, Failure, Play, Restore
from ebmviz.engine.model.problems import problem_of
from tests.arrays import same
from tests.engine.serve.process import Process, scene


def test_a_bad_scene_is_refused_and_the_old_one_goes_on(engine: Process) -> None:
    good = engine.generation
    engine.send(Advance(steps=4))
    engine.frame(lambda f: f.step == 4)
    bad = engine.show(scene(data__kind="own"))
    failure, _ = engine.until(Failure)
    assert failure.generation == bad
    assert failure.problem.kind == "user"
    assert "needs a file" in failure.problem.message
    engine.send(Advance(steps=2))
    frame, arrays = engine.frame(lambda f: f.step == 6)
    assert frame.generation == good, "a frame carries the generation of the scene it shows"
    assert arrays.keys() >= {"manifold", "lens_p"}


@pytest.mark.parametrize("path", ["energy.kind", "objective.loss"])
def test_a_component_of_another_version_is_a_sentence(engine: Process, path: str) -> None:
    known = scene()
    foreign = msgspec.structs.replace(known, values={**known.values, path: "foreign"})
    bad = engine.show(foreign)
    failure, _ = engine.until(Failure)
    assert (failure.problem.kind, failure.generation) == ("user", bad)
    assert "foreign" in failure.problem.message
    assert engine.step() == 0


def test_a_checkpoint_that_does_not_fit_is_refused(engine: Process) -> None:
    engine.send(Advance(steps=3))
    engine.frame(lambda f: f.step == 3)
    before = engine.fetch()
    engine.send(Restore(), arrays={**before, "weights:w": np.zeros(5, np.float32)})
    failure, _ = engine.until(Failure)
    assert (failure.problem.kind, failure.generation) == ("user", 0)
    assert same(engine.fetch(), before)


def test_a_full_memory_is_said_in_the_words_of_the_person(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for error in (
        MemoryError(),
        RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes"),
    ):
        assert problem_of(error).kind == "memory"
    assert capsys.readouterr().err == ""
    bug = problem_of(KeyError("map"))
    assert (bug.kind, "KeyError" in bug.message) == ("bug", True)


def test_a_fault_is_said_where_the_working_folder_is_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    code = compile("1 / 0", "formula", "eval")  # of a file whose name is relative
    with pytest.raises(ZeroDivisionError) as raised:
        eval(code)
    assert problem_of(raised.value).kind == "bug"


def test_diverging_training_is_a_numeric_failure_and_can_go_on(engine: Process) -> None:
    engine.show(scene(optimizer__lr=5000))
    engine.send(Play(on=True))
    failure, _ = engine.until(Failure)
    assert failure.problem.kind == "numeric"
    assert "lower the rate" in failure.problem.message
    stopped = engine.step()
    assert engine.step() == stopped
    found = engine.fetch()
    assert np.isfinite(found["weights:w"]).all()
    engine.show(scene(optimizer__lr=0.1))
    engine.send(Advance(steps=5))
    engine.frame(lambda f: f.step == stopped + 5)
