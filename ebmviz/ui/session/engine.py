"""The engine as the window sees it: what it is asked, what it answers, and what is remembered.

The client remembers what a fresh process must be told to start over: the scene, the needs, whether
training was on, and the last checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal

from ebmviz.core import protocol
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.process.elsewhere import Elsewhere
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.ui.session.engine_line import EngineLine
from ebmviz.ui.session.engine_process import EngineProcess
from ebmviz.ui.session.impatience import Impatience
from ebmviz.ui.session.pulse import Patience
from ebmviz.ui.session.requests import Requests
from ebmviz.ui.session.trials import Answered, Trials

IN_FLIGHT = 3  # two on their way while training, one kept for an answer
CHECKPOINT_MS = 1000

Needs = tuple[str, ...]
_Past = tuple[Checkpoint | None, int | None]  # of a run, and after which step; None: the newest


class EngineClient(EngineLine):
    """Feeds the engine process, and outlives it.

    generation: of the newest scene; at: of the one that the engine has taken up; stands: of the one
    that it had when it refused another. kept: the last checkpoint of the present weights.
    """

    framed = Signal(object, object)  # Snapshot, Frame
    failed = Signal(object, int)  # Problem, generation of the scene refused or 0
    marked = Signal(int, object)  # which run, and what has happened to it: Marks
    foretold = Signal(str)  # what will take long, before it does
    fallen = Signal(str)  # the device failed, and training goes on elsewhere

    def __init__(
        self,
        command: list[str] | None = None,
        plugins: Sequence[str] = (),
        patience: Patience | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._patience = patience or Patience()
        super().__init__(command, plugins, self._patience, elsewhere)
        self._scene: tuple[Scene, Needs, tuple[Needs, ...]] | None = None
        self.generation = self.at = self.stands = 0
        self.playing = self.sampling = False
        self.kept: Checkpoint | None = None
        self._requests, self._trials, self._impatience = Requests(), Trials(), Impatience()
        self.pulse.beat.connect(self._beat)
        self.lost.connect(lambda _, again: self._requests.settle(self.kept, again))
        self._answered, self._news = 0, False  # the newest token back; frames since it went out
        self._epoch = 0  # checkpoints asked for up to this token are of other weights
        self._aside: set[int] = set()  # tokens of those of other runs
        self.branch = self.told = 0  # the run that is gone on with; that of the scene sent last
        self._left: _Past = (None, None)  # what it left, as long as there is nothing of its own
        self._timer = QTimer(self, interval=CHECKPOINT_MS)
        self._timer.timeout.connect(self._fetch_again)

    # -- life ---------------------------------------------------------------------------

    def start(self) -> None:
        """Start the process, and hand it everything it should know."""
        self.at = 0
        self._answered = self._requests.token
        self._impatience.forget()
        super().start()
        kept, step = self._resumed
        if self._scene:
            self._send_scene(awaiting=kept is not None)
            if kept:
                self._restore(kept, step)
            if self.playing:
                self._send(protocol.Play(on=True))
            if self.sampling:
                self._send(protocol.Sample(on=True))
        for token in self._requests.asked_again():
            self._send(protocol.Fetch(token=token))
        self._send(protocol.Grant(frames=IN_FLIGHT, per_second=self.screen_hz))

    def restart(self) -> None:
        """End the engine at once, whatever it does, and start again from the last checkpoint.

        One that was alive comes back at rest.
        """
        if self.alive:
            self.playing = self.sampling = False
            self._requests.settle(self.kept, again=True)
        super().restart()

    def _release(self) -> EngineProcess:
        if not self._closing:
            self._trials.end()
        self._timer.stop()
        return super()._release()

    def _process_of(self, command: list[str]) -> EngineProcess:
        return EngineProcess(command, self)

    def _remedy(self, again: bool) -> str:
        kept, past = self._resumed
        lab = self._scene is not None and self._scene[0].in_lab
        step = kept.progress.shown(lab) if kept and past is None else past or 0
        return f"restarted at step {step}" if again else f"a restart goes on at step {step}"

    @property
    def _resumed(self) -> _Past:
        """What a fresh process goes on from."""
        return (self.kept, None) if self.kept else self._left

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

    def go_on_from(self, kept: Checkpoint) -> None:
        """Take up the training of a checkpoint, at rest."""
        self.playing = False
        self.forget()
        self.kept = kept
        self._send(protocol.Play(on=False))
        self._restore(kept)

    def adopt(
        self, scene: Scene, needs: Needs, rotating: tuple[Needs, ...], kept: Checkpoint | None
    ) -> None:
        """Another document: its scene, and its checkpoint or fresh weights."""
        self.playing = self.sampling = False
        self.forget()
        self.kept = kept
        self._send(protocol.Play(on=False))
        self._send(protocol.Sample(on=False))
        self._impatience.want(self._set_scene(scene, needs, rotating, awaiting=True))
        self._restore(kept) if kept else self._send(protocol.Reset())

    def _restore(self, kept: Checkpoint, step: int | None = None) -> None:
        self._send(protocol.Restore(marks=kept.marks, step=step), kept.arrays())

    def resume(self, kept: Checkpoint) -> None:
        """What optimiser and chains had gathered, if the weights are still those."""
        self._send(protocol.Resume(), kept.arrays())

    def forget(self) -> None:
        """The weights so far are not those of the scene any more: none are kept of them."""
        self._requests.spare(self.kept)
        self.kept, self._left = None, (None, None)
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

    def grip(self) -> None:
        """A hand moves weights; as long as none of those have come, what was before is kept."""
        kept = self.kept
        self.forget()
        self._left = (kept, None)

    def adopt_lane(self, lane: str) -> None:
        """Go on with the scene and the model of a lane of the lab; training pauses."""
        self.playing = False
        self.forget()
        self._send(protocol.AdoptLabModel(lane=lane))

    def seek(self, step: int | None) -> None:
        """Look at a past step; None is the present."""
        self.playing = False
        self._send(protocol.Seek(step=step))

    def begin_branch(self, number: int, step: int | None) -> None:
        """From the step looked at, None for the newest, go on as a new run; the one so far stays
        beside it.
        """
        left = (self.kept, step)
        self.forget()
        self.branch, self._left = number, left
        self._send(protocol.Branch(number=number))
        self.fetch()

    def go_to_branch(self, number: int, kept: Checkpoint | None) -> None:
        """The scene that comes is of another run, of which there is this checkpoint so far."""
        self.playing = False
        self._send(protocol.Play(on=False))
        self.forget()
        self.branch, self.kept = number, kept

    def fetch(
        self,
        then: Callable[[Checkpoint], None] | None = None,
        failed: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Ask for a checkpoint; `then` gets it. It is kept for a restart in any case.

        Should the engine die first, or not answer, `then` gets the last one kept, and `failed` a
        sentence where there is none.
        """
        token = self._requests.ask(then, failed)
        self._ask(protocol.Fetch(token=token))

    def fetch_aside(
        self,
        then: Callable[[Checkpoint], None],
        failed: Callable[[str], None],
        branch: int | None = None,
    ) -> None:
        """The checkpoint of another run, or of what this one is compared with; not kept here."""
        token = self._requests.ask_aside(then, failed)
        self._aside.add(token)
        self._ask(protocol.Fetch(token=token, branch=branch, beside=branch is None))

    def _ask(self, message: protocol.Fetch) -> None:
        self._send(message)
        if not self.answers:
            self._requests.settle(self.kept)

    def _fetch_again(self) -> None:
        if self._news and self._answered == self._requests.token:  # a busy one is not asked twice
            self._news = False
            self.fetch()

    def attempt(self, scene: Scene, kept: Checkpoint, then: Answered) -> None:
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
        number, self.told = self.generation, self.branch
        self._send(
            protocol.SetScene(
                generation=number,
                scene=scene,
                needs=needs,
                rotating_needs=rotating,
                awaiting_weights=awaiting,
                branch=self.branch,
            )
        )

    def _beat(self) -> None:
        if self.greeted_us or self.pulse.silent:  # one that is starting takes its time
            self._requests.age(self._patience.answer, self.kept)
        if self.alive and self._impatience.over(self.at):
            self.restart()

    def _hear(self, messages: list[tuple[protocol.AnyMessage, dict[str, Array]]]) -> None:
        frames = [i for i, (m, _) in enumerate(messages) if isinstance(m, protocol.Frame)]
        late = set(frames[:-1])  # of those that came together only the newest is drawn
        for _ in late:
            self.grant()
        super()._hear([each for i, each in enumerate(messages) if i not in late])

    def _receive(self, message: protocol.AnyMessage, arrays: dict[str, Array]) -> None:
        match message:
            case protocol.Notice(sentence=sentence, happened=happened):
                (self.fallen if happened else self.foretold).emit(sentence)
            case protocol.Pong(at=at):
                self.at = max(self.at, at)
            case protocol.Frame():
                self._take_frame(message, arrays)
            case protocol.Fetched(token=token, metrics=metrics, marks=marks, begun=begun):
                self._take_checkpoint(token, Checkpoint.of(arrays, metrics, marks, begun))
            case protocol.Marked(branch=branch, marks=marks):
                self.marked.emit(branch, marks)
            case protocol.Tried(token=token, problem=why):
                self._trials.answer(token, why)
            case protocol.Failure(problem=problem, generation=generation):
                self.playing, self.stands = False, message.standing
                if self.sampling and problem.kind not in ("user", "numeric"):
                    self.sample(False)
                self.failed.emit(problem, generation)
            case _:
                super()._receive(message, arrays)

    def _take_frame(self, frame: protocol.Frame, arrays: dict[str, Array]) -> None:
        if not self.ready:
            self.ready = True
            self._timer.start()
        self.at, self._news = max(self.at, frame.generation), True
        self.framed.emit(protocol.snapshot_of(frame, arrays), frame)

    def _take_checkpoint(self, token: int, kept: Checkpoint) -> None:
        if token > self._epoch and token not in self._aside:
            self.kept = kept
        self._aside.discard(token)
        self._answered = token
        self._requests.answer(token, kept)
