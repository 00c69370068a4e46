"""A hand that does anything that can be undone, over values of a seed, and looks whether it is."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import Problem, UserError
from ebmviz.core.hands import points
from ebmviz.core.lanes.of_lab import lab_lanes
from ebmviz.core.params import Param
from ebmviz.core.scene import fields
from ebmviz.ui.hands.weights import NEED as PLACED
from ebmviz.ui.window import Window
from tests.scenes import SIZES, small
from tests.ui.any_state import STEP, State, alike, of_model, to_come_back

_SLOW = ("device", "view.resolution", "view.starts", *(k for k in SIZES if "chains" in k))
_MOST = 24  # of a count, in an edit
_PATIENCE, _RESTS = 4, 16
_SELDOM = 0.15  # many lanes: dear
_LANES = "optimizer.lr=0.01,0.1"


class Sitter(Protocol):
    """Who sits at the window."""

    window: Window

    def until(self, condition: Callable[[], Any]) -> None:
        """Wait for a state."""

    def weights(self) -> Checkpoint:
        """A checkpoint fetched now."""


class Hand:
    """folder: where it saves. done: what it did, to be read."""

    def __init__(self, sitter: Sitter, seed: int, folder: Path, scenes: tuple[str, ...]) -> None:
        self.sitter, self.window = sitter, sitter.window
        self.store, self.branching = self.window.store, self.window.stage.branching
        self.dice, self.folder, self.scenes = random.Random(seed), folder, scenes
        self.done: list[str] = []
        self.newest = Checkpoint()
        self._failed: list[Problem] = []
        self._saved: dict[Path, State] = {}
        self.window.client.failed.connect(self._fail)

    def leave(self) -> None:
        """Another comes."""
        self.window.client.failed.disconnect(self._fail)

    def _fail(self, problem: Problem, _generation: int) -> None:
        self._failed.append(problem)
        assert problem.kind in ("user", "numeric"), problem.message

    def act(self) -> None:
        """One thing, and wait for it."""
        every: tuple[Callable[[], str | None], ...] = (
            *(self.edit, self.edit, self.build, self.part, self.train, self.train, self.seek),
            *(self.branch, self.take, self.reset, self.choose, self.paint, self.delete, self.lab),
            *(self.rename, self.move, self.save, self.open, self.undo, self.undo),
            *(self.stop, self.visit, self.visit),
        )
        do = self.dice.choice(every)
        self.done.append(do.__name__)
        if said := do():
            self.done[-1] += f" {said}"
        self.still()

    def still(self) -> None:
        """The engine has done all that it was told; a picture of it may still come."""
        self.newest = self.sitter.weights()
        while self._waits():
            self.sitter.until(lambda: not self._waits())
            self.newest = self.sitter.weights()

    def _waits(self) -> bool:
        stage = self.window.stage
        return stage._between or stage._pending is not None or self.branching.waits

    def _shown(self) -> bool:
        """Whether the picture is of what the engine said last."""
        client, shot, runs = self.window.client, self.window.stage.shot, self.store.runs
        if shot is None or shot.snapshot.generation < client.generation:
            return False
        lab, marks = self.store.scene.in_lab, self.branching.marks.get(runs.current, ())
        step = self.newest.progress.shown(lab)
        return shot.snapshot.metrics["last_step"] == step and marks == self.newest.marks

    def _edit(self, changes: dict[str, object], name: str = "") -> str:
        said = " ".join(f"{k}={v}" for k, v in changes.items())
        try:
            self.store.update(changes, name=name)
        except UserError as error:
            return f"{said} refused: {error}"
        return said

    # settings ---------------------------------------------------------------------------

    def edit(self) -> str:
        """A parameter, of whatever it may be."""
        scene = self.store.scene
        params = fields(scene, self.store.catalogue)
        paths = [
            path
            for path, param in params.items()
            if path in scene.values and path not in _SLOW and self._value(param) is not None
        ]
        path = self.dice.choice(sorted(paths))
        return self._edit({path: self._value(params[path])})

    def _value(self, param: Param) -> object:
        dice = self.dice
        if param.choices:
            return dice.choice(sorted(param.choices))
        if param.type == "bool":
            return dice.random() < 0.5
        if param.type == "int" and param.slider:
            low, high = param.slider
            return dice.randint(int(low), max(int(low), min(int(high), _MOST)))
        if param.type == "float" and param.slider:
            if param.inf and dice.random() < 0.2:
                return float("inf")
            low, high = param.slider
            if param.log and low > 0:
                return round(float(np.exp(dice.uniform(np.log(low), np.log(high)))), 6)
            return round(dice.uniform(low, high), 4)
        return None

    def build(self) -> str:
        """Another seed: another model."""
        return self._edit({"seed": self.dice.randint(0, 9)})

    def part(self) -> str:
        """Another component."""
        scene = self.store.scene
        paths = {part: f"{part}.kind" for part in scene.parts} | {"objective": "objective.loss"}
        part = self.dice.choice(sorted(p for p, path in paths.items() if path in scene.values))
        path = paths[part]
        return self._edit({path: self.dice.choice(sorted(self.store.catalogue.kinds(part)))})

    def choose(self) -> str:
        """Another scene."""
        name = self.dice.choice(self.scenes)
        self.window.document.begin(small(name), f"to {name}")
        return name

    def rename(self) -> str:
        """A branch."""
        number = self.dice.choice(sorted(self.store.runs.numbers))
        self.branching.rename(number, name := self.dice.choice(("", "α", "β")))
        return f"{number} {name}"

    # training ---------------------------------------------------------------------------

    def train(self) -> str:
        """Some steps; fewer where the numbers end."""
        lab = self.store.scene.in_lab
        past = self.branching.looked is not None
        if not self.branching.go_on():
            return "refused"
        if past and not lab:
            self.still()
        steps, self._failed = self.dice.randint(1, 5), []
        there = self.newest.progress.shown(lab)
        wanted, waits = there + steps, _PATIENCE
        self.window.client.advance(steps)
        while there < wanted and waits and not self._failed:
            before, there = there, self.sitter.weights().progress.shown(lab)
            waits = waits - 1 if there == before else _PATIENCE
        return str(steps)

    def seek(self) -> str:
        """A step of the run."""
        newest = self.newest.step
        step = self.dice.randint(0, max(0, newest))
        self.branching.seek(None if step >= newest else step)
        return str(step)

    def branch(self) -> str:
        """From a step of the run."""
        said = self.seek()
        self.still()
        return f"{said}, {self.train()}"

    def take(self) -> str:
        """Another run."""
        self.branching.take(number := self.dice.choice(sorted(self.store.runs.numbers)))
        return str(number)

    def delete(self) -> str:
        """One of the runs."""
        self.branching.delete(number := self.dice.choice(sorted(self.store.runs.numbers)))
        return str(number)

    def reset(self) -> None:
        """To initial weights, by who sees what there is."""
        self.sitter.until(self._shown)
        self.window.stage.reset()

    def lab(self) -> str:
        """Into the lab, or out of it, with one of its lanes or without."""
        scene = self.store.scene
        if not scene.in_lab:
            lanes = _LANES if self.dice.random() > _SELDOM else ""
            return self._edit({"view.lab": True, "view.lanes": lanes})
        if self.dice.random() < 0.5:
            return self._edit({"view.lab": False})
        try:
            lane = self.dice.choice(lab_lanes(scene, self.store.catalogue)).key
        except UserError:  # lanes of a scene before
            return "none"
        self.window._adopt_lane(lane)
        return lane

    # hands ------------------------------------------------------------------------------

    def paint(self) -> str:
        """A point, where there can be some."""
        edited = self.window.hands.edited
        if (cloud := edited.cloud()) is None:
            return "nothing"
        at = np.array([[self.dice.uniform(-1, 1), self.dice.uniform(-1, 1)]])
        return str(edited.put(lambda: points.added(cloud, at), "painted a point"))

    def move(self) -> str:
        """A weight that has a place on the map, as its handle does."""
        if PLACED not in self.store.scene.facts or self.branching.looked is not None:
            return "nothing"
        client = self.window.client
        self.store.mark(name="moved a weight")
        client.grip()
        client.move_weight(0, (self.dice.uniform(-1, 1), self.dice.uniform(-1, 1)))
        client.fetch()
        return ""

    # stops ------------------------------------------------------------------------------

    def stop(self) -> str:
        """What is on the screen, as one."""
        self.window.lessons.stops.add()
        return str(len(self.store.lesson.lesson.stops))

    def visit(self) -> str:
        """One of them."""
        count, travel = len(self.store.lesson.lesson.stops), self.window.lessons.travel
        if not count:
            return "nothing"
        travel.go(index := self.dice.randrange(count), cut=True)
        self.sitter.until(lambda: not travel.moving)
        return str(index)

    # files and history ------------------------------------------------------------------

    def save(self) -> None:
        """In one of two files."""
        document = self.window.document
        path = self.folder / f"{self.dice.choice('ab')}.ebmviz"
        document.save_to(path)
        self.sitter.until(lambda: not document.saving)
        self._saved[path] = self.state()

    def open(self) -> str:
        """What was saved."""
        document = self.window.document
        path = self.folder / f"{self.dice.choice('ab')}.ebmviz"
        if not path.exists():
            return "nothing"
        serial = document.serial
        document.open(path)
        self.sitter.until(lambda: document.serial != serial)
        self.still()
        there = self._saved[path]  # one branch alone has another number in a file
        now = self.state()._replace(document=there.document)
        alike(
            now if len(there.runs) > 1 else now._replace(current=there.current, runs=there.runs),
            there,
        )
        return path.name

    def undo(self) -> str:
        """Or redo."""
        back = self.dice.random() < 0.7
        self.store.undo() if back else self.store.redo()
        return "" if back else "redo"

    def go(self, steps: int) -> State:
        """So many entries back, or on where it is negative; what is there."""
        self.store.go_back(steps)
        self.still()
        return self.state()

    def state(self) -> State:
        """As it stands."""
        store = self.store
        runs = frozenset((n, name, d) for n, name, d in store.runs.missed)
        kept, lesson = to_come_back(self.newest, store.scene.in_lab), store.lesson.lesson
        return State(store.scene, store.document, store.runs.current, runs, lesson, kept)


def gone_through(hand: Hand, actions: int) -> None:
    """Actions, all undone, all done again, with rests on the way or in one go; undone once more.

    Training is none that is undone: the timeline goes back to a step. So weights are those of the
    first state where that step is gone back to.
    """
    hand.still()
    first = hand.state()
    for _ in range(actions):
        hand.act()
    hand.go(-len(hand.store.history[1]))
    last, count = hand.state(), len(hand.store.history[0])
    most = min(hand.dice.randint(0, _RESTS), max(count - 1, 0))
    legs = np.diff([0, *sorted(hand.dice.sample(range(1, count), most)), count]).tolist()
    states = [last, *(hand.go(leg) for leg in legs)]
    alike(states[-1], first, weights=False)
    for leg, there in zip(reversed(legs), reversed(states[:-1]), strict=True):
        alike(hand.go(-leg), there)
    alike(hand.go(count), first, weights=False)
    _go_to_step(hand, int(first.kept[STEP].item()))
    model = of_model(hand.newest)  # no step of a lab comes back
    alike(hand.state()._replace(current=first.current, runs=first.runs, kept=model), first)


def _go_to_step(hand: Hand, step: int) -> None:
    """As a new branch from there, if it is a past one."""
    if hand.newest.step > step:
        hand.branching.seek(step)
        hand.still()
        assert hand.branching.go_on()
        hand.still()
