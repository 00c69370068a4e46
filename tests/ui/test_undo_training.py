"""Undo goes back to a state: its scene, and the training it had where a change has replaced it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.files.shelved import Shelf
from ebmviz.ui.session.keepsake import Keepsake, Keepsakes
from tests.slow import slow
from tests.ui.conftest import Student

Sit = Callable[..., Student]


def train(student: Student, steps: int) -> Checkpoint:
    """Go on for so many steps; the checkpoint then."""
    wanted = student.weights().step + steps
    student.window.client.advance(steps)
    student.until(lambda: student.window.document.step == wanted)
    return student.weights()


def act(student: Student, name: str) -> None:
    student.window.acts[name].trigger()
    now = student.weights().step  # of the engine, which does one thing after another
    student.settled()
    student.until(lambda: student.step == now)


def same(one: Checkpoint, two: Checkpoint) -> bool:
    """Bit for bit, with the history."""
    return all(
        a.keys() == b.keys()
        and all(np.array_equal(a[k], b[k], equal_nan=a[k].dtype.kind == "f") for k in a)
        for a, b in ((one.weights, two.weights), (one.history, two.history))
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        slow("energy.kind", "mixture"),
        slow("energy.init", "random"),
        ("seed", 3),
    ],
)
def test_undo_of_a_change_that_begins_anew_brings_the_training_back(
    student: Student, path: str, value: object
) -> None:
    window = student.window
    before = train(student, 37)
    window.edit({path: value})
    student.settled()
    assert student.step == 0
    after = train(student, 5)
    act(student, "undo")
    assert student.step == 37
    assert same(student.weights(), before)
    act(student, "redo")
    assert student.step == 5
    assert same(student.weights(), after)
    act(student, "undo")
    assert student.step == 37
    assert not window.client.playing
    # The training goes on as it would have.
    assert train(student, 3).step == 40


def test_reset_can_be_undone_and_undoes_no_setting(student: Student) -> None:
    window = student.window
    window.edit({"optimizer.lr": 0.1})
    before = train(student, 23)
    act(student, "reset")
    assert student.step == 0
    act(student, "undo")
    assert student.step == 23
    assert same(student.weights(), before)
    assert window.store.scene["optimizer.lr"] == 0.1
    act(student, "redo")
    assert student.step == 0
    act(student, "undo")
    act(student, "undo")
    assert window.store.scene["optimizer.lr"] == 0.2
    assert student.step == 23, "a rate replaces no training"
    window.acts["redo"].trigger()
    act(student, "reset")
    act(student, "reset")
    act(student, "undo")
    assert student.step == 23, "nothing is lost by a reset at step 0: it is no entry"


@pytest.mark.slow
def test_a_drag_is_one_entry_with_one_training(student: Student) -> None:
    before = train(student, 11)
    first = student.window.store.scene["seed"]
    for seed in (40, 30, 20):
        student.window.edit({"seed": seed}, live=True)
    student.window.edit({"seed": 20})
    student.settled()
    act(student, "undo")
    assert student.window.store.scene["seed"] == first
    assert same(student.weights(), before)


@pytest.mark.slow
def test_undo_at_once_waits_for_what_is_on_its_way(student: Student) -> None:
    before = train(student, 19)
    student.window.edit({"seed": 5})
    student.window.acts["undo"].trigger()
    student.settled()  # no frame comes before the weights
    assert student.step == 19
    assert same(student.weights(), before)


@pytest.mark.slow
def test_other_data_replace_the_training_only_where_they_need_other_weights(
    sit_down: Sit,
) -> None:
    student = sit_down("multiclass")
    window = student.window
    kept = train(student, 9)
    window.edit({"data.classes": 4})  # another output layer
    student.settled()
    assert student.step == 0
    student.weights()
    act(student, "undo")
    assert student.step == 9
    assert same(student.weights(), kept)
    window.edit({"data.noise": 0.3})  # the same weights go on
    student.settled()
    student.weights()
    longer = train(student, 4)
    act(student, "undo")
    assert student.step == 13
    assert same(student.weights(), longer)


@pytest.mark.slow
def test_adopting_from_the_lab_can_be_undone(student: Student) -> None:
    window = student.window
    before = train(student, 12)
    window.edit({"view.losses": "energy,nll"})
    window.edit({"view.lab": True})
    student.settled()
    window.client.advance(6)
    student.until(lambda: student.step == 6 and window.stage.lab.shown)
    window.stage.lab.adopted.emit("nll")
    student.settled()
    assert window.store.scene.kind("objective") == "nll"
    assert student.step == 6
    window.acts["undo"].trigger()
    assert window.store.scene.view.lab
    assert window.store.scene.kind("objective") == "energy"
    window.acts["undo"].trigger()
    window.acts["undo"].trigger()
    assert not window.store.scene.view.lab
    student.until(lambda: student.step == 12)
    assert same(student.weights(), before)


def test_what_is_not_kept_any_more_is_said(student: Student) -> None:
    window = student.window
    assert window.store.keepsakes is not None
    window.store.keepsakes._cap = 0
    train(student, 8)
    window.edit({"seed": 4})
    student.settled()
    student.weights()
    act(student, "undo")
    assert window.store.scene["seed"] == library.scene("ellipse", window.store.catalogue)["seed"]
    assert "not kept any more" in window.banner.text.text()
    train(student, 8)
    act(student, "reset")
    train(student, 2)
    act(student, "undo")
    assert student.step == 2, "what there is is not given up for what is not"


class _Client:
    """Answers with as many bytes as it is told."""

    def __init__(self) -> None:
        self.answers: list[Callable[[Checkpoint], None]] = []

    def fetch(self, then: Callable[[Checkpoint], None], failed: object = None) -> None:
        self.answers.append(then)

    def answer(self, count: int) -> None:
        self.answers.pop(0)(Checkpoint({"w": np.zeros(count, np.uint8)}, {}, {}))


def test_the_oldest_checkpoints_give_way() -> None:
    client = _Client()
    keepsakes = Keepsakes(client, cap=100)  # type: ignore[arg-type]
    made: list[Keepsake] = []
    for count in (40, 40, 30, 90, 110):
        made.append(keepsakes.take())
        client.answer(count)
    assert [bool(each.kept) for each in made] == [False, False, False, False, False]
    made = [keepsakes.take() for _ in range(3)]
    for count in (50, 50, 50):
        client.answer(count)
    assert [bool(each.kept) for each in made] == [False, True, True]
    del made[1:]
    made.append(keepsakes.take())
    client.answer(90)
    assert made[1].kept, "those that undo has dropped take no room"


class _Past(_Client):
    """Its checkpoints lie in one piece of memory each, as those of a message do."""

    def answer(self, count: int) -> None:
        whole = np.arange(count + 8, dtype=np.float64)
        history = {"weights/w": whole[8:].reshape(-1, 4), "step": np.arange(count // 4)}
        self.answers.pop(0)(Checkpoint({"w": whole[:8]}, history, {"a": 1.0}, begun=3))


def test_earlier_steps_wait_on_the_disk(tmp_path: Path) -> None:
    client, shelf = _Past(), Shelf(tmp_path)
    keepsakes = Keepsakes(client, shelf=shelf)  # type: ignore[arg-type]
    long, left, short = keepsakes.take(), keepsakes.hold(), keepsakes.take()
    for count in (400_000, 200_000, 400):
        client.answer(count)
    assert shelf.end == (400_000 + 100_000 + 200_000 + 50_000) * 8
    for each, count in ((long, 400_000), (left, 200_000), (short, 400)):
        assert each.kept is not None
        assert each.kept.begun == 3
        assert np.array_equal(each.kept.weights["w"], np.arange(8.0))
        past = each.kept.history["weights/w"]
        assert past.shape == (count // 4, 4)
        assert past[-1, -1] == count + 7
    assert long.size == left.size == 64, "bytes in memory"
    assert long.kept is not None
    assert long.kept.weights["w"].base is None, "the rest of the message is let go"
    del long, each, past
    assert shelf.free == 500_000 * 8, "what undo has dropped takes no room"


def test_without_room_on_the_disk_they_stay_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    client = _Past()
    keepsakes = Keepsakes(client, shelf=Shelf(tmp_path / "file"))  # type: ignore[arg-type]
    made = keepsakes.take()
    client.answer(400_000)
    assert made.kept is not None
    assert made.size > 3_000_000
    assert made.kept.history["weights/w"][-1, -1] == 400_007
