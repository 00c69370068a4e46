"""What stands beside a model: another run or step, measured as it would be alone."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core import protocol
from ebmviz.core.errors import UserError
from ebmviz.core.protocol import Frame
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Snapshot
from ebmviz.core.view import compare
from ebmviz.core.view.compare import Other
from ebmviz.engine.measures.base.detail import Detail
from ebmviz.engine.model.beside import Beside
from ebmviz.engine.model.branches import Branches
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import opened
from ebmviz.files.opening import with_points
from tests.scenes import CATALOGUE, built_in

NEEDS = ("map", "data", "section", "curves")


def small(name: str, **more: object) -> Scene:
    return built_in(name, more, view__resolution=40)


def looked(model: Model, beside: Beside, detail: Detail | None = None) -> Snapshot:
    subject = model.subject(detail) if detail else model.subject()
    return beside.joined(model.snapshot(NEEDS, 1, subject), model, subject)


def under(model: Model, **changes: object) -> None:
    values = {f"view.{name}": value for name, value in changes.items()}
    model.set_scene(replace(model.scene, values, CATALOGUE))


def alone(model: Model) -> dict[str, np.ndarray]:
    return model.snapshot(NEEDS).arrays


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(equal(a, other[k]) for k, a in one.items())


def equal(one: np.ndarray, other: np.ndarray) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


@pytest.mark.parametrize(
    ("name", "step"), [("ellipse", 7), ("horn", 3), ("jem", 2), ("kmeans", 1), ("vae", 4)]
)
def test_a_step_of_the_run_is_what_it_was(name: str, step: int) -> None:
    model, beside = opened(small(name)), Beside(Branches())
    model.train(step)
    then = alone(model)
    model.train(5)
    now = alone(model)
    under(model, compare=f"0@{step}")
    found = looked(model, beside)
    assert found.beside is not None
    there = found.beside.snapshot
    assert (found.step, there.step, found.beside.differs) == (step + 5, step, "")
    assert same(there.arrays, then)
    assert same(found.arrays, now), "and the model is as it is alone"


def test_another_run_is_seen_under_the_view_of_this_one() -> None:
    branches = Branches()
    here, there = opened(small("ellipse")), opened(small("ellipse", objective__beta=1.0))
    there.train(12)
    branches.add(3, there.scene, there.checkpoint())
    beside = Beside(branches)
    under(here, compare="3", beta=0.7, window=(-1.0, 3.0, -3.0, 1.0), cut=(-1.0, 0.5, 2.0, 0.5))
    found = looked(here, beside)
    assert found.beside is not None
    assert found.beside.scene.view == here.scene.view
    assert found.beside.differs == "training β 1 instead of ∞"
    under(there, beta=0.7, window=(-1.0, 3.0, -3.0, 1.0), cut=(-1.0, 0.5, 2.0, 0.5))
    assert np.array_equal(found.beside.snapshot.arrays["map"], alone(there)["map"])
    assert np.array_equal(found.beside.snapshot.arrays["section"], alone(there)["section"])


def test_the_newest_step_stands_beside_the_past() -> None:
    model, beside = opened(small("ellipse", view__compare="0")), Beside(Branches())
    model.train(20)
    now = alone(model)
    model.seek(5)
    found = looked(model, beside)
    assert found.beside is not None
    assert (found.step, found.beside.snapshot.step) == (5, 20)
    assert same(found.beside.snapshot.arrays, now)
    model.seek(None)
    found = looked(model, beside)
    assert found.beside is not None
    assert found.beside.snapshot.arrays is found.arrays, "itself is not measured twice"


def test_it_rests_while_the_model_trains_and_is_not_measured_again() -> None:
    model, beside = opened(small("ellipse", view__compare="0@2")), Beside(Branches())
    model.train(4)
    before = looked(model, beside).beside
    model.train(4)
    after = looked(model, beside).beside
    assert before is not None
    assert after is not None
    assert before.snapshot.arrays["map"] is after.snapshot.arrays["map"]
    rough = looked(model, beside, Detail(2)).beside
    assert rough is not None
    assert rough.snapshot.arrays["map"].shape == (32, 32), "as fine as what it stands beside"


def test_a_reset_makes_another_run_of_it() -> None:
    model, beside = opened(small("horn", view__compare="0@6")), Beside(Branches())
    model.train(8)
    assert looked(model, beside).beside is not None
    model.reset()
    found = looked(model, beside)
    assert found.beside is None
    assert found.labels["beside"] == ("there is no step 6: the run has 0 so far",)
    model.train(7)
    assert looked(model, beside).beside is not None, "until there is one again"


def test_settings_of_the_energy_are_of_both() -> None:
    """A past step is shown as today's energy has it, beside as on the timeline."""
    model, beside = opened(small("mixture", view__compare="0@2")), Beside(Branches())
    model.train(4)
    looked(model, beside)
    changed = replace(model.scene, {"view.beta": 3.0, "objective.beta": 2.0}, CATALOGUE)
    model.set_scene(changed)
    found = looked(model, beside).beside
    model.seek(2)
    assert found is not None
    assert np.array_equal(found.snapshot.arrays["map"], alone(model)["map"])


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ("implicit-regression", "its map is over x and y, this one over y₁ and y₂"),
        ("information", "an experiment has no map"),
    ],
)
def test_what_cannot_stand_beside_says_why(other: str, why: str) -> None:
    branches = Branches()
    there = opened(built_in(other))
    branches.add(1, there.scene, there.checkpoint())
    found = looked(opened(small("ellipse", view__compare="1")), Beside(branches))
    assert found.beside is None
    assert why in found.labels["beside"][0]
    gone = looked(opened(small("ellipse", view__compare="9")), Beside(branches))
    assert gone.labels["beside"] == ("there is no branch 9",)


