"""The engine as the window sees it: a process that may die, and comes back.

The client remembers what it needs to start over: the scene, the needs, whether training was
on, and the last checkpoint.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from ebmviz.core import protocol
from ebmviz.core.errors import Problem
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array, Snapshot

IN_FLIGHT = 3  # two on their way while training, one kept for an answer
CHECKPOINT_MS = 1000
_PATIENCE_S = 60.0  # a second loss within this time is not answered without asking
_KILL_MS = 2000

Needs = tuple[str, ...]


class Kept(msgspec.Struct, frozen=True, eq=False):
    """A checkpoint as the window keeps it."""

    weights: dict[str, Array]
    history: dict[str, Array]
    metrics: dict[str, float]

    @property
    def step(self) -> int:
        """Training steps behind it."""
        return int(self.metrics.get("last_step", 0))


class EngineClient(QObject):
    """Starts, feeds and outlives the engine process."""

    greeted = Signal(object)  # Hello
    framed = Signal(object, object)  # Snapshot, Frame
    failed = Signal(object, int)  # Problem, generation of the scene refused or 0
    lost = Signal(object, bool)  # Problem, whether a restart is under way

    def __init__(self, command: list[str] | None = None, plugins: Sequence[str] = ()) -> None:
        super().__init__()
        self._command = command or [sys.executable, "-P", "-m", "ebmviz.engine"]
        self._command += [word for file in plugins for word in ("--plugin", os.path.abspath(file))]
        self.hello: protocol.Hello | None = None
        self._process: QProcess | None = None
        self._reader = protocol.FrameReader(engine_side=False, skip=True)
        self._scene: tuple[Scene, Needs, tuple[Needs, ...]] | None = None
        self.generation = 0
        self.playing = self.sampling = False
        self.kept: Kept | None = None
        self.ready = False  # whether this process has sent a frame
        self._waiting: dict[int, Callable[[Kept], None]] = {}
        self._token = 0
        self._epoch = 0  # checkpoints asked for up to this token are of other weights
        self._closing = False
        self._hello = False
        self._last_loss = -_PATIENCE_S
        self._stderr: deque[str] = deque(maxlen=50)
        self._timer = QTimer(self)
        self._timer.setInterval(CHECKPOINT_MS)
        self._timer.timeout.connect(self.fetch)

    # -- life ---------------------------------------------------------------------------

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """Of the engine, 0 when there is none."""
        return self._process.processId() if self._process else 0

    def start(self) -> None:
        """Start the process, and hand it everything it should know."""
        process = QProcess(self)
        process.setProgram(self._command[0])
        process.setArguments(self._command[1:])
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_stderr)
        process.errorOccurred.connect(self._failed_to_start)
        process.finished.connect(self._finished)
        self._process = process
        self._reader = protocol.FrameReader(engine_side=False, skip=True)
        self._hello = self.ready = False
        process.start()
        if self._scene:
            self._send_scene(held=self.kept is not None)
            if self.kept:
                self._send(protocol.Restore(), _arrays(self.kept))
            if self.playing:
                self._send(protocol.Play(on=True))
            if self.sampling:
                self._send(protocol.Sample(on=True))
        self._send(protocol.Grant(frames=IN_FLIGHT))

    def restart(self) -> None:
        """Start again from the last checkpoint."""
        if not self.alive:
            self.start()

    def stop(self) -> None:
        """Ask, close stdin, then kill. Returns when the process is gone."""
        self._closing = True
        self._timer.stop()
        process, self._process = self._process, None
        if process is None:
            return
        process.finished.disconnect(self._finished)
        process.errorOccurred.disconnect(self._failed_to_start)
        if process.state() == QProcess.ProcessState.Starting:
            process.waitForStarted(_KILL_MS)
        self._write(process, protocol.Shutdown(), None)
        process.closeWriteChannel()
        if not process.waitForFinished(_KILL_MS):
            process.kill()
            process.waitForFinished(_KILL_MS)
        process.deleteLater()

    # -- orders -------------------------------------------------------------------------

    def set_scene(self, scene: Scene, needs: Needs, beside: tuple[Needs, ...] = ()) -> int:
        """Show a scene; the generation that frames answering it will carry.

        Every frame holds `needs`; the groups of `beside` may take turns.
        """
        return self._set_scene(scene, needs, beside, held=False)

    def adopt(
        self, scene: Scene, needs: Needs, beside: tuple[Needs, ...], kept: Kept | None
    ) -> None:
        """Another document: its scene, and its checkpoint or fresh weights."""
        self.playing = self.sampling = False
        self.forget()
        self.kept = kept
        self._send(protocol.Play(on=False))
        self._send(protocol.Sample(on=False))
        self._set_scene(scene, needs, beside, held=True)
        self._send(protocol.Restore(), _arrays(kept)) if kept else self._send(protocol.Reset())

    def forget(self) -> None:
        """The weights so far are not those of the scene any more: none are kept of them."""
        self.kept = None
        self._epoch = self._token

    def play(self, on: bool) -> None:
        """Train, or pause. Training starts a lost engine again."""
        if on:
            self.restart()
        self.playing = on
        self._send(protocol.Play(on=on))
        if not on:
            self.fetch()

    def advance(self, steps: int = 1) -> None:
        """So many steps, then pause. Starts a lost engine again."""
        self.restart()
        self.playing = False
        self._send(protocol.Advance(steps=steps))
        self.fetch()

    def reset(self) -> None:
        """Initial weights of the same seed; training stops."""
        self.play(False)
        self.forget()
        self.restart()
        self._send(protocol.Reset())
        self.fetch()

    def sample(self, on: bool) -> None:
        """Let the chains walk, or pause them. Starts a lost engine again."""
        if on:
            self.restart()
        self.sampling = on
        self._send(protocol.Sample(on=on))

    def disperse(self) -> None:
        """The chains start again."""
        self._send(protocol.Disperse())

    def adopt_lane(self, loss: str) -> None:
        """Go on with the model that the loss lab has trained under a loss; training pauses."""
        self.playing = False
        self.forget()
        self._send(protocol.Adopt(loss=loss))

    def seek(self, step: int | None) -> None:
        """Look at a past step; None is the present."""
        self.playing = False
        self._send(protocol.Seek(step=step))

    def grant(self) -> None:
        """One frame was drawn: the next may come."""
        self._send(protocol.Grant(frames=1))

    def fetch(self, then: Callable[[Kept], None] | None = None) -> None:
        """Ask for a checkpoint; `then` gets it. It is kept for a restart in any case.

        Should the engine die first, `then` gets the last one kept, if there is one.
        """
        self._token += 1
        if then:
            self._waiting[self._token] = then
        self._send(protocol.Fetch(token=self._token))

    # -- wires --------------------------------------------------------------------------

    def _set_scene(self, scene: Scene, needs: Needs, beside: tuple[Needs, ...], held: bool) -> int:
        self._scene = (scene, needs, beside)
        self.generation += 1
        self._send_scene(held)
        return self.generation

    def _send_scene(self, held: bool) -> None:
        assert self._scene
        scene, needs, beside = self._scene
        number = self.generation
        self._send(
            protocol.SetScene(generation=number, scene=scene, needs=needs, beside=beside, held=held)
        )

    def _send(self, message: protocol.AnyMessage, arrays: dict[str, Array] | None = None) -> None:
        if self._process:
            self._write(self._process, message, arrays)

    @staticmethod
    def _write(
        process: QProcess, message: protocol.AnyMessage, arrays: dict[str, Array] | None
    ) -> None:
        idle = process.state() == QProcess.ProcessState.Running and not process.bytesToWrite()
        process.write(b"".join(protocol.encode(message, arrays)))
        if idle:
            # Now, not when the event loop has painted all that waits: 18 ms were lost so.
            process.waitForBytesWritten(0)

    def _read(self) -> None:
        if not self._process:
            return
        data = self._process.readAllStandardOutput().data()
        try:
            messages = list(self._reader.feed(bytes(data)))
            newest = max((i for i, (m, _) in enumerate(messages) if _is_frame(m)), default=-1)
            for i, (message, arrays) in enumerate(messages):
                if _is_frame(message) and i < newest:
                    self.grant()  # two came together: only the newer one is drawn
                else:
                    self._receive(message, arrays)
        except protocol.ProtocolError as error:
            self._stderr.append(str(error))
            self._process.kill()

    def _receive(self, message: protocol.AnyMessage, arrays: dict[str, Array]) -> None:
        match message:
            case protocol.Hello():
                if message.protocol != protocol.VERSION:
                    raise protocol.ProtocolError(
                        f"the engine speaks protocol {message.protocol}, not {protocol.VERSION}"
                    )
                self._hello, self.hello = True, message
                self.greeted.emit(message)
            case protocol.Frame():
                if not self.ready:
                    self.ready = True
                    self._timer.start()
                snapshot = Snapshot(
                    message.generation, message.step, arrays, message.metrics, message.labels
                )
                self.framed.emit(snapshot, message)
            case protocol.Checkpoint(token=token, metrics=metrics):
                kept = Kept(_named("weights:", arrays), _named("history:", arrays), metrics)
                if token > self._epoch:
                    self.kept = kept
                self._answer(token, kept)
            case protocol.Failure(problem=problem, generation=generation):
                self.playing = False
                if self.sampling and problem.kind not in ("user", "numeric"):
                    self.sample(False)
                self.failed.emit(problem, generation)

    def _answer(self, token: int, kept: Kept) -> None:
        then = self._waiting.pop(token, None)
        if then:
            # From the event loop: whatever `then` does, the stream is read to its end first.
            QTimer.singleShot(0, lambda: then(kept))

    def _read_stderr(self) -> None:
        if self._process:
            text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            self._stderr.extend(text.splitlines())
            sys.stderr.write(text)

    def _failed_to_start(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._gone(f"the engine could not be started: {self._command[0]}")

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        crashed = status == QProcess.ExitStatus.CrashExit
        how = f"was killed by signal {code}" if crashed else f"ended with status {code}"
        last = next((line for line in reversed(self._stderr) if line.strip()), "")
        self._gone(f"the engine {how}" + (f" ({last[:160]})" if last and not crashed else ""))

    def _gone(self, sentence: str) -> None:
        process, self._process = self._process, None
        if process is None or self._closing:
            return
        process.deleteLater()
        self._timer.stop()
        now = time.monotonic()
        again = self._hello and now - self._last_loss > _PATIENCE_S
        self._last_loss = now
        step = self.kept.step if self.kept else 0
        remedy = f"restarted at step {step}" if again else f"a restart goes on at step {step}"
        for token in list(self._waiting):
            if self.kept:
                self._answer(token, self.kept)
        self._waiting.clear()
        self.lost.emit(Problem("died", f"{sentence}; {remedy}"), again)
        if again:
            self.start()


def _is_frame(message: protocol.AnyMessage) -> bool:
    return isinstance(message, protocol.Frame)


def _arrays(kept: Kept) -> dict[str, Array]:
    out = {f"weights:{k}": a for k, a in kept.weights.items()}
    return out | {f"history:{k}": a for k, a in kept.history.items()}


def _named(prefix: str, arrays: dict[str, Array]) -> dict[str, Array]:
    return {k.removeprefix(prefix): a for k, a in arrays.items() if k.startswith(prefix)}
