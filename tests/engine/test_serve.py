"""The real engine process, driven over its pipes."""

from __future__ import annotations

import contextlib
import math
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from ebmviz import __version__
from ebmviz.core import protocol
from ebmviz.core.protocol import (
    Adopt,
    Advance,
    Checkpoint,
    Failure,
    Fetch,
    Frame,
    FrameReader,
    Grant,
    Hello,
    Play,
    Reset,
    Restore,
    Seek,
    SetScene,
    Shutdown,
)
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Array
from ebmviz.engine import registry
from ebmviz.engine.engine import Engine
from ebmviz.engine.mail import _newest_scenes
from ebmviz.engine.serve import _classified

PATIENCE = 60.0  # seconds until a silent engine fails a test
CATALOGUE = registry.catalogue()
NEEDS = ("manifold", "lens")
Item = tuple[Any, dict[str, Array]]


def scene(**changes: object) -> Scene:
    """The lecture's ellipse; `a__b` stands for the path a.b."""
    from ebmviz.core import library

    paths: dict[str, object] = {k.replace("__", "."): v for k, v in changes.items()}
    base = {"device": "cpu", "view.resolution": 16, "view.speed": math.inf}
    return replace(library.scene("ellipse", CATALOGUE), {**base, **paths}, CATALOGUE)


class Process:
    """An engine process, as the window has it."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "ebmviz.engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
        self.items: queue.Queue[Item | None] = queue.Queue()
        self.errors: list[bytes] = []
        self.generation = 0
        self._token = 0
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._read, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        assert self.popen.stdout
        reader = FrameReader(engine_side=False, skip=True)
        while data := os.read(self.popen.stdout.fileno(), 1 << 16):
            for item in reader.feed(data):
                self.items.put(item)
        self.items.put(None)

    def _listen(self) -> None:
        assert self.popen.stderr
        self.errors.extend(self.popen.stderr)

    def send(self, *messages: Any, arrays: dict[str, Array] | None = None) -> None:
        """In one write; the arrays go with each."""
        assert self.popen.stdin
        parts = [bytes(p) for m in messages for p in protocol.encode(m, arrays)]
        self.popen.stdin.write(b"".join(parts))
        self.popen.stdin.flush()

    def show(self, shown: Scene, needs: tuple[str, ...] = NEEDS) -> int:
        """Set a scene; its generation."""
        self.generation += 1
        self.send(SetScene(generation=self.generation, scene=shown, needs=needs))
        return self.generation

    def next(self) -> Item:
        item = self.items.get(timeout=PATIENCE)
        assert item is not None, b"".join(self.errors).decode()
        return item

    def until(self, kind: type, wanted: Callable[[Any], bool] = lambda _: True) -> Item:
        """The first such message. Every frame on the way is answered by a grant."""
        while True:
            message, arrays = self.next()
            if isinstance(message, kind) and wanted(message):
                return message, arrays
            if isinstance(message, Frame):
                self.send(Grant())

    def frame(self, wanted: Callable[[Frame], bool] = lambda _: True) -> Item:
        """The first such frame; its successor is granted, too."""
        item = self.until(Frame, wanted)
        self.send(Grant())
        return item

    def fetch(self) -> dict[str, Array]:
        """A checkpoint: everything sent before it has been done."""
        self._token += 1
        token = self._token
        self.send(Fetch(token=token))
        _, arrays = self.until(Checkpoint, lambda m: m.token == token)
        return arrays

    def step(self) -> int:
        return int(self.fetch()["weights:train/step"][0])

    def answers_until_fetched(self) -> list[Any]:
        """All that the engine says until it has looked at its mail twice; nothing is granted."""
        said = []
        for _ in range(2):
            self._token += 1
            self.send(Fetch(token=self._token))
            while True:
                message, _ = self.next()
                if isinstance(message, Checkpoint) and message.token == self._token:
                    break
                said.append(message)
        return said

    def ends(self) -> int:
        """The exit status, once both streams are over."""
        status = self.popen.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        return status

    def close(self) -> None:
        self.popen.kill()
        self.ends()
        for stream in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            assert stream
            with contextlib.suppress(BrokenPipeError):  # what the dead engine had not read
                stream.close()


@pytest.fixture
def start() -> Iterator[Callable[..., Process]]:
    """Starts engines, and ends them with the test."""
    running: list[Process] = []

    def begin(environment: dict[str, str] | None = None) -> Process:
        running.append(Process(environment))
        return running[-1]

    yield begin
    for process in running:
        process.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Process]:
    """One process for all tests that leave it in order; torch takes seconds to load."""
    process = Process()
    hello, _ = process.next()
    assert isinstance(hello, Hello)
    process.send(Grant(frames=2))
    yield process
    process.close()


@pytest.fixture
def engine(shared: Process) -> Process:
    """The shared process with fresh weights of the lecture's ellipse, paused."""
    shared.send(Play(on=False))
    shared.show(scene())
    shared.send(Reset())
    assert shared.step() == 0
    return shared


