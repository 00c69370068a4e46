"""What the server and the commands ask of a model, be it an energy's training or an experiment."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import torch

from ebmviz.core.checkpoint import Checkpoint, Progress
from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Snapshot
from ebmviz.engine.measures.base.detail import FULL, Detail
from ebmviz.engine.measures.base.looked import Looked
from ebmviz.engine.model.devices import blames
from ebmviz.engine.model.journal import Journal
from ebmviz.engine.sampling.run import Sampling
from ebmviz.engine.training.history import History
from ebmviz.engine.weights import Weights

if TYPE_CHECKING:
    from ebmviz.engine.training.lab import Lab


class Model(ABC):
    """One model under one scene: goes on by steps, is revisited and measured.

    seen: a past step being looked at, None for the present; sought: the one that was asked for, of
    which it may be the nearest on record. sampling: chains on what is looked at,
    once there are some. journal: what happened to it. fallen: the last time that its device failed
    it, in a sentence; "" as long as none has. What is not abstract here is what a model
    without chains and lab does.
    """

    scene: Scene
    seen: int | None
    sought: int | None = None
    journal: Journal
    _left: Model | None = None  # while the past is looked at: as it stood before that
    sampling: Sampling | None = None
    fallen: str = ""

    @property
    @abstractmethod
    def device(self) -> torch.device:
        """Where it computes."""

    @property
    @abstractmethod
    def history(self) -> History:
        """The states before, as far as they are kept."""

    @property
    @abstractmethod
    def weights(self) -> Weights:
        """The weights, or an experiment's state, looked at."""

    @property
    @abstractmethod
    def progress(self) -> Progress:
        """Steps done."""

    @property
    def epoch_steps(self) -> int:
        """Steps that use every datum once; 1 where there are no data."""
        return 1

    @property
    def lab(self) -> Lab | None:
        """What `train` and `reset` act on instead of the model, while that is shown."""
        return None

    @property
    def pace(self) -> float:
        """Steps of the chains per second, or how often it is seen that there are none."""
        return 1.0

    @abstractmethod
    def set_scene(self, scene: Scene) -> Affects:
        """Adopt a scene of the same sort, redoing only what the difference asks for. On an error
        nothing changes.
        """

    @abstractmethod
    def train(self, steps: int, seconds: float = math.inf) -> int:
        """Up to `steps` steps within about `seconds`; how many were done: fewer than none where the
        device failed, and the run is back at a step before, in main memory.

        Raises NumericError where the numbers are none any more, back at a state that is sound.
        """

    def falls_back(self, error: BaseException) -> bool:
        """Whether the device is to blame for it: then it is left, as by `fall_back`."""
        if not blames(error, self.device):
            return False
        self.fall_back(error)
        return True

    @abstractmethod
    def fall_back(self, error: BaseException) -> None:
        """Go on in main memory, for the device failed with this; `fallen` says so."""

    @abstractmethod
    def reset(self) -> None:
        """Back to the start of the same seed."""

    def seek(self, step: int | None) -> None:
        """Look at a past step, or at the present again with None. The model is not moved."""
        newest = step is None or step >= self.progress.model
        past = None if newest else self.reached(step or 0)
        if past is None:
            self._left = None
        elif self.seen is None:
            self._left = self.branched(self.progress.model)
        self.seen, self.sought = past, step

    def branch(self) -> tuple[Model, Model]:
        """The model as it stood before the past was looked at, with what lay ahead; and the one
        that goes on from the step looked at, under the scene that there is now.
        """
        step = self.progress.model if self.seen is None else self.seen
        left = self._left or self.branched(step)
        new = left.branched(step)
        new.sampling = self.sampling
        new.set_scene(self.scene)
        return left, new

    @abstractmethod
    def branched(self, step: int) -> Model:
        """Another model, with the same past up to a step that was `reached`, at rest there."""

    @abstractmethod
    def limit(self, size: int) -> None:
        """Keep no more than so many bytes of all states that can be looked at."""

    @abstractmethod
    def reached(self, step: int) -> int:
        """The past step to look at for this one: itself, since the run's first; before it, the
        nearest on record.
        """

    def sample(self, steps: int, seconds: float = math.inf) -> int:
        """Up to `steps` steps of the chains within about `seconds`; how many were done: none where
        the scene has no chains, or no density to walk by.
        """
        return 0

    def disperse(self) -> None:
        """The chains start again."""
        return

    def resume(self, kept: Checkpoint) -> None:
        """Take up what optimiser and chains had gathered in a checkpoint, if its weights are the
        very ones of now; otherwise nothing changes.
        """
        return

    def adopt(self, lane: str) -> None:
        """Go on with the model that the lab trained in a lane; UserError where there is none."""
        raise UserError(f"the lab has trained nothing under “{lane}”")

    def move(self, number: int, y: tuple[float, float]) -> None:
        """Bring the weight of this number, of those that have a place on the map, to y. Raises
        UserError where there is none.
        """
        raise UserError("no weight of this model has a place on the map")

    @abstractmethod
    def subject(self, detail: Detail = FULL) -> Looked:
        """What is looked at, as `snapshot` measures it."""

    def unmoved(self, subject: Looked) -> bool:
        """Whether at most the chains have moved since a subject of the present was made."""
        return False

    @abstractmethod
    def snapshot(
        self, needs: tuple[str, ...], generation: int = 0, subject: Looked | None = None
    ) -> Snapshot:
        """Measure what `needs` names: in full detail, or a `subject` of this scene and state."""

    @abstractmethod
    def metrics(self) -> dict[str, float]:
        """Scalars that describe the run: `last_step`, and `diverged`, 1, if it has."""

    @property
    @abstractmethod
    def measured(self) -> tuple[str, float]:
        """The number that is kept with every step: what it is, in words, and its newest value."""

    @abstractmethod
    def report(self) -> dict[str, float]:
        """The metrics, and what takes some milliseconds more."""

    @abstractmethod
    def checkpoint(self) -> Checkpoint:
        """All that the future depends on: going on from it is bit for bit; the steps before, and
        what `report` says.
        """

    @abstractmethod
    def restore(self, kept: Checkpoint) -> str:
        """Go on from a checkpoint; UserError when it does not fit. A sentence of what else had to
        be left out, or "".
        """
