"""The engine as the window sees it: a process that may die, and comes back.

The client remembers what it needs to start over: the scene, the needs, whether training was
on, and the last checkpoint.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from ebmviz.core import protocol
from ebmviz.core.errors import Problem
from ebmviz.core.outside import clean
from ebmviz.core.protocol.greeting import mismatch
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.ui.session.engine_process import EngineProcess
from ebmviz.ui.session.impatience import Impatience
from ebmviz.ui.session.pulse import Patience, Pulse
from ebmviz.ui.session.requests import Kept as Kept
from ebmviz.ui.session.requests import Requests
from ebmviz.ui.session.trials import Answered, Trials

IN_FLIGHT = 3  # two on their way while training, one kept for an answer
CHECKPOINT_MS = 1000
_PATIENCE_S = 60.0  # a second loss within this time is not answered without asking

Needs = tuple[str, ...]
_log = logging.getLogger("ebmviz")


class EngineClient(QObject):
    """Starts, feeds and outlives the engine process."""

    started = Signal()  # a process
    greeted = Signal(object)  # Hello
    framed = Signal(object, object)  # Snapshot, Frame
    failed = Signal(object, int)  # Problem, generation of the scene refused or 0
    foretold = Signal(str)  # what will take long, before it does
    lost = Signal(object, bool)  # Problem, whether a restart is under way
    silent = Signal(bool)  # it has stopped answering, or answers again

    def __init__(
        self,
        command: list[str] | None = None,
        plugins: Sequence[str] = (),
        patience: Patience | None = None,
    ) -> None:
        super().__init__()
        self._command = command or [sys.executable, "-P", "-m", "ebmviz.engine"]
        self._command += [word for file in plugins for word in ("--plugin", os.path.abspath(file))]
        self.loading = ""  # the plug-in that it was loading when it was last heard of
        self.trouble: Problem | None = None  # why there is none
        self.hello: protocol.Hello | None = None
        self._process: EngineProcess | None = None
        self._scene: tuple[Scene, Needs, tuple[Needs, ...]] | None = None
        self.generation = self.at = 0  # of the newest scene, and of the one it has taken up
        self.playing = self.sampling = False
        self.kept: Kept | None = None
        self.ready = False  # whether this process has sent a frame
        self._requests, self._trials, self._impatience = Requests(), Trials(), Impatience()
        self._patience = patience or Patience()
        self.pulse = Pulse(self._patience)
        self.pulse.ask.connect(lambda: self._send(protocol.Ping()))
        self.pulse.beat.connect(self._beat)
        self.pulse.changed.connect(self.silent)
        self._answered = 0  # the newest token that came back
        self._epoch = 0  # checkpoints asked for up to this token are of other weights
        self._closing = False
        self._hello = False
        self._last_loss = -_PATIENCE_S
        self._timer = QTimer(self)
        self._timer.setInterval(CHECKPOINT_MS)
        self._timer.timeout.connect(self._fetch_again)

    # -- life ---------------------------------------------------------------------------

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None

    @property
    def answers(self) -> bool:
        """Whether the process runs and says so."""
        return self.alive and not self.pulse.silent

    @property
    def greeted_us(self) -> bool:
        """Whether this process has said hello."""
        return self._hello

    @property
    def pid(self) -> int:
        """Of the engine, 0 when there is none."""
        return self._process.processId() if self._process else 0

    def start(self) -> None:
        """Start the process, and hand it everything it should know."""
        process = self._process = EngineProcess(self._command, self)
        process.heard.connect(self._hear)
        process.gone.connect(self._gone)
        self._hello = self.ready = False
        self.at = 0
        self.loading, self.trouble = "", None
        self._answered = self._requests.token
        self._impatience.forget()
        process.start()
        self.started.emit()
        self.pulse.begin()
        if self._scene:
            self._send_scene(awaiting=self.kept is not None)
            if self.kept:
                self._send(protocol.Restore(), self.kept.arrays())
            if self.playing:
                self._send(protocol.Play(on=True))
            if self.sampling:
                self._send(protocol.Sample(on=True))
        self._send(protocol.Grant(frames=IN_FLIGHT))

    def revive(self) -> None:
        """Start a lost engine again, from the last checkpoint."""
        if not self.alive:
            self.start()

    def restart_without(self, plugin: str) -> None:
        """Start again, and leave a plug-in out from now on."""
        self._command.append(f"--without={plugin}")
        self.restart()

    def restart(self) -> None:
        """End the engine at once, whatever it does, and start again from the last checkpoint.

        One that was alive comes back at rest.
        """
        if self.alive:
            self.playing = self.sampling = False
            self._release().abandon()
            self._requests.settle(self.kept)
        self.revive()

    def stop(self) -> None:
        """Ask, close stdin, then kill. Returns when the process is gone."""
        self._closing = True
        if self.alive:
            silent = self.pulse.silent
            self._release().leave(ask=not silent)

    def _release(self) -> EngineProcess:
        """The process, which is none of ours any more."""
        if not self._closing:
            self._trials.end()
        process, self._process = self._process, None
        assert process
        self._timer.stop()
        self.pulse.end()
        return process

    # -- orders -------------------------------------------------------------------------

    def set_scene(
        self,
        scene: Scene,
        needs: Needs,
        rotating: tuple[Needs, ...] = (),
        awaiting: bool = False,
    ) -> int:
        """Show a scene; the generation that frames answering it will carry.

        Every frame holds `needs`; the groups of `rotating` may take turns. awaiting: none comes
        before `go_on_from` or `reset` has said with which weights.
        """
        return self._set_scene(scene, needs, rotating, awaiting)

    def go_on_from(self, kept: Kept) -> None:
        """Take up the training of a checkpoint, at rest."""
        self.playing = False
        self.forget()
        self.kept = kept
        self._send(protocol.Play(on=False))
        self._send(protocol.Restore(), kept.arrays())

    def adopt(
        self, scene: Scene, needs: Needs, rotating: tuple[Needs, ...], kept: Kept | None
    ) -> None:
        """Another document: its scene, and its checkpoint or fresh weights."""
        self.playing = self.sampling = False
        self.forget()
        self.kept = kept
        self._send(protocol.Play(on=False))
        self._send(protocol.Sample(on=False))
        self._impatience.want(self._set_scene(scene, needs, rotating, awaiting=True))
        self._send(protocol.Restore(), kept.arrays()) if kept else self._send(protocol.Reset())

    def forget(self) -> None:
        """The weights so far are not those of the scene any more: none are kept of them."""
        self._requests.spare(self.kept)
        self.kept = None
        self._epoch = self._requests.token

    def play(self, on: bool) -> None:
        """Train, or pause. Training starts a lost engine again."""
        if on:
            self.revive()
        self.playing = on
        self._send(protocol.Play(on=on))
        if not on:
            self.fetch()

    def advance(self, steps: int = 1) -> None:
        """So many steps, then pause. Starts a lost engine again."""
        self.revive()
        self.playing = False
        self._send(protocol.Advance(steps=steps))
        self.fetch()

    def reset(self) -> None:
        """Initial weights of the same seed; training stops."""
        self.play(False)
        self.forget()
        self.revive()
        self._send(protocol.Reset())
        self.fetch()

    def sample(self, on: bool) -> None:
        """Let the chains walk, or pause them. Starts a lost engine again."""
        if on:
            self.revive()
        self.sampling = on
        self._send(protocol.Sample(on=on))

    def disperse(self) -> None:
        """The chains start again."""
        self._send(protocol.RestartChains())

    def adopt_lane(self, loss: str) -> None:
        """Go on with the model that the loss lab has trained under a loss; training pauses."""
        self.playing = False
        self.forget()
        self._send(protocol.AdoptLabModel(loss=loss))

    def seek(self, step: int | None) -> None:
        """Look at a past step; None is the present."""
        self.playing = False
        self._send(protocol.Seek(step=step))

    def grant(self) -> None:
        """One frame was drawn: the next may come."""
        self._send(protocol.Grant(frames=1))

    def fetch(
        self,
        then: Callable[[Kept], None] | None = None,
        failed: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """Ask for a checkpoint; `then` gets it. It is kept for a restart in any case.

        Should the engine die first, or not answer, `then` gets the last one kept, and `failed` a
        sentence where there is none.
        """
        token = self._requests.ask(then, failed)
        self._send(protocol.Fetch(token=token))
        if self.pulse.silent:
            self._requests.settle(self.kept)

    def _fetch_again(self) -> None:
        if self._answered == self._requests.token:  # a busy engine is not asked twice
            self.fetch()

    @property
    def queued(self) -> int:
        """Bytes on their way to the engine."""
        return self._process.bytesToWrite() if self._process else 0

    def attempt(self, scene: Scene, kept: Kept, then: Answered) -> None:
        """Could the engine go on from a checkpoint under a scene? `then` gets the reason why not.

        Nothing changes. Without an engine nobody can tell, and nothing speaks against it.
        """
        if not self.alive:
            then(None)
            return
        self._send(protocol.Try(token=self._trials.ask(then), scene=scene), kept.arrays())

    # -- wires --------------------------------------------------------------------------

    def _set_scene(
        self, scene: Scene, needs: Needs, rotating: tuple[Needs, ...], awaiting: bool
    ) -> int:
        self._scene = (scene, needs, rotating)
        self.generation += 1
        self._send_scene(awaiting)
        return self.generation

    def _send_scene(self, awaiting: bool) -> None:
        assert self._scene
        scene, needs, rotating = self._scene
        number = self.generation
        self._send(
            protocol.SetScene(
                generation=number,
                scene=scene,
                needs=needs,
                rotating_needs=rotating,
                awaiting_weights=awaiting,
            )
        )

    def _send(self, message: protocol.AnyMessage, arrays: dict[str, Array] | None = None) -> None:
        if self._process:
            self._process.send(message, arrays)

    def _beat(self) -> None:
        self._requests.age(self._patience.answer, self.kept)
        if self.alive and self._impatience.over(self.at):
            self.restart()

    def _hear(self, messages: list[tuple[protocol.AnyMessage, dict[str, Array]]]) -> None:
        if self._hello:
            self.pulse.heard()
        newest = max((i for i, (m, _) in enumerate(messages) if _is_frame(m)), default=-1)
        for i, (message, arrays) in enumerate(messages):
            if _is_frame(message) and i < newest:
                self.grant()  # two came together: only the newer one is drawn
            else:
                self._receive(message, arrays)

    def _receive(self, message: protocol.AnyMessage, arrays: dict[str, Array]) -> None:
        match message:
            case protocol.Hello():
                if message.protocol != protocol.VERSION and self._process:
                    self._process.refuse(
                        mismatch(message.protocol, message.version, protocol.VERSION)
                    )
                    return
                self._hello, self.hello, self.loading = True, message, ""
                self.pulse.heard()
                self.greeted.emit(message)
            case protocol.Loading(plugin=plugin):
                self.loading = plugin
                self.pulse.loads()
            case protocol.Notice(sentence=sentence):
                self.foretold.emit(sentence)
            case protocol.Pong(at=at):
                self.at = max(self.at, at)
            case protocol.Frame():
                if not self.ready:
                    self.ready = True
                    self._timer.start()
                snapshot = Snapshot(
                    message.generation,
                    message.step,
                    arrays,
                    message.metrics,
                    message.labels,
                    message.needs,
                )
                self.at = max(self.at, message.generation)
                self.framed.emit(snapshot, message)
            case protocol.Checkpoint(token=token, metrics=metrics):
                kept = Kept.of(arrays, metrics)
                if token > self._epoch:
                    self.kept = kept
                self._answered = token
                self._requests.answer(token, kept)
            case protocol.Tried(token=token, problem=why):
                self._trials.answer(token, why)
            case protocol.Failure(problem=problem, generation=generation):
                self.playing = False
                if self.sampling and problem.kind not in ("user", "numeric"):
                    self.sample(False)
                self.failed.emit(problem, generation)

    def _gone(self, sentence: str) -> None:
        if not self.alive or self._closing:
            return
        process = self._release()
        process.deleteLater()
        now = time.monotonic()
        again = self._hello and now - self._last_loss > _PATIENCE_S
        self._last_loss = now
        lab = self._scene is not None and self._scene[0].view.lab
        step = self.kept.progress.shown(lab) if self.kept else 0
        remedy = f"restarted at step {step}" if again else f"a restart goes on at step {step}"
        self._requests.settle(self.kept)
        said = f"{sentence}; {remedy}"
        if self.loading:
            said = f"plug-in {clean(self.loading)} ended the engine while it was loaded"
            said += f" ({process.how})" if process.how else ""
        self.trouble = Problem("died", said)
        _log.warning("%s", said)
        self.lost.emit(self.trouble, again)
        if again:
            self.start()


def _is_frame(message: protocol.AnyMessage) -> bool:
    return isinstance(message, protocol.Frame)