def same(a: dict[str, Array], b: dict[str, Array]) -> bool:
    return a.keys() == b.keys() and all(a[k].tobytes() == b[k].tobytes() for k in a)


# greeting and leaving -----------------------------------------------------------------


def test_it_greets_shows_nothing_ungranted_and_leaves_with_its_stdin(
    start: Callable[..., Process],
) -> None:
    process = start()
    hello, _ = process.next()
    assert isinstance(hello, Hello)
    assert (hello.protocol, hello.version) == (protocol.VERSION, __version__)
    assert hello.pid == process.popen.pid
    assert hello.catalogue == CATALOGUE

    process.show(scene())
    process.send(Advance(steps=5))
    assert process.answers_until_fetched() == []
    process.send(Grant(frames=2))
    frames = [process.next()[0]]
    process.show(scene(view__beta=1))
    frames.append(process.next()[0])
    assert [type(f) for f in frames] == [Frame, Frame]
    process.show(scene(view__beta=2))
    assert process.answers_until_fetched() == []

    assert process.popen.stdin
    process.popen.stdin.close()
    assert process.ends() == 0
    assert process.errors == []


def test_orders_need_a_scene_and_a_broken_stream_ends_it_with_a_word_on_stderr(
    start: Callable[..., Process],
) -> None:
    process = start()
    process.send(Reset())
    failure, _ = process.until(Failure)
    assert (failure.problem.kind, failure.generation) == ("user", 0)
    process.show(scene())
    assert process.step() == 0
    assert process.popen.stdin
    process.popen.stdin.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    process.popen.stdin.flush()
    assert process.ends() == 0
    assert b"engine: " in b"".join(process.errors)


def test_prints_of_libraries_do_not_break_the_stream(
    start: Callable[..., Process], tmp_path: Path
) -> None:
    # The first come before the magic and are skipped. The later ones come from the thread
    # that reads stdin, and would stand between two messages.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys, threading\n"
        "def shout(words):\n"
        "    print(words)\n"
        "    sys.stdout.flush()\n"
        "    os.write(1, b'raw ' + words.encode())\n"
        "shout('at start')\n"
        "class Loud(threading.Thread):\n"
        "    def run(self):\n"
        "        shout('later')\n"
        "        super().run()\n"
        "threading.Thread = Loud\n"
    )
    process = start({"PYTHONPATH": str(tmp_path)})
    hello, _ = process.next()
    assert isinstance(hello, Hello)
    process.show(scene())
    process.send(Grant(frames=1))
    frame, arrays = process.next()
    assert isinstance(frame, Frame)
    assert arrays["manifold"].shape == (48, 2)
    assert process.popen.stdin
    process.popen.stdin.close()
    process.ends()
    heard = b"".join(process.errors)
    assert b"later\n" in heard
    assert b"raw later" in heard
    assert b"at start" not in heard


# frames -------------------------------------------------------------------------------


def test_a_frame_shows_its_scene_and_carries_its_generation(engine: Process) -> None:
    shown = scene(view__beta=2, view__probe=(1, 0.5))
    wanted = engine.show(shown, ("map", "lens"))
    frame, arrays = engine.frame(lambda f: f.generation == wanted)
    expected = Engine(shown).snapshot(("map", "lens"))
    # The engine does not wait for the compiled kernel: another summation, another last bit.
    exact = expected.arrays.pop("map")
    np.testing.assert_allclose(arrays.pop("map"), exact, rtol=1e-6, atol=1e-6)
    assert same(arrays, expected.arrays)
    assert frame.metrics == pytest.approx(expected.metrics, nan_ok=True)
    assert (frame.step, frame.playing, frame.device) == (0, False, "cpu")


