"""The stdio loop: `python -m ebmviz.engine`, started by the window or over ssh.

A reader thread turns stdin into messages; the main thread trains in short slices, answers,
and sends a frame whenever one is due and the window has granted it. The end of stdin means
the window is gone.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import BinaryIO

from ebmviz import __version__
from ebmviz.core import protocol
from ebmviz.core.errors import NumericError, Problem, UserError
from ebmviz.core.snapshot import Array
from ebmviz.engine import registry
from ebmviz.engine.engine import Engine

SLICE = 0.008  # seconds of training between looks at the mailbox
FRAME_INTERVAL = 1 / 90
_READ = 1 << 16
_NO_MEMORY = ("out of memory", "can't allocate memory")  # CUDA's words, and torch's on the CPU

Item = tuple[protocol.AnyMessage, dict[str, Array]]


class Mailbox:
    """Messages from the window, filled by a thread, emptied by the loop."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._ready = threading.Condition()
        self._messages: deque[Item] = deque()
        self.closed = False
        threading.Thread(target=self._read, daemon=True, name="stdin").start()

    def take(self, timeout: float | None) -> list[Item]:
        """All waiting messages; waits up to `timeout` seconds (None: until one comes)."""
        with self._ready:
            if not self._messages and not self.closed:
                self._ready.wait(timeout)
            taken = list(self._messages)
            self._messages.clear()
        return _newest_scenes(taken)

    def _read(self) -> None:
        reader = protocol.FrameReader(engine_side=True)
        try:
            while data := os.read(self._stream.fileno(), _READ):
                for item in reader.feed(data):
                    with self._ready:
                        self._messages.append(item)
                        self._ready.notify()
        except (OSError, protocol.ProtocolError) as error:
            print(f"engine: {error}", file=sys.stderr)
        finally:  # whatever happened, the loop must not wait for more
            with self._ready:
                self.closed = True
                self._ready.notify()