def test_places_of_both_leave_in_the_units_of_their_own_data() -> None:
    """Own data are computed in a frame of their own; the plane on the screen is one."""
    angles = np.linspace(0.0, 6.0, 9)
    points = np.column_stack([1000.0 + 8 * np.cos(angles), -40.0 + 5 * np.sin(angles)])
    there = with_points(small("ellipse"), points, "mine", CATALOGUE)
    here = small("ellipse", view__compare="1", view__window=(980.0, 1020.0, -60.0, -20.0))
    model, branches = opened(there), Branches()
    branches.add(1, there, model.checkpoint())
    found = looked(opened(here), Beside(branches)).beside
    assert found is not None
    assert found.snapshot.arrays["data"] == pytest.approx(points)


@pytest.mark.parametrize("line", ["", "  ", "0", "4", "12@0", "3@120", " 3 @ 120 "])
def test_what_is_named_is_read_as_it_is_written(line: str) -> None:
    found = compare.read(line)
    assert (found is None) == (not line.strip())
    if found:
        assert found == compare.read(found.written())
        assert found.written() == line.replace(" ", "")


@pytest.mark.parametrize("line", ["b", "1@", "@3", "-1", "1@2@3", "1.5", "²", "9" * 16])
def test_what_names_no_run_is_refused(line: str) -> None:
    with pytest.raises(UserError, match=r"view\.compare: “.*” is neither"):
        compare.read(line)
    with pytest.raises(UserError, match=r"view\.compare"):
        built_in("ellipse", view__compare=line)
    assert Other(2, 5).written() == "2@5"


def test_a_frame_carries_both_and_gives_them_back() -> None:
    model = opened(small("ellipse", view__compare="0@1"))
    model.train(3)
    found = looked(model, Beside(Branches()))
    frame = Frame(
        generation=1,
        step=found.step,
        needs=found.needs,
        metrics=found.metrics,
        labels=found.labels,
        playing=False,
        device="cpu",
        steps_per_s=0.0,
        compute_ms=0.0,
        beside=protocol.compared(found),
    )
    reader = protocol.FrameReader(engine_side=False, skip=True)
    (message, arrays), *_ = reader.feed(
        b"".join((protocol.MAGIC, *protocol.encode(frame, protocol.arrays_of(found))))
    )
    assert isinstance(message, Frame)
    again = protocol.snapshot_of(message, arrays)
    assert again.beside is not None
    assert found.beside is not None
    assert same(again.arrays, found.arrays)
    assert same(again.beside.snapshot.arrays, found.beside.snapshot.arrays)
    assert again.beside.snapshot.metrics == found.beside.snapshot.metrics
    assert (again.beside.scene, again.beside.snapshot.step) == (found.beside.scene, 1)


def test_whatever_is_wrong_with_the_other_the_model_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    branches = Branches()
    there = small("kmeans")
    branches.add(1, there, opened(there).checkpoint())

    def broken(_self: Engine, _step: int) -> Engine:
        raise ZeroDivisionError("somewhere in a plug-in")

    monkeypatch.setattr(Engine, "branched", broken)
    found = looked(opened(small("ellipse", view__compare="1")), Beside(branches))
    assert "map" in found.arrays
    assert "ZeroDivisionError: somewhere in a plug-in" in found.labels["beside"][0]
