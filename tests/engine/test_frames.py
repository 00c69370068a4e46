"""Frames for a window, under a clock that moves only as maps take their time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from torch import Tensor

from ebmviz.core.protocol import Failure, Fetch, Frame, Grant, Play, SetScene
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Snapshot
from ebmviz.engine.energies.base import decoder
from ebmviz.engine.landscape.grid import landscape_grid
from ebmviz.engine.measures.base.detail import FULL
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.server import budget, loop
from ebmviz.engine.server.frames import Frames
from tests.scenes import built_in

NEEDS = ("map", "contours")
RESOLUTION = 256


class Clock:
    """Seconds that pass only when told; a map takes `cost` per cell."""

    def __init__(self) -> None:
        self.now, self.cost, self.once = 100.0, 0.0, 0.0
        self.places: list[int] = []

    def __call__(self) -> float:
        return self.now

    def slow(self, kernel: Callable[..., Any]) -> Callable[..., Any]:
        def slowed(points: Tensor, y1: Tensor, y2: Tensor, *rest: Any, **more: Any) -> Any:
            self.places.append(len(y1) * len(y2))
            self.now += self.once + self.cost * len(y1) * len(y2)
            self.once = 0.0
            return kernel(points, y1, y2, *rest, **more)

        return slowed


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(decoder, "landscape_grid", clock.slow(landscape_grid))
    return clock


def scene(**changes: object) -> Scene:
    return built_in("ellipse", changes, view__resolution=RESOLUTION)


def side(shot: Snapshot | None) -> int:
    assert shot is not None
    assert shot.arrays["map"].shape[0] == shot.arrays["map"].shape[1]
    return len(shot.arrays["map"])


def drag(frames: Frames, engine: Engine, count: int, needs: tuple[str, ...] = NEEDS) -> list[int]:
    """Sides of the frames while something moves."""
    sides = []
    for _ in range(count):
        frames.touch()
        sides.append(side(frames.quick(engine, needs, 1)))
    return sides


def rest(frames: Frames, engine: Engine, clock: Clock) -> list[Snapshot]:
    """The frames until nothing can be refined, after the pause that they wait for."""
    clock.now += frames.wait()
    found = []
    while frames.rough:
        before = clock.now
        shot = frames.finer(engine, NEEDS, 1)
        assert clock.now - before <= 2 * budget.TURN_S
        if shot:
            found.append(shot)
    return found


def test_a_quick_map_is_always_full_and_its_lines_come_at_rest(clock: Clock) -> None:
    engine, frames = Engine(scene(view__contours=10)), Frames(clock)
    clock.cost = 0.9 * budget.MAP_S / RESOLUTION**2
    assert drag(frames, engine, 20) == [RESOLUTION] * 20
    assert frames.rough
    assert clock.places[-1] == RESOLUTION**2, "in one piece"
    coarse = frames.quick(engine, NEEDS, 1).arrays
    (fine,) = rest(frames, engine, clock)
    assert len(fine.arrays["contours"]) > 1.3 * len(coarse["contours"])
    for name, wanted in engine.snapshot(NEEDS).arrays.items():
        assert np.array_equal(fine.arrays[name], wanted, equal_nan=True)


def test_a_slow_map_is_coarse_while_something_moves_and_full_at_rest(clock: Clock) -> None:
    engine, frames = Engine(scene()), Frames(clock)
    clock.cost = 4e-6  # 0.26 s in full
    sides = drag(frames, engine, 40)
    assert sides == [64] * 40
    assert clock.cost * 64**2 <= budget.MAP_S
    shots = rest(frames, engine, clock)
    assert [side(shot) for shot in shots] == [128, 256]
    full = engine.snapshot(NEEDS)
    # In pieces: equal but for the rounding of another path through the kernel.
    assert np.abs(shots[-1].arrays["map"] - full.arrays["map"]).max() < 1e-5
    assert shots[-1].metrics["map_max"] == pytest.approx(full.metrics["map_max"])
    assert drag(frames, engine, 3) == [64] * 3, "the next drag is quick at once"


def test_what_is_found_out_about_a_slow_map_is_found_out_soon(clock: Clock) -> None:
    engine, frames = Engine(scene(view__resolution=2048)), Frames(clock)
    clock.cost = 1e-6  # 4.2 s in full
    began = clock.now
    assert drag(frames, engine, 1) == [128]
    assert clock.now - began < 0.2


def test_a_compiler_that_takes_its_time_does_not_make_the_map_coarse(clock: Clock) -> None:
    engine, frames = Engine(scene()), Frames(clock)
    clock.cost, clock.once = 2e-8, 3.0
    assert drag(frames, engine, 10) == [RESOLUTION] * 10


def test_another_energy_is_tried_in_full_again(clock: Clock) -> None:
    engine, frames = Engine(scene(energy__latents=1000)), Frames(clock)
    clock.cost = 4e-6
    assert drag(frames, engine, 5) == [64] * 5
    engine.set_scene(scene(energy__latents=1000, view__beta=3, objective__beta=2))
    assert drag(frames, engine, 5) == [64] * 5
    clock.cost = 2e-8
    engine.set_scene(scene(energy__latents=48))
    assert drag(frames, engine, 5) == [RESOLUTION] * 5


def test_refining_stops_at_once_when_something_moves(clock: Clock) -> None:
    engine, frames = Engine(scene()), Frames(clock)
    clock.cost = 4e-6
    drag(frames, engine, 5)
    assert 0 < frames.wait() <= budget.STILL_S
    clock.now += frames.wait()
    shot = None
    while shot is None:
        shot = frames.finer(engine, NEEDS, 1)
    assert side(shot) == 128
    assert frames.finer(engine, NEEDS, 1) is None, "a part of the full map"
    assert frames.wait() == 0
    engine.set_scene(scene(view__beta=1))
    frames.touch()
    assert frames.wait() > 0
    assert side(frames.quick(engine, NEEDS, 2)) == 64
    shots = rest(frames, engine, clock)
    wanted = engine.snapshot(NEEDS).arrays["map"]
    assert np.abs(shots[-1].arrays["map"] - wanted).max() < 1e-5


def test_without_a_map_there_is_nothing_to_refine(clock: Clock) -> None:
    engine, frames = Engine(scene()), Frames(clock)
    frames.touch()
    shot = frames.quick(engine, ("manifold", "lens"), 3)
    assert (shot.generation, frames.rough, clock.places) == (3, False, [])
    assert shot.arrays.keys() == engine.snapshot(("manifold", "lens")).arrays.keys()
    drag(frames, engine, 1, ("map",))
    assert not frames.rough, "a full map without contours"
    engine.set_scene(scene(view__contours=0))
    drag(frames, engine, 1)
    assert not frames.rough
    engine.set_scene(scene(view__resolution=100))
    drag(frames, engine, 1)
    assert not frames.rough, "the lines go through every cell already"


def test_a_frame_says_what_it_took_and_what_failed_is_not_refined_again(clock: Clock) -> None:
    engine, frames = Engine(scene()), Frames(clock)
    clock.cost = 1e-7
    drag(frames, engine, 1)
    assert frames.seconds == pytest.approx(1e-7 * RESOLUTION**2)
    assert frames.rough
    frames.give_up()
    assert not frames.rough


def test_a_snapshot_that_is_asked_for_directly_is_full(clock: Clock) -> None:
    engine = Engine(scene(view__resolution=512, view__contours=10))
    clock.cost = 1.0
    assert side(engine.snapshot(NEEDS)) == 512
    assert engine.subject().detail == FULL


# in the server ----------------------------------------------------------------------------


class Window:
    """Both ends of the pipe, in this process: a script says what the person does."""

    closed = broken = False

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.granted = 0
        self.when: list[float] = []
        self.said: list[tuple[Any, dict[str, Any]]] = []
        self.script: Iterator[list[Any]] = iter(())

    def take(self, timeout: float | None) -> list[Any]:
        """As the mailbox; the time waited passes at once, and any look takes some."""
        self.clock.now += max(timeout or 0.0, 1e-4)
        messages = next(self.script, None)
        self.closed = messages is None
        return [(message, {}) for message in messages or []]

    def put(self, message: Any, arrays: dict[str, Any] | None = None) -> None:
        """As the outbox."""
        self.said.append((message, arrays or {}))
        self.when.append(self.clock.now)

    def held(self, _now: float) -> float:
        """No link is between them."""
        return 0.0

    def frames(self) -> list[tuple[Frame, dict[str, Any]]]:
        return [(m, a) for m, a in self.said if isinstance(m, Frame)]

    def until(self, done: Callable[[], bool]) -> Iterator[list[Any]]:
        """Every frame that comes is answered by a grant."""
        for _ in range(100_000):
            if done():
                return
            new = len(self.frames()) - self.granted
            self.granted += new
            yield [Grant(frames=new)] if new else []
        raise AssertionError("the engine does not get there")

    def serve(self, script: Iterator[list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(loop, "time", SimpleNamespace(perf_counter=self.clock))
        server = loop.Server(self, self)  # type: ignore[arg-type]
        server.frames = Frames(self.clock)
        self.script = script
        server.run()


def rough(window: Window) -> bool:
    return window.frames()[-1][0].rough


def test_a_window_sees_a_slow_map_coarse_while_training_and_full_at_rest(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, shown = Window(clock), scene(view__speed=100)
    clock.cost = 4e-6

    def person() -> Iterator[list[Any]]:
        scene_set = SetScene(generation=1, scene=shown, needs=NEEDS)
        yield [scene_set, Grant(frames=3), Play(on=True)]
        yield from window.until(lambda: len(window.frames()) == 60)
        yield [Play(on=False)]
        yield from window.until(lambda: not rough(window))
        yield []

    window.serve(person(), monkeypatch)
    shots = window.frames()
    sides = [len(arrays["map"]) for _, arrays in shots]
    assert sides[:60] == [43] * 60
    assert all(frame.playing and frame.rough for frame, _ in shots[:60])
    assert sides[-2:] == [86, 256]
    assert [frame.rough for frame, _ in shots[-2:]] == [True, False]
    last = shots[-1][0].step
    model = Engine(shown)
    model.train(last)
    assert np.abs(shots[-1][1]["map"] - model.snapshot(NEEDS).arrays["map"]).max() < 1e-5


def test_a_person_who_goes_on_does_not_wait_for_the_full_map(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = Window(clock)
    clock.cost = 4e-6
    asked: list[float] = []

    def person() -> Iterator[list[Any]]:
        yield [SetScene(generation=1, scene=scene(), needs=NEEDS), Grant(frames=3)]
        yield from window.until(lambda: len(window.frames()) == 2)
        for i in range(4):  # in the midst of the full map, and a checkpoint does not stop it
            yield [Fetch(token=i)]
        asked.append(clock.now)
        yield [SetScene(generation=2, scene=scene(view__beta=1), needs=NEEDS)]
        yield from window.until(lambda: len(window.frames()) == 3)
        yield from window.until(lambda: not rough(window))
        yield []

    window.serve(person(), monkeypatch)
    found = [(frame.generation, len(arrays["map"])) for frame, arrays in window.frames()]
    assert found == [(1, 64), (1, 128), (2, 64), (2, 128), (2, 256)]
    answered = window.when[[m for m, _ in window.said].index(window.frames()[2][0])]
    assert answered - asked[0] < budget.MAP_S + 2 * budget.TURN_S


def test_a_refinement_that_fails_is_said_once(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, kernel = Window(clock), clock.slow(landscape_grid)
    clock.cost = 4e-6

    def small(points: Tensor, y1: Tensor, y2: Tensor, *rest: Any, **more: Any) -> Any:
        if len(y1) == RESOLUTION and window.frames():
            raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")
        return kernel(points, y1, y2, *rest, **more)

    monkeypatch.setattr(decoder, "landscape_grid", small)

    def failures() -> list[Failure]:
        return [m for m, _ in window.said if isinstance(m, Failure)]

    def person() -> Iterator[list[Any]]:
        yield [SetScene(generation=1, scene=scene(), needs=NEEDS), Grant(frames=3)]
        yield from window.until(lambda: bool(failures()))
        for _ in range(50):
            yield []
        yield [SetScene(generation=2, scene=scene(view__beta=1), needs=NEEDS)]
        yield from window.until(lambda: window.frames()[-1][0].generation == 2)
        yield []

    window.serve(person(), monkeypatch)
    assert [failure.problem.kind for failure in failures()] == ["memory"]
    assert [len(arrays["map"]) for _, arrays in window.frames()] == [64, 128, 64]
