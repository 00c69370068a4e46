"""The stdio loop: `python -m ebmviz.engine`, started by the window or over ssh.

A reader thread turns stdin into messages; the main thread trains in short slices, answers,
and sends a frame whenever one is due and the window has granted it. The end of stdin means
the window is gone.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from collections.abc import Callable, Sequence

from ebmviz import __version__
from ebmviz.core import protocol
from ebmviz.core.errors import Problem, UserError
from ebmviz.core.process import log
from ebmviz.core.process.machine import engine_threads
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.engine.landscape.kernels import loader
from ebmviz.engine.model import plugins, registry
from ebmviz.engine.model.ceiling import limit_memory
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.problems import problem_of
from ebmviz.engine.model.trial import trial
from ebmviz.engine.server import budget
from ebmviz.engine.server.frames import Frames
from ebmviz.engine.server.lifeline import end_with_parent
from ebmviz.engine.server.pipes import Mailbox, Outbox
from ebmviz.engine.training.rate import Rate

SLICE = 0.002  # seconds of training between looks at the mailbox
FRAME_INTERVAL = 1 / 80
RENDER_SHARE = 1 / 3  # of the time, at most, goes into frames that nobody waits for
LULL = 0.05  # seconds since the last frame from which on a frame holds everything
_RESTFUL = (protocol.Grant, protocol.Fetch, protocol.Try, protocol.Sample, protocol.Disperse)
"""Messages that leave the map as it is."""


class Server:
    """Serves one window."""

    def __init__(self, mailbox: Mailbox, out: Outbox, faults: tuple[str, ...] = ()) -> None:
        self.mailbox = mailbox
        self.out = out
        self.faults = faults  # plug-ins left out
        self.engine: Engine | None = None
        self.needs: tuple[str, ...] = ()
        self.beside: tuple[tuple[str, ...], ...] = ()
        self.turn = 0  # which group of `beside` comes next
        self.generation = 0
        self.credits = 0
        self.held = False  # nothing is shown or saved before the weights belong to the scene
        self.unanswered: list[int] = []  # tokens of checkpoints asked for meanwhile
        self.stale = False  # something to show has changed
        self.asked = False  # ... by the person, who is waiting
        self.playing = False
        self.advance = 0  # single steps still to do
        self.next_step = 0.0
        self.sampling = False
        self.next_sample = 0.0
        self.last_frame = self.next_frame = 0.0
        self.rate = Rate()
        self.frames = Frames()
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
            if self.engine and (self.playing or self.advance) and not self._answer_due():
                self._guarded(self._train)
            if self.engine and self.sampling and not self._answer_due():
                self._guarded(self._sample)
            if self.engine and self.stale and self._frame_due():
                self._guarded(self._show)
            elif self.engine and self._refinement_due() and not self.frames.wait():
                self._guarded(self._refine)

    def _answer_due(self) -> bool:
        # The person at the slider comes before the next training slice.
        return self.asked and self._grants > 0

    def _frame_due(self) -> bool:
        if self.asked or not self._moving:
            return self._grants > 0
        # While something moves by itself, the last credit is kept for an answer.
        return self._grants > 1 and time.perf_counter() >= self.next_frame

    @property
    def _grants(self) -> int:
        """How many frames may be sent now."""
        return 0 if self.held else self.credits

    @property
    def _moving(self) -> bool:
        """Whether frames follow each other without being asked for."""
        return self.playing or self.advance > 0 or self.sampling

    def _refinement_due(self) -> bool:
        # Chains walk over a map that stands still: it can be refined meanwhile.
        stale = self.asked if self.sampling else self.stale
        moving = self.playing or self.advance or stale
        return self.frames.rough and not moving and self._grants > 0

    def _idle_time(self) -> float | None:
        if not self.engine:
            return None
        now = time.perf_counter()
        waits = []
        if self.advance:
            waits.append(0.0)
        if self.playing:
            waits.append(max(0.0, self.next_step - now))
        if self.sampling:
            waits.append(max(0.0, self.next_sample - now))
        if self.stale and self._frame_due():
            waits.append(0.0)
        elif self.stale and self._grants > 1:
            waits.append(max(0.0, self.next_frame - now))
        if self._refinement_due():
            waits.append(self.frames.wait())
        return min(waits, default=None)

    def _handle(self, message: protocol.AnyMessage, arrays: dict[str, Array]) -> None:
        if not isinstance(message, _RESTFUL):
            self.frames.touch()
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
                self._release()
            case protocol.Seek(step=step):
                self.playing, self.advance, self.stale = False, 0, True
                self._engine().seek(step)
            case protocol.Fetch(token=token):
                if self.held:
                    self.unanswered.append(token)
                elif self.engine:  # before the first scene there is nothing to send
                    self._send_checkpoint(token)
            case protocol.Restore():
                weights, history = _named("weights:", arrays), _named("history:", arrays)
                try:
                    said = self._engine().restore(weights, history)
                finally:
                    self._release()
                if said:
                    self.out.put(protocol.Failure(problem=Problem("user", said)))
            case protocol.Try(token=token, scene=scene):
                weights, history = _named("weights:", arrays), _named("history:", arrays)
                problem = trial(scene, weights, history)
                self.out.put(protocol.Tried(token=token, problem=problem))
            case protocol.Adopt(loss=loss):
                self.playing, self.advance, self.stale = False, 0, True
                self._engine().adopt(loss)
            case protocol.Sample(on=on):
                self.sampling, self.stale = on, True
                self.next_sample = time.perf_counter()
            case protocol.Disperse():
                self._engine().disperse()
                self.stale = True
            case protocol.Shutdown():
                self.done = True

    def _release(self) -> None:
        """The weights are those of the scene: it may be seen, and saved."""
        self.held, self.stale = False, True
        waiting, self.unanswered = self.unanswered, []
        for token in waiting:
            self._send_checkpoint(token)

    def _set_scene(self, message: protocol.SetScene) -> None:
        self.mailbox.taken_up = message.generation
        if self.engine is None:
            self.engine = Engine(message.scene, self._foretell)
        else:
            self.engine.set_scene(message.scene)
        # Only now: a frame never carries the generation of a scene that was refused.
        self.generation, self.needs, self.beside = message.generation, message.needs, message.beside
        self.held = message.held
        if message.held:
            self.engine.sampling = None  # chains of the document before
        self.stale = self.asked = True

    def _foretell(self, sentence: str) -> None:
        self.out.put(protocol.Notice(sentence=sentence))

    def _train(self) -> None:
        engine = self._engine()
        now = time.perf_counter()
        speed = engine.scene.view.speed
        seconds = SLICE
        if self._grants > 1 and self.next_frame > now:
            seconds = min(SLICE, self.next_frame - now)  # the frame comes when it is due
        if self.advance:
            done = engine.train(self.advance, seconds)
            self.advance -= done
        elif now >= self.next_step:
            # At a given speed, catch up on what is due; flat out, fill the slice.
            due = 1 + int((now - self.next_step) * speed) if speed < float("inf") else 10**9
            done = engine.train(due, seconds)
            after = time.perf_counter()
            self.next_step = max(self.next_step + done / speed, after - SLICE)
        else:
            return
        self.rate.count(done)
        self.frames.touch()
        self.stale = True

    def _sample(self) -> None:
        engine = self._engine()
        now, pace = time.perf_counter(), engine.pace
        if now < self.next_sample:
            return
        due = 1 + int((now - self.next_sample) * pace) if pace < float("inf") else 10**9
        done = engine.sample(due, SLICE)
        # Without chains to move, a look now and then is enough.
        self.next_sample = max(self.next_sample + max(done, 1) / pace, time.perf_counter() - SLICE)
        self.stale = self.stale or done > 0

    def _show(self) -> None:
        began = time.perf_counter()
        needs = self._needs_now(began)
        seconds = budget.TRAINING_S if self.playing or self.advance else budget.MAP_S
        snapshot = self.frames.quick(self._engine(), needs, self.generation, seconds)
        self._send_frame(needs, snapshot)
        took = time.perf_counter() - began
        self.last_frame = began
        self.next_frame = began + max(FRAME_INTERVAL, took / RENDER_SHARE)

    def _refine(self) -> None:
        needs = self._needs_now(time.perf_counter())
        snapshot = self.frames.finer(self._engine(), needs, self.generation)
        if snapshot:
            self._send_frame(needs, snapshot)

    def _send_frame(self, needs: tuple[str, ...], snapshot: Snapshot) -> None:
        self.credits -= 1
        self.stale = self.asked = False
        self.out.put(
            protocol.Frame(
                generation=snapshot.generation,
                step=snapshot.step,
                needs=needs,
                metrics=snapshot.metrics,
                labels=snapshot.labels,
                playing=self.playing or self.advance > 0,
                sampling=self.sampling,
                device=str(self._engine().device),
                progress=self._engine().progress,
                steps_per_s=self.rate.per_second() if self.playing else 0.0,
                compute_ms=1e3 * self.frames.seconds,
                rough=self.frames.rough,
            ),
            snapshot.arrays,
        )
        loader.load_in_background()  # not before someone can see something
        if not self.settled and loader.ready():
            # All that was imported stays: Python's collector would take 0.1 s to look through it.
            gc.freeze()
            self.settled = True

    def _needs_now(self, now: float) -> tuple[str, ...]:
        """All that is shown; while frames follow closely, one group beside the map in turn."""
        groups = self.beside
        if groups and self._moving and now - self.last_frame < LULL:
            self.turn = (self.turn + 1) % len(groups)
            groups = (groups[self.turn],)
        return tuple(dict.fromkeys((*self.needs, *(need for group in groups for need in group))))

    def _send_checkpoint(self, token: int) -> None:
        engine = self._engine()
        arrays = {f"weights:{k}": a for k, a in engine.checkpoint().items()}
        arrays |= {f"history:{k}": a for k, a in engine.history.to_arrays().items()}
        self.out.put(protocol.Checkpoint(token=token, metrics=engine.report()), arrays)

    def _engine(self) -> Engine:
        if self.engine is None:
            raise UserError("the engine has no scene yet")
        return self.engine

    def _guarded(self, work: Callable[..., None], *args: object) -> None:
        """Run `work`; any failure becomes a message, training pauses, the loop goes on."""
        try:
            work(*args)
            return
        except (Exception, SystemExit) as error:  # a plug-in may ask to exit
            tried = next((a.scene for a in args if isinstance(a, protocol.SetScene)), None)
            problem = problem_of(error, tried or (self.engine.scene if self.engine else None))
        self.playing, self.advance, self.stale = False, 0, self.engine is not None
        self.sampling = self.sampling and work not in (self._sample, self._show, self._refine)
        if work in (self._show, self._refine):
            self.stale = self.asked = False  # the same picture would fail again
            self.frames.give_up()
        refused = next((a.generation for a in args if isinstance(a, protocol.SetScene)), 0)
        self.out.put(protocol.Failure(problem=problem, generation=refused))


def _named(prefix: str, arrays: dict[str, Array]) -> dict[str, Array]:
    return {k.removeprefix(prefix): a for k, a in arrays.items() if k.startswith(prefix)}


def _widen(pipe: int) -> None:
    """Room for a whole frame, where the system allows it: then no write waits for the window."""
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)


def main(
    files: Sequence[str] = (), mail: Mailbox | None = None, without: Sequence[str] = ()
) -> int:
    """Serve stdin and stdout, with the plug-ins of these files, and all installed ones but those
    left out. Prints of any library go to stderr, never into the stream. mail: of stdin, where that
    is being read already.
    """
    import torch

    log.begin("engine")
    end_with_parent()
    limit_memory()
    loader.wait_never()
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
        out = Outbox(stream)
        box = mail or Mailbox(sys.stdin.buffer, ended=lambda: os._exit(0))
        box.answer_with(lambda: out.put(protocol.Pong(at=box.taken_up)))

        def loading(plugin: str) -> None:
            out.put(protocol.Loading(plugin=plugin))
            out.flush()  # it may end the process

        Server(box, out, plugins.load(files, loading, without)).run()
        out.close()
    gc.unfreeze()  # or what Python cannot take apart at its end is called a leak by libraries
    return 0
