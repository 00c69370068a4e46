"""The stdio loop: `python -m ebmviz.engine`, started by the window.

A reader thread turns stdin into messages; the main thread trains in short slices, answers,
and sends a frame whenever one is due and the window has granted it. The end of stdin means
the window is gone.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

from ebmviz import __version__
from ebmviz.core import protocol
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import Problem
from ebmviz.core.process import log
from ebmviz.core.process.machine import engine_threads
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.engine.model import plugins, registry
from ebmviz.engine.model.ceiling import limit_memory
from ebmviz.engine.model.problems import problem_of
from ebmviz.engine.model.trial import trial
from ebmviz.engine.server import budget
from ebmviz.engine.server.frames import Frames
from ebmviz.engine.server.holder import Again, Holder
from ebmviz.engine.server.lifeline import end_with_parent
from ebmviz.engine.server.link import Link
from ebmviz.engine.server.pipes import Mailbox, Outbox
from ebmviz.engine.server.schedule import SLICE, Schedule
from ebmviz.engine.training.rate import Rate

_RESTFUL = (protocol.Grant, protocol.Fetch, protocol.Try, protocol.Sample, protocol.RestartChains)
"""Messages that leave the map as it is."""


class Server:
    """Serves one window."""

    def __init__(
        self,
        mailbox: Mailbox,
        out: Outbox,
        faults: tuple[str, ...] = (),
        again: Again = lambda _: ((), ()),
    ) -> None:
        self.mailbox = mailbox
        self.out = out
        self.faults = faults  # plug-ins left out
        self.holder = Holder(self._foretell, again)
        self.schedule = Schedule()
        self.generation = 0
        self.unanswered: list[int] = []  # tokens of checkpoints asked for before the weights came
        self.rate = Rate()
        self.frames = Frames(beside=self.holder.beside)
        self.done = self.settled = False

    def run(self) -> None:
        """Until the window closes."""
        hello = protocol.Hello(
            protocol=protocol.VERSION,
            version=__version__,
            pid=os.getpid(),
            catalogue=registry.catalogue(),
            faults=self.faults,
        )
        self.out.put(hello)
        while not self.done:
            for message, arrays in self.mailbox.take(self._idle_time()):
                self._guarded(self._handle, message, arrays)
            if self.mailbox.closed or self.out.broken:
                return
            if not self.holder.found:
                continue
            if self.schedule.training and not self.schedule.answer_due:
                self._guarded(self._train)
            if self.schedule.sampling and not self.schedule.answer_due:
                self._guarded(self._sample)
            if self.out.held(time.perf_counter()):
                continue
            if self.schedule.frame_due(time.perf_counter()):
                self._guarded(self._show)
            elif self.schedule.refinement_due(self.frames.rough) and not self.frames.wait():
                self._guarded(self._refine)

    def _idle_time(self) -> float | None:
        if not self.holder.found:
            return None
        rough = self.frames.rough
        rest = self.frames.wait() if rough else 0.0
        now = time.perf_counter()
        return self.schedule.idle_time(now, rough, rest, self.out.held(now))

    def _handle(self, message: protocol.AnyMessage, arrays: dict[str, Array]) -> None:
        if not isinstance(message, _RESTFUL):
            self.frames.touch()
        match message:
            case protocol.Grant(frames=frames, per_second=per_second):
                self.schedule.grant(frames, per_second)
            case protocol.Play(on=on):
                self.schedule.play(on, time.perf_counter())
            case protocol.Advance(steps=steps):
                self.schedule.advance_by(steps)
            case protocol.Sample(on=on):
                self.schedule.sample(on, time.perf_counter())
            case protocol.Resume():
                self.holder.model.resume(Checkpoint.of(arrays))
            case protocol.Reload():
                self._reload()
            case protocol.Shutdown():
                self.done = True
            case _:
                self._ask_of_the_model(message, arrays)

    def _ask_of_the_model(self, message: protocol.AnyMessage, arrays: dict[str, Array]) -> None:
        match message:
            case protocol.SetScene():
                self._set_scene(message)
            case protocol.Reset():
                self._reset()
            case protocol.Seek(step=step):
                self.schedule.pause()
                self.holder.model.seek(step)
            case protocol.Fetch(token=token, beside=True):
                self._send(token, self.holder.beside.checkpoint(self.holder.model))
            case protocol.Fetch(token=token, branch=None):
                self._fetch(token)
            case protocol.Fetch(token=token, branch=int(number)):
                self._send(token, self.holder.branches.checkpoint(number))
            case protocol.Restore(marks=marks, step=step):
                self._restore(Checkpoint.of(arrays, marks=marks), step)
            case protocol.Branch(number=number):
                self.holder.branch(number)
            case protocol.AddBranch(number=number, scene=scene, marks=marks):
                self.holder.branches.add(number, scene, Checkpoint.of(arrays, marks=marks))
                self.schedule.stale = True  # it may be what the model is compared with
            case protocol.DropBranch(number=number):
                self.holder.branches.drop(number)
            case protocol.Try(token=token, scene=scene):
                problem = trial(scene, Checkpoint.of(arrays))
                self.out.put(protocol.Tried(token=token, problem=problem))
            case protocol.AdoptLabModel(lane=lane):
                self.schedule.pause()
                self.holder.model.adopt(lane)
            case protocol.MoveWeight(number=number, y=y):
                self.holder.model.move(number, y)
                self.schedule.stale = True
            case protocol.RestartChains():
                self.holder.model.disperse()
                self.schedule.stale = True

    def _fetch(self, token: int) -> None:
        if self.schedule.awaiting_weights:
            self.unanswered.append(token)
        elif self.holder.found:  # before the first scene there is nothing to send
            self._send_checkpoint(token)

    def _reset(self) -> None:
        if self.schedule.awaiting_weights:
            self.holder.begin_anew()
        else:
            self.holder.model.reset()
        self._release()

    def _restore(self, checkpoint: Checkpoint, step: int | None) -> None:
        try:
            said = self.holder.restore(checkpoint, step)
        finally:
            self._release()
        if said:
            self.out.put(protocol.Failure(problem=Problem("user", said)))

    def _release(self) -> None:
        """The weights are those of the scene: it may be seen, and saved."""
        self.schedule.awaiting_weights, self.schedule.stale = False, True
        waiting, self.unanswered = self.unanswered, []
        for token in waiting:
            self._send_checkpoint(token)

    def _set_scene(self, message: protocol.SetScene) -> None:
        self.mailbox.taken_up = message.generation
        if said := self.holder.show(message):
            self.schedule.pause()
            self.out.put(protocol.Failure(problem=Problem("user", said)))
        # Only now: a frame never carries the generation of a scene that was refused.
        self.generation = message.generation
        self.schedule.show(message.needs, message.rotating_needs, message.awaiting_weights)

    def _reload(self) -> None:
        loaded, faults = self.holder.reload()
        self.out.put(
            protocol.Reloaded(catalogue=registry.catalogue(), loaded=loaded, faults=faults)
        )

    def _foretell(self, sentence: str) -> None:
        self.out.put(protocol.Notice(sentence=sentence))

    def _train(self) -> None:
        engine = self.holder.model
        speed = engine.scene.view.speed
        steps, seconds = self.schedule.steps_due(time.perf_counter(), speed)
        if not steps:
            return
        done = engine.train(steps, seconds)
        self.schedule.trained(done, time.perf_counter(), speed)
        self.rate.count(max(0, done))
        self.frames.touch()

    def _sample(self) -> None:
        engine = self.holder.model
        pace = engine.pace
        if steps := self.schedule.samples_due(time.perf_counter(), pace):
            done = engine.sample(steps, SLICE)
            self.schedule.sampled(done, time.perf_counter(), pace)

    def _show(self) -> None:
        began = time.perf_counter()
        needs = self.schedule.needs_now(began)
        seconds = budget.TRAINING_S if self.schedule.training else budget.MAP_S
        snapshot = self.frames.quick(self.holder.model, needs, self.generation, seconds)
        self._send_frame(needs, snapshot)
        self.schedule.drawn(began, time.perf_counter())

    def _refine(self) -> None:
        needs = self.schedule.needs_now(time.perf_counter())
        snapshot = self.frames.finer(self.holder.model, needs, self.generation)
        if snapshot:
            self._send_frame(needs, snapshot)

    def _send_frame(self, needs: tuple[str, ...], snapshot: Snapshot) -> None:
        self.schedule.sent()
        for news in (self.holder.marked(), self.holder.fallen()):
            if news:
                self.out.put(news)
        self.out.put(
            protocol.Frame(
                generation=snapshot.generation,
                step=snapshot.step,
                needs=needs,
                metrics=snapshot.metrics,
                labels=snapshot.labels,
                playing=self.schedule.training,
                sampling=self.schedule.sampling,
                device=str(self.holder.model.device),
                progress=self.holder.model.progress,
                sought=self.holder.model.sought,
                steps_per_s=self.rate.per_second() if self.schedule.playing else 0.0,
                compute_ms=1e3 * self.frames.seconds,
                rough=self.frames.rough,
                beside=protocol.compared(snapshot),
            ),
            protocol.arrays_of(snapshot),
        )
        if not self.settled:
            # All that was imported stays: Python's collector would take 0.1 s to look through it.
            gc.freeze()
            self.settled = True

    def _send_checkpoint(self, token: int) -> None:
        self._send(token, self.holder.model.checkpoint())

    def _send(self, token: int, found: Checkpoint) -> None:
        begun = self.holder.begun
        self.out.put(
            protocol.Fetched(token=token, metrics=found.metrics, marks=found.marks, begun=begun),
            found.arrays(),
        )

    def _guarded(self, work: Callable[..., None], *args: object) -> None:
        """Run `work`; any failure becomes a message, training pauses, the loop goes on."""
        try:
            work(*args)
            return
        except (Exception, SystemExit) as error:  # a plug-in may ask to exit
            if self.holder.found and self.holder.found.falls_back(error):
                self._guarded(work, *args)  # it can be done in main memory
                return
            tried = next((a for a in args if isinstance(a, protocol.SetScene)), None)
            known = tried or self.holder.found
            problem = problem_of(error, known.scene if known else None)
        self.schedule.pause(stale=self.holder.found is not None)
        if work in (self._sample, self._show, self._refine):
            self.schedule.sampling = False
        if work in (self._show, self._refine):
            self.schedule.stale = self.schedule.asked = False  # the same picture would fail again
            self.frames.give_up()
        refused, stands = tried.generation if tried else 0, self.generation
        self.out.put(protocol.Failure(problem=problem, generation=refused, standing=stands))


def _widen(pipe: int) -> None:
    """Room for a whole frame, where the system allows it: then no write waits for the window."""
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)


def main(
    files: Sequence[str] = (),
    mail: Mailbox | None = None,
    without: Sequence[str] = (),
    link: Link | None = None,
) -> NoReturn:
    """Serve stdin and stdout, with the plug-ins of these files, and all installed ones but those
    left out; then end the process, with status 0. Prints of any library go to stderr, never into
    the stream. mail: of stdin, where that is being read already. link: what stdout goes by, where
    that is slow.
    """
    import torch

    log.begin("engine")
    end_with_parent()
    limit_memory()
    private = os.dup(1)
    os.dup2(2, 1)
    _widen(private)
    # The thread that reads orders must not wait 5 ms for its turn at every step.
    sys.setswitchinterval(5e-4)
    sys.stdout = sys.stderr
    torch.set_num_threads(engine_threads())
    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)  # the window's event loop goes first
    with os.fdopen(private, "wb") as stream, contextlib.suppress(OSError, KeyboardInterrupt):
        out = Outbox(stream, link)
        box = mail or Mailbox(sys.stdin.buffer, ended=lambda: os._exit(0))
        box.answer_with(lambda: out.put(protocol.Pong(at=box.taken_up)))

        def loading(plugin: str) -> None:
            out.put(protocol.Loading(plugin=plugin))
            out.flush()  # it may end the process

        faults = plugins.load(files, loading, without)
        again = functools.partial(plugins.again, files, loading, without)
        Server(box, out, faults, again).run()
        out.close()
    # Threads may be at work in native code: Python, which would take its modules apart under them,
    # has nothing left to do.
    sys.stderr.flush()
    os._exit(0)
