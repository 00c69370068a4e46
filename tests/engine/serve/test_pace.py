"""Who gets the engine's time: the person first, then training, and frames at most a third."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ebmviz.core import library, protocol
from ebmviz.core.checkpoint import Progress
from ebmviz.core.protocol import Advance, Frame, Grant, Play, SetScene
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.engine.model import registry
from ebmviz.engine.model.journal import Journal
from ebmviz.engine.server import holder, loop, schedule
from ebmviz.engine.server.link import Link

CATALOGUE = registry.catalogue()
MAP, SIDE = ("map",), (("section",), ("lens",), ("curves",), ())
FRAME = 50_000  # bytes
STEP = 0.0003  # seconds of the clock below


def scene(beta: float = 10.0, speed: float = math.inf) -> Scene:
    changes = {"device": "cpu", "view.beta": beta, "view.speed": speed}
    return replace(library.scene("ellipse", CATALOGUE), changes, CATALOGUE)


def shown(generation: int, **changes: float) -> SetScene:
    return SetScene(generation=generation, scene=scene(**changes), needs=MAP, rotating_needs=SIDE)


@dataclasses.dataclass
class Office:
    """A server at a desk with its own clock: what it did, when, and what it sent."""

    cost: Callable[[int], float] = lambda frame: 0.004  # seconds of a frame's work
    now: float = 100.0
    done: list[tuple[str, float, float]] = dataclasses.field(default_factory=list)
    frames: list[Frame] = dataclasses.field(default_factory=list)
    mail: list[tuple[float, Any]] = dataclasses.field(default_factory=list)
    grants: int = 0
    link: Link | None = None  # which carries FRAME bytes for each frame
    closed = broken = False
    device = "cpu"
    progress = Progress()
    sought = None

    def serve(self, monkeypatch: pytest.MonkeyPatch, seconds: float, *mail: Any) -> Office:
        """Run for so long. mail: messages, or (seconds from now, message)."""
        clock = SimpleNamespace(perf_counter=lambda: self.now)
        monkeypatch.setattr(loop, "time", clock)
        monkeypatch.setattr(holder, "opened", lambda scene, foretell: self.adopt(scene))
        monkeypatch.setattr(
            holder, "under", lambda model, scene, foretell: (self.adopt(scene), False)
        )
        stamped = [m if isinstance(m, tuple) else (0.0, m) for m in mail]
        self.mail = sorted(((self.now + t, m) for t, m in stamped), key=lambda item: item[0])
        self.end = self.now + seconds
        server: Any = loop.Server(self, self)  # type: ignore[arg-type]
        server.frames = self
        server.run()
        return self

    # as the mailbox and the outbox

    def take(self, timeout: float | None) -> list[tuple[Any, dict[str, Array]]]:
        waits = [self.end] + [at for at, _ in self.mail[:1]] + [self.now] * bool(self.grants)
        if timeout is not None:
            waits.append(self.now + timeout)
        self.now = max(self.now + 1e-5, min(waits))
        self.closed = self.now >= self.end
        come = [m for at, m in self.mail if at <= self.now]
        self.mail = self.mail[len(come) :]
        come += [Grant(frames=1)] * self.grants  # a window that is never late
        self.grants = 0
        return [(message, {}) for message in come]

    def put(self, message: Any, arrays: dict[str, Array] | None = None) -> None:
        if isinstance(message, protocol.Failure):
            raise AssertionError(message.problem)
        if isinstance(message, Frame):
            self.frames.append(message)
            self.grants += 1
            if self.link:
                self.link.carries(FRAME, self.now)

    def held(self, now: float) -> float:
        return self.link.rest(now) if self.link else 0.0

    # as the engine

    journal = Journal()
    fallen = ""

    def adopt(self, scene: Scene) -> Office:
        self.scene = scene
        self.note("scene", self.now)
        return self

    set_scene = adopt

    def train(self, steps: int, seconds: float) -> int:
        began, count = self.now, max(1, min(steps, math.ceil(seconds / STEP)))
        self.now += count * STEP
        self.note("train", began)
        return count

    # as the frames

    rough, seconds = False, 0.0

    def quick(self, engine: Any, needs: tuple[str, ...], generation: int, *_: float) -> Snapshot:
        began = self.now
        self.now += self.cost(len(self.frames))
        self.note("frame", began)
        return Snapshot(generation, 0, {}, {})

    def touch(self) -> None:
        pass

    def note(self, what: str, began: float) -> None:
        self.done.append((what, began, self.now))

    def spent(self, what: str) -> float:
        return sum(ended - began for kind, began, ended in self.done if kind == what)


FLAT_OUT = (Grant(frames=3), shown(1), Play(on=True))


@pytest.mark.parametrize("cost", [0.0005, 0.004, 0.006, 0.02, 0.3])
def test_frames_take_at_most_a_third_of_the_time(
    monkeypatch: pytest.MonkeyPatch, cost: float
) -> None:
    office = Office(lambda _: cost).serve(monkeypatch, 10.0, *FLAT_OUT)
    assert office.spent("frame") <= 10.0 / 3 + cost
    # ... and no less than that, or than there is any use for.
    interval = max(schedule.Schedule().interval, 3 * cost)
    assert len(office.frames) >= 0.9 * 10.0 / (interval + STEP)
    assert office.spent("train") >= 0.6 * 10.0


@pytest.mark.parametrize("mbit", [1.0, 8.0])
def test_a_link_gets_what_it_carries_and_training_the_rest(
    monkeypatch: pytest.MonkeyPatch, mbit: float
) -> None:
    office = Office(link=Link(mbit)).serve(monkeypatch, 10.0, *FLAT_OUT)
    carried = mbit * 1e6 / 8 / FRAME
    assert 9.5 * carried <= len(office.frames) <= 10.5 * carried + 2
    assert office.spent("train") >= 9.0 - office.spent("frame")
    moves = [(1.0 + 0.02 * i, shown(2 + i, beta=1.0 + i)) for i in range(400)]
    office = Office(link=Link(mbit)).serve(monkeypatch, 10.0, Grant(frames=3), shown(1), *moves)
    assert 6.5 * carried <= len(office.frames) <= 8.5 * carried + 2


def test_after_a_slow_frame_training_gets_twice_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(lambda i: 0.1 if i == 20 else 0.002).serve(monkeypatch, 2.0, *FLAT_OUT)
    began = [start for what, start, _ in office.done if what == "frame"]
    assert began[21] - began[20] >= 0.3
    assert began[22] - began[21] < 0.02


def test_many_steps_at_once_leave_as_much_to_training(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = (Grant(frames=3), shown(1), Advance(steps=10**9))
    office = Office(lambda _: 0.01).serve(monkeypatch, 5.0, *mail)
    assert 0.3 <= office.spent("frame") / 5.0 <= 1 / 3 + 0.01


def test_a_person_is_answered_before_training_and_before_the_next_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moves = [(1.0 + 0.0371 * i, shown(2 + i, beta=1.0 + i)) for i in range(20)]
    office = Office(lambda _: 0.01).serve(monkeypatch, 2.0, *FLAT_OUT, *moves)
    kinds = [what for what, _, _ in office.done]
    scenes = [i for i, what in enumerate(kinds) if what == "scene"]
    assert len(scenes) == 21
    assert all(kinds[i + 1] == "frame" for i in scenes)
    asked = {at + 100.0 for at, _ in moves}
    waits = [min(began - at for at in asked if at <= began)
             for what, began, _ in office.done if what == "scene" and began > 100.5]  # fmt: skip
    # No longer than what was under way: a slice of training or a frame.
    assert max(waits) <= 0.01 + schedule.SLICE + STEP


def test_the_side_takes_turns_while_frames_follow_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office().serve(monkeypatch, 1.0, *FLAT_OUT, (0.9, Play(on=False)))
    first, *running, last = [frame.needs for frame in office.frames]
    every = (*MAP, "section", "lens", "curves")
    assert first == last == every  # nothing is left out at rest
    assert len(running) > 30
    for four in (running[i : i + 4] for i in range(1, 25, 4)):
        assert sorted(four) == sorted((*MAP, *group) for group in SIDE)


def test_frames_far_apart_hold_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = (Grant(frames=3), shown(1, speed=5.0), (0.5, Play(on=True)))
    office = Office().serve(monkeypatch, 3.5, *mail)
    assert len(office.frames) >= 14
    slow = [frame.needs for frame in office.frames if frame.needs != office.frames[0].needs]
    assert slow == []


def test_an_answer_at_rest_holds_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    moves = [(0.5 + 0.02 * i, shown(2 + i, beta=1.0 + i)) for i in range(10)]
    office = Office().serve(monkeypatch, 1.0, Grant(frames=3), shown(1), *moves)
    assert [frame.generation for frame in office.frames] == list(range(1, 12))
    assert {frame.needs for frame in office.frames} == {(*MAP, "section", "lens", "curves")}
