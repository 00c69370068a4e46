"""What window and engine say to each other."""

from __future__ import annotations

import msgspec

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Mark, Progress
from ebmviz.core.errors import Problem
from ebmviz.core.scene import Scene

VERSION = 17
SCREEN_HZ = 60.0  # of a screen that does not say


class ArrayMeta(msgspec.Struct, frozen=True):
    """Where an array lies in the body. packed: bytes that it takes there, see `packing`; 0 where it
    is as it is.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    packed: int = 0


class Message(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base: every message may carry arrays."""

    arrays: tuple[ArrayMeta, ...] = ()


# window -> engine ---------------------------------------------------------------------


class SetScene(Message, frozen=True, kw_only=True):
    """Show this scene. Frames answering it carry its generation.

    Every frame holds `needs`. The groups of `rotating_needs` take turns while frames follow
    closely. awaiting_weights: it begins anew, without the chains of the scene before; no frame
    shows it until the Restore or Reset that follows has given it weights of its own. same: paths of
    values left out of it, which are those of the scene sent before. branch: which run of the
    document it is of; another than before is gone to.
    """

    generation: int
    scene: Scene
    needs: tuple[str, ...]
    rotating_needs: tuple[tuple[str, ...], ...] = ()
    awaiting_weights: bool = False
    same: tuple[str, ...] = ()
    branch: int = 0


class Ping(Message, frozen=True, kw_only=True):
    """Say that you are there."""


class Grant(Message, frozen=True, kw_only=True):
    """The window can take so many more frames; its screen shows so many per second."""

    frames: int = 1
    per_second: float = SCREEN_HZ


class Play(Message, frozen=True, kw_only=True):
    """Train, or pause."""

    on: bool


class Advance(Message, frozen=True, kw_only=True):
    """Train so many steps, then pause."""

    steps: int


class Reset(Message, frozen=True, kw_only=True):
    """Initial weights of the same seed; where weights are awaited, nothing stays of before."""


class Seek(Message, frozen=True, kw_only=True):
    """Look at a past step; None is the present."""

    step: int | None


class Fetch(Message, frozen=True, kw_only=True):
    """Send a checkpoint marked with this token: of another run than the one gone on with, if that
    is named, or of what stands beside it, without the steps before.
    """

    token: int
    branch: int | None = None
    beside: bool = False


class Restore(Message, frozen=True, kw_only=True):
    """Continue from the checkpoint of these arrays; step: from that past one of it, exactly or as
    far as its records tell.
    """

    marks: tuple[Mark, ...] = ()
    step: int | None = None


class Resume(Message, frozen=True, kw_only=True):
    """Take up what optimiser and chains had gathered in the checkpoint of these arrays, if the
    weights are the very ones; otherwise nothing changes.
    """


class Branch(Message, frozen=True, kw_only=True):
    """From the step looked at, go on as a new run of this number. The one so far keeps what lay
    ahead, and the scene that it had when the past was sought.
    """

    number: int


class AddBranch(Message, frozen=True, kw_only=True):
    """There is another run, of this scene and the checkpoint of these arrays."""

    number: int
    scene: Scene
    marks: tuple[Mark, ...] = ()


class DropBranch(Message, frozen=True, kw_only=True):
    """Forget a run that is not gone on with."""

    number: int


class Try(Message, frozen=True, kw_only=True):
    """Could the engine go on from this scene and these arrays, as for Restore? Nothing changes."""

    token: int
    scene: Scene


class AdoptLabModel(Message, frozen=True, kw_only=True):
    """Go on with the scene and the model of the lane of the lab that has this key."""

    lane: str


class Sample(Message, frozen=True, kw_only=True):
    """Let the chains walk, beside training or without, or pause them."""

    on: bool


class MoveWeight(Message, frozen=True, kw_only=True):
    """Weights with a place on the map: that of this number goes to y."""

    number: int
    y: tuple[float, float]


class RestartChains(Message, frozen=True, kw_only=True):
    """The chains start again."""


class Reload(Message, frozen=True, kw_only=True):
    """A file of a plug-in was saved: load those anew that the command line named. Their names are
    in no message: what a file says can never make one run.
    """


class Shutdown(Message, frozen=True, kw_only=True):
    """End the process."""


# engine -> window ---------------------------------------------------------------------


class Hello(Message, frozen=True, kw_only=True):
    """First message: who the engine is and what it can do. faults: plug-ins it had to leave out,
    a sentence each.
    """

    protocol: int
    version: str
    pid: int
    catalogue: Catalogue
    faults: tuple[str, ...] = ()


class Loading(Message, frozen=True, kw_only=True):
    """Before Hello and Reloaded: this plug-in (a file, or the name of an installed one) is loaded
    next.
    """

    plugin: str


class Reloaded(Message, frozen=True, kw_only=True):
    """Answer to Reload: what there is now, and the files that were loaded. The next SetScene is
    made of it. faults: as of Hello, of files whose last good version stays too.
    """

    catalogue: Catalogue
    loaded: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class Notice(Message, frozen=True, kw_only=True):
    """Of a scene that is allowed but long, before it is computed. happened: of the run, which has
    left a device that failed and goes on.
    """

    sentence: str
    happened: bool = False


class Compared(msgspec.Struct, frozen=True):
    """The model beside the one that a frame is of; its arrays are the frame's, under `pictures`."""

    scene: Scene
    step: int
    metrics: dict[str, float]
    labels: dict[str, tuple[str, ...]]
    differs: str = ""


class Frame(Message, frozen=True, kw_only=True):
    """One snapshot, and which needs it holds. progress: of training, whatever step is shown.
    sought: the past step that was last asked for, of which `step` may be the nearest on record.
    rough: a finer one follows once nothing moves. beside: what it is compared with.
    """

    generation: int
    step: int
    needs: tuple[str, ...] = ()
    metrics: dict[str, float]
    labels: dict[str, tuple[str, ...]] = {}
    playing: bool
    sampling: bool = False
    device: str
    steps_per_s: float
    compute_ms: float
    progress: Progress = Progress()
    sought: int | None = None
    rough: bool = False
    beside: Compared | None = None


class Fetched(Message, frozen=True, kw_only=True):
    """Answer to Fetch: a checkpoint, with its arrays. begun: as in `Checkpoint`."""

    token: int
    metrics: dict[str, float]
    marks: tuple[Mark, ...] = ()
    begun: int = 0


class Marked(Message, frozen=True, kw_only=True):
    """What has happened to the run that is gone on with, as far as it is known: all of it."""

    branch: int
    marks: tuple[Mark, ...] = ()


class Pong(Message, frozen=True, kw_only=True):
    """Answer to Ping, at once, whatever the engine computes. at: the newest scene that it has taken
    up, by its generation.
    """

    at: int = 0


class Tried(Message, frozen=True, kw_only=True):
    """Answer to Try: why not, or None."""

    token: int
    problem: Problem | None


class Failure(Message, frozen=True, kw_only=True):
    """Something went wrong; training is paused. generation: the scene refused, or 0. standing: the
    scene that the engine still has.
    """

    problem: Problem
    generation: int = 0
    standing: int = 0


ToEngine = (
    SetScene
    | Ping
    | Grant
    | Play
    | Advance
    | Reset
    | Seek
    | Fetch
    | Restore
    | Resume
    | Branch
    | AddBranch
    | DropBranch
    | Try
    | AdoptLabModel
    | MoveWeight
    | Sample
    | RestartChains
    | Reload
    | Shutdown
)
ToWindow = Hello | Loading | Reloaded | Notice | Frame | Fetched | Marked | Tried | Pong | Failure
AnyMessage = ToEngine | ToWindow