def test_of_many_scenes_the_last_one_is_shown(engine: Process) -> None:
    scenes = [scene(view__probe=(0.01 * i, 0)) for i in range(30)]
    first = engine.generation + 1
    messages = [SetScene(generation=first + i, scene=s, needs=NEEDS) for i, s in enumerate(scenes)]
    engine.generation += len(messages)
    engine.send(*messages)
    seen = [0]
    while seen[-1] < engine.generation:
        frame, arrays = engine.frame()
        assert frame.generation >= seen[-1]
        seen.append(frame.generation)
    assert same(arrays, Engine(scenes[-1]).snapshot(NEEDS).arrays)


def kinds(*messages: Any) -> list[Any]:
    """What is left of waiting messages: generations, and the names of others."""
    left = _newest_scenes([(m, {}) for m in messages])
    return [m.generation if isinstance(m, SetScene) else type(m).__name__ for m, _ in left]


def test_a_waiting_scene_gives_way_to_a_newer_one() -> None:
    one, two, three = (SetScene(generation=g, scene=scene(), needs=()) for g in (1, 2, 3))
    assert kinds(one, two, three) == [3]
    assert kinds(one, Grant(), two, Grant()) == ["Grant", 2, "Grant"]
    assert kinds(Play(on=True), one) == ["Play", 1]
    assert kinds() == []


def test_a_waiting_scene_stays_when_something_else_refers_to_it() -> None:
    one, two, three = (SetScene(generation=g, scene=scene(), needs=()) for g in (1, 2, 3))
    assert kinds(one, Restore(), Grant(), two) == [1, "Restore", "Grant", 2]
    assert kinds(one, two, Reset(), three) == [2, "Reset", 3]
    assert kinds(one, Advance(steps=1), two, three) == [1, "Advance", 3]


def test_a_restore_survives_a_slider_moved_while_the_engine_loads(
    start: Callable[..., Process],
) -> None:
    """All of this waits in the pipe before the process reads a byte; Shutdown ends it."""
    model = Engine(scene(energy__latents=12))
    model.train(9)
    checkpoint = {f"weights:{k}": a for k, a in model.checkpoint().items()}
    process = start()
    process.show(scene(energy__latents=12))
    process.send(Restore(), arrays=checkpoint)
    process.send(Grant(frames=2))
    process.show(scene(energy__latents=12, view__beta=3))
    found = process.fetch()
    assert {k: found[k].tolist() for k in checkpoint} == {
        k: a.tolist() for k, a in checkpoint.items()
    }
    process.send(Play(on=True))
    process.until(Frame, lambda f: f.step > 20)
    process.send(Shutdown())
    assert process.ends() == 0


# training -----------------------------------------------------------------------------


def test_advance_makes_exactly_so_many_steps(engine: Process) -> None:
    engine.send(Advance(steps=37))
    frame, _ = engine.frame(lambda f: f.step == 37 and not f.playing)
    assert frame.metrics["last_step"] == 37
    assert engine.step() == engine.step() == 37
    engine.send(Advance(steps=1))
    engine.frame(lambda f: f.step == 38 and not f.playing)
    assert engine.step() == 38
    engine.send(Advance(steps=0), Advance(steps=-5))
    assert engine.step() == engine.step() == 38

    here = Engine(scene())
    here.train(38)
    found = engine.fetch()
    expected = {f"weights:{k}": a for k, a in here.checkpoint().items()}
    expected |= {f"history:{k}": a for k, a in here.history.to_arrays().items()}
    assert same(found, expected)


@pytest.mark.parametrize("speed", [math.inf, 200.0])
def test_play_trains_until_it_is_paused(engine: Process, speed: float) -> None:
    engine.show(scene(view__speed=speed))
    engine.send(Play(on=True))
    frame, _ = engine.frame(lambda f: f.step >= 10)
    assert frame.playing
    engine.send(Play(on=False))
    still, _ = engine.frame(lambda f: not f.playing)
    assert still.step >= frame.step
    assert engine.step() == engine.step() == still.step


def test_pause_also_ends_an_advance(engine: Process) -> None:
    engine.send(Advance(steps=10**9))
    engine.frame(lambda f: f.step >= 3 and f.playing)
    engine.send(Play(on=False))
    paused = engine.step()
    assert engine.step() == engine.step() == paused
    assert paused < 10**9