class Server:
    """Serves one window."""

    def __init__(self, mailbox: Mailbox, out: BinaryIO) -> None:
        self.mailbox = mailbox
        self.out = out
        self.engine: Engine | None = None
        self.needs: tuple[str, ...] = ()
        self.generation = 0
        self.credits = 0
        self.stale = False  # something to show has changed
        self.playing = False
        self.advance = 0  # single steps still to do
        self.next_step = 0.0
        self.next_frame = 0.0
        self.rate = _Rate()
        self.done = False

    def run(self) -> None:
        """Until the window closes."""
        self.out.write(protocol.MAGIC)
        self._send(
            protocol.Hello(
                protocol=protocol.VERSION,
                version=__version__,
                pid=os.getpid(),
                catalogue=registry.catalogue(),
            )
        )
        while not self.done:
            for message, arrays in self.mailbox.take(self._idle_time()):
                self._guarded(self._handle, message, arrays)
            if self.mailbox.closed:
                return
            if self.engine and (self.playing or self.advance):
                self._guarded(self._train)
            if self.stale and self.credits and self.engine and self._frame_due():
                self._guarded(self._show)

    def _frame_due(self) -> bool:
        # Paused, a frame answers the person at the slider: it never waits.
        return not self.playing or time.perf_counter() >= self.next_frame

    def _idle_time(self) -> float | None:
        if not self.engine:
            return None
        now = time.perf_counter()
        waits = []
        if self.advance:
            waits.append(0.0)
        if self.playing:
            waits.append(max(0.0, self.next_step - now))
        if self.stale and self.credits:
            waits.append(max(0.0, self.next_frame - now) if self.playing else 0.0)
        return min(waits, default=None)

    def _handle(self, message: protocol.AnyMessage, arrays: dict[str, Array]) -> None:
        match message:
            case protocol.SetScene():
                self._set_scene(message)
            case protocol.Grant(frames=frames):
                self.credits = min(self.credits + frames, 8)
            case protocol.Play(on=on):
                self.playing, self.advance, self.stale = on, 0, True
                self.next_step = time.perf_counter()
            case protocol.Advance(steps=steps):
                self.playing, self.advance = False, max(0, steps)
            case protocol.Reset():
                self._engine().reset()
                self.stale = True
            case protocol.Seek(step=step):
                self.playing, self.advance, self.stale = False, 0, True
                self._engine().seek(step)
            case protocol.Fetch(token=token):
                self._send_checkpoint(token)
            case protocol.Restore():
                self._engine().restore(_named("weights:", arrays), _named("history:", arrays))
                self.stale = True
            case protocol.Shutdown():
                self.done = True

    def _set_scene(self, message: protocol.SetScene) -> None:
        if self.engine is None:
            self.engine = Engine(message.scene)
        else:
            self.engine.set_scene(message.scene)
        # Only now: a frame never carries the generation of a scene that was refused.
        self.generation, self.needs, self.stale = message.generation, message.needs, True

    def _train(self) -> None:
        engine = self._engine()
        now = time.perf_counter()
        speed = engine.scene.view.speed
        if self.advance:
            done = engine.train(self.advance, SLICE)
            self.advance -= done
        elif now >= self.next_step:
            # At a given speed, catch up on what is due; flat out, fill the slice.
            due = 1 + int((now - self.next_step) * speed) if speed < float("inf") else 10**9
            done = engine.train(due, SLICE)
            after = time.perf_counter()
            self.next_step = max(self.next_step + done / speed, after - SLICE)
        else:
            return
        self.rate.count(done)
        self.stale = True

    def _show(self) -> None:
        engine = self._engine()
        began = time.perf_counter()
        snapshot = engine.snapshot(self.needs, self.generation)
        ended = time.perf_counter()
        self.credits -= 1
        self.stale = False
        self.next_frame = began + FRAME_INTERVAL
        self._send(
            protocol.Frame(
                generation=snapshot.generation,
                step=snapshot.step,
                metrics=snapshot.metrics,
                playing=self.playing or self.advance > 0,
                device=str(engine.device),
                steps_per_s=self.rate.per_second() if self.playing else 0.0,
                compute_ms=1e3 * (ended - began),
            ),
            snapshot.arrays,
        )

    def _send_checkpoint(self, token: int) -> None:
        engine = self._engine()
        arrays = {f"weights:{k}": a for k, a in engine.checkpoint().items()}
        arrays |= {f"history:{k}": a for k, a in engine.history.to_arrays().items()}
        self._send(protocol.Checkpoint(token=token, metrics=engine.metrics()), arrays)

    def _engine(self) -> Engine:
        if self.engine is None:
            raise UserError("the engine has no scene yet")
        return self.engine

    def _guarded(self, work: Callable[..., None], *args: object) -> None:
        """Run `work`; any failure becomes a message, training pauses, the loop goes on."""
        try:
            work(*args)
            return
        except UserError as error:
            problem = Problem("user", str(error))
        except NumericError as error:
            problem = Problem("numeric", str(error))
        except BrokenPipeError:
            self.done = True
            return
        except Exception as error:
            problem = _classified(error)
        self.playing, self.advance, self.stale = False, 0, self.engine is not None
        if work == self._show:
            self.stale = False  # the same picture would fail again
        refused = next((a.generation for a in args if isinstance(a, protocol.SetScene)), 0)
        self._send(protocol.Failure(problem=problem, generation=refused))

    def _send(self, message: protocol.AnyMessage, arrays: dict[str, Array] | None = None) -> None:
        for buffer in protocol.encode(message, arrays):
            self.out.write(buffer)
        self.out.flush()


class _Rate:
    """Steps per second over the last second or so."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def count(self, steps: int) -> None:
        now = time.perf_counter()
        self._marks.append((now, steps))
        while now - self._marks[0][0] > 1.0:
            self._marks.popleft()

    def per_second(self) -> float:
        if len(self._marks) < 2:
            return 0.0
        span = self._marks[-1][0] - self._marks[0][0]
        return sum(n for _, n in list(self._marks)[1:]) / span if span > 0 else 0.0


def _newest_scenes(items: list[Item]) -> list[Item]:
    """Without the scenes that a newer one replaces before anything but a grant needs them.

    A scene followed by, say, a Restore stays: the Restore belongs to it.
    """
    kept: list[Item] = []
    newer = False
    for item in reversed(items):
        if isinstance(item[0], protocol.SetScene):
            if newer:
                continue
            newer = True
        elif not isinstance(item[0], protocol.Grant):
            newer = False
        kept.append(item)
    return kept[::-1]


def _named(prefix: str, arrays: dict[str, Array]) -> dict[str, Array]:
    return {k.removeprefix(prefix): a for k, a in arrays.items() if k.startswith(prefix)}


def _classified(error: Exception) -> Problem:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, MemoryError) or any(words in text.lower() for words in _NO_MEMORY):
        return Problem("memory", "out of memory: lower the resolution, the latents or the batch")
    import traceback

    traceback.print_exc(file=sys.stderr)
    return Problem("bug", f"the engine met an unexpected {type(error).__name__}: {text}")


def main() -> int:
    """Serve stdin and stdout. Prints of any library go to stderr, never into the stream."""
    import torch

    private = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    torch.set_num_threads(max(1, (os.cpu_count() or 2) - 1))
    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)  # the window's event loop goes first
    with os.fdopen(private, "wb") as out, contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        Server(Mailbox(sys.stdin.buffer), out).run()
    return 0
