"""Whatever is done, in any order: undo leads back to the first state, redo to the last."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from ebmviz.core.errors import UserError
from ebmviz.core.hands import points
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.engine.model import engine
from tests.ui.conftest import Student

_SCENES = ("ellipse", "kmeans", "mixture", "ellipse-warm")
_SLOW = pytest.mark.slow


class State(NamedTuple):
    """What must come back. kept: weights, optimiser and counters at the newest step."""

    scene: Scene
    document: int
    current: int
    runs: frozenset[tuple[int, str]]
    kept: dict[str, Array]


class Hand:
    """One that does anything, over values of a seed."""

    def __init__(self, student: Student, seed: int) -> None:
        self.student, self.window = student, student.window
        self.dice = random.Random(seed)
        self.branching = student.window.stage.branching
        self.done: list[str] = []

    def act(self) -> None:
        """One thing, and wait for it."""
        every: tuple[Callable[[], object], ...] = (
            *(self.edit, self.build, self.train, self.train, self.seek, self.branch, self.take),
            *(self.reset, self.choose, self.paint, self.delete, self.lab, self.undo),
        )
        do = self.dice.choice(every)
        self.done.append(do.__name__)
        do()
        self.still()

    def still(self) -> None:
        """The engine has done all that it was told; a picture of it may still come."""
        stage = self.window.stage
        self.student.weights()
        self.student.until(lambda: not (stage._between or stage._pending or self.branching.waits))
        self.student.weights()

    def _edit(self, changes: dict[str, object]) -> None:
        try:
            self.window.store.update(changes)
        except UserError:
            self.done[-1] += " refused"

    def edit(self) -> None:
        path = self.dice.choice(("optimizer.lr", "objective.beta", "view.beta"))
        self._edit({path: self.dice.choice((0.05, 0.5, 2.0))})

    def build(self) -> None:
        seed = self.dice.randint(0, 9)
        self._edit({"seed": seed} if self.dice.random() < 0.5 else {"energy.latents": 20 + seed})

    def train(self) -> None:
        if self.window.store.scene.view.lab or self.branching.go_on():
            self.window.client.advance(self.dice.randint(1, 5))

    def seek(self) -> None:
        newest = self.branching.last.get(self.window.store.runs.current, 0)
        step = self.dice.randint(0, max(0, newest))
        self.branching.seek(None if step >= newest else step)

    def branch(self) -> None:
        self.seek()
        self.still()
        self.train()

    def take(self) -> None:
        self.branching.take(self.dice.choice(sorted(self.window.store.runs.numbers)))

    def delete(self) -> None:
        self.branching.delete(self.dice.choice(sorted(self.window.store.runs.numbers)))

    def reset(self) -> None:
        self.window.stage.reset()

    def choose(self) -> None:
        self.window._choose_scene(self.dice.choice(_SCENES))

    def lab(self) -> None:
        if self.window.store.scene.view.lab and self.dice.random() < 0.5:
            self.window._adopt_lane(self.window.store.scene.kind("objective"))
        else:
            self._edit({"view.lab": not self.window.store.scene.view.lab})

    def paint(self) -> None:
        at = np.array([[self.dice.uniform(-1, 1), self.dice.uniform(-1, 1)]])
        edited = self.window.hands.edited
        if (cloud := edited.cloud()) is not None:
            edited.put(lambda: points.added(cloud, at), "painted a point")

    def undo(self) -> None:
        self.window.store.undo() if self.dice.random() < 0.7 else self.window.store.redo()

    def state(self) -> State:
        store = self.window.store
        kept = {k: a for k, a in self.student.weights().weights.items() if not k.startswith("lab/")}
        return State(
            store.scene, store.document, store.runs.current, store.runs.named_numbers, kept
        )


def alike(one: State, other: State, weights: bool) -> None:
    assert one[:4] == other[:4]
    if weights:
        assert one.kept.keys() == other.kept.keys()
        assert all(np.array_equal(a, other.kept[k]) for k, a in one.kept.items())


def gone_through(student: Student, seed: int, actions: int) -> None:
    """Actions, all undone, all done again. Training is none that is undone: the timeline goes back
    to a step. So weights are compared where the first state is, if nothing was trained from it.
    """
    window = student.window
    hand = Hand(student, seed)
    first = hand.state()
    for _ in range(actions):
        hand.act()
    window.store.go_back(-len(window.store.history[1]))
    hand.still()
    last = hand.state()
    window.store.go_back(len(window.store.history[0]))
    hand.still()
    hand.branching.seek(None)
    hand.still()
    found = hand.state()
    alike(found, first, weights=found.kept["train/step"] == first.kept["train/step"])
    window.store.go_back(-len(window.store.history[1]))
    hand.still()
    alike(hand.state(), last, weights=True)


@pytest.mark.parametrize(
    ("seed", "actions"), [(1, 25), *(pytest.param(n, 100, marks=_SLOW) for n in range(100, 104))]
)
def test_any_sequence_is_undone_and_done_again(
    student: Student, monkeypatch: pytest.MonkeyPatch, seed: int, actions: int
) -> None:
    # Said of the weights in a file, and dear: nothing here is about it.
    monkeypatch.setattr(engine, "meter", lambda *_: {})
    gone_through(student, seed, actions)