def test_seek_shows_the_past_and_stays_there(engine: Process) -> None:
    engine.send(Advance(steps=20))
    engine.frame(lambda f: f.step == 20)
    engine.send(Advance(steps=10**9))
    engine.frame(lambda f: f.step > 30)
    engine.send(Seek(step=7))
    frame, arrays = engine.frame(lambda f: f.step == 7)
    assert not frame.playing
    here = Engine(scene())
    here.train(7)
    assert np.array_equal(arrays["manifold"], here.snapshot(NEEDS).arrays["manifold"])
    newest = engine.step()
    assert newest == frame.metrics["last_step"]
    engine.send(Seek(step=None))
    engine.frame(lambda f: f.step == newest)
    assert engine.step() == newest


def test_changing_beta_while_training_keeps_the_weights(engine: Process) -> None:
    engine.send(Advance(steps=30))
    engine.frame(lambda f: f.step == 30)
    before = engine.fetch()
    wanted = engine.show(scene(view__beta=0.5, objective__beta=1, optimizer__lr=0.01))
    engine.frame(lambda f: f.generation == wanted)
    assert same(engine.fetch(), before)


def test_a_checkpoint_goes_on_bit_for_bit_in_another_process(
    engine: Process, start: Callable[..., Process]
) -> None:
    shown = scene(optimizer__kind="adam", optimizer__batch=5, objective__beta=3)
    engine.show(shown)
    engine.send(Reset(), Advance(steps=33))
    engine.frame(lambda f: f.step == 33)
    saved = engine.fetch()

    other = start()
    other.show(shown)
    other.send(Restore(), arrays=saved)
    other.send(Grant(frames=2))
    assert same(other.fetch(), saved)
    for process in (engine, other):
        process.send(Advance(steps=20))
        process.frame(lambda f: f.step == 53 and not f.playing)
    assert same(engine.fetch(), other.fetch())


# faults -------------------------------------------------------------------------------


def test_a_bad_scene_is_refused_and_the_old_one_goes_on(engine: Process) -> None:
    good = engine.generation
    engine.send(Advance(steps=4))
    engine.frame(lambda f: f.step == 4)
    bad = engine.show(scene(data__kind="own"))
    failure, _ = engine.until(Failure)
    assert failure.generation == bad
    assert failure.problem.kind == "user"
    assert "own points" in failure.problem.message
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
        assert _classified(error).kind == "memory"
    assert capsys.readouterr().err == ""
    bug = _classified(KeyError("map"))
    assert (bug.kind, "KeyError" in bug.message) == ("bug", True)


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


# the loss lab -------------------------------------------------------------------------


def test_the_lab_trains_beside_the_model_and_one_lane_is_adopted(engine: Process) -> None:
    few = {"optimizer__kind": "sgd", "optimizer__lr": 0.05, "view__losses": "energy,hinge"}
    lab = scene(view__lab=True, **few)
    engine.show(scene(**few))
    engine.send(Advance(steps=3))
    engine.frame(lambda f: f.step == 3 and not f.playing)
    before = engine.fetch()
    wanted = engine.show(lab, ("lab",))
    frame, arrays = engine.frame(lambda f: f.generation == wanted)
    assert frame.labels["lab"] == ("energy", "hinge")
    assert arrays["lab_map"].shape[0] == 2
    assert (frame.step, frame.metrics["last_step"]) == (0, 0.0)
    engine.send(Advance(steps=7))
    frame, _ = engine.frame(lambda f: not f.playing and f.step == 7)
    assert same(engine.fetch(), before)  # checkpoints hold the model

    engine.send(Adopt(loss="nll"))
    failure, _ = engine.until(Failure)
    assert "nll" in failure.problem.message
    engine.send(Adopt(loss="hinge"))
    engine.show(scene(view__lab=False, objective__loss="hinge", **few))
    adopted = engine.fetch()
    assert adopted["weights:train/step"][0] == 7
    alone = Engine(scene(objective__loss="hinge", **few))
    alone.train(7)
    np.testing.assert_allclose(adopted["weights:w"], alone.checkpoint()["w"], rtol=1e-5, atol=1e-6)


def test_the_lab_restarts_on_reset_and_refuses_losses_it_does_not_know(engine: Process) -> None:
    engine.show(scene(view__lab=True, view__losses="energy,hinge"), ("lab",))
    engine.send(Advance(steps=2))
    engine.frame(lambda f: f.step == 2)
    engine.send(Reset())
    engine.frame(lambda f: f.step == 0)
    refused = engine.show(scene(view__lab=True, view__losses="energie"), ("lab",))
    failure, _ = engine.until(Failure)
    assert failure.generation == refused
    assert "“energy”" in failure.problem.message
