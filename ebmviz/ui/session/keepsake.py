"""The training that an undoable change is about to replace: a checkpoint for undo to go back to."""

from __future__ import annotations

from collections.abc import Callable
from weakref import ref

import msgspec

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene
from ebmviz.files.recovery import default_folder
from ebmviz.files.shelved import Shelf, Shelved
from ebmviz.ui.session.engine import EngineClient

CAP = 256 << 20  # bytes in memory of all checkpoints kept for undo and redo together
_SHORT = 64 << 10  # bytes of a history that stays in memory
_GATHER = ("optimizer.kind", "objective.loss", "objective.buffer")
_LANES = ("view.losses", "view.lanes")


class Keepsake:
    """A checkpoint that is on its way, there, or given up.

    replaced: whether the change led to other weights; None as long as that is not known. gathered:
    it did not, and what undo brings back is what the optimiser and chains had gathered.
    """

    def __init__(self, replaced: bool | None, gathered: bool = False) -> None:
        self.kept: Checkpoint | None = None
        self.gathered = gathered
        self.replaced = replaced
        self.given_up = False
        self._waits: list[tuple[Callable[[Checkpoint], None], Callable[[], None]]] = []

    @property
    def size(self) -> int:
        """Bytes in memory."""
        if self.kept is None:
            return 0
        own = self.kept.without_history() if isinstance(self.kept.history, Shelved) else self.kept
        return own.size

    def then(self, use: Callable[[Checkpoint], None], without: Callable[[], None]) -> None:
        """Call `use` with the checkpoint once it is there, `without` where none will come."""
        if self.kept:
            use(self.kept)
        elif self.given_up:
            without()
        else:
            self._waits.append((use, without))

    def arrive(self, kept: Checkpoint) -> None:
        """It is there."""
        self.kept = kept
        for use, _ in self._waits:
            use(kept)
        self._waits.clear()

    def give_up(self) -> None:
        """None will come, or there is no room for it."""
        self.kept, self.given_up = None, True
        for _, without in self._waits:
            without()
        self._waits.clear()


def taken(kept: Checkpoint) -> Keepsake:
    """One of a checkpoint that is there."""
    keepsake = Keepsake(True)
    keepsake.arrive(kept)
    return keepsake


def gathered(whole: Keepsake) -> Keepsake:
    """What the optimiser and chains had gathered of one that may be on its way."""
    keepsake = Keepsake(True, gathered=True)
    whole.then(lambda kept: keepsake.arrive(kept.without_history()), keepsake.give_up)
    return keepsake


def gather_anew(old: Scene, new: Scene) -> bool:
    """Whether the optimiser or the chains of one scene go on with nothing under the other."""
    return _differ(old, new, _GATHER)


def _differ(old: Scene, new: Scene, paths: tuple[str, ...]) -> bool:
    return any(old.values.get(at) != new.values.get(at) for at in paths)


class Keepsakes:
    """Asks the engine for them. The oldest are given up where all together exceed `cap` bytes.

    standing: where the training is that the engine has not been told of yet, None where it has.
    """

    def __init__(
        self,
        client: EngineClient,
        cap: int = CAP,
        standing: Callable[[], Keepsake | None] = lambda: None,
        shelf: Shelf | None = None,
    ) -> None:
        self._client, self._cap, self._standing = client, cap, standing
        self._shelf = shelf or Shelf(default_folder().parent)
        self._made: list[ref[Keepsake]] = []  # the oldest first

    def before(self, old: Scene, new: Scene, affects: Affects) -> Keepsake | None:
        """Of the training, where a change may replace it: other data may need other weights, and
        other lanes begin anew.
        """
        if affects == Affects.BUILD or _differ(old, new, _LANES):
            return self.take()
        if affects == Affects.TRAIN and gather_anew(old, new):
            return self.gather()
        there = old.values
        data = any(k.startswith("data.") and there.get(k) != v for k, v in new.values.items())
        return self.take(None) if data and affects == Affects.TRAIN else None

    def take(self, replaced: bool | None = True) -> Keepsake:
        """Of the weights as they are before what is sent to the engine next."""
        return self._asked(Keepsake(replaced))

    def gather(self) -> Keepsake:
        """Of what the optimiser and chains have gathered: another is about to take their place."""
        return self._asked(Keepsake(True, gathered=True))

    def like(self, other: Keepsake) -> Keepsake:
        """Of now, in exchange for one that is gone back to."""
        return self.gather() if other.gathered else self.take()

    def _asked(self, keepsake: Keepsake) -> Keepsake:
        self._made.append(ref(keepsake))

        def arrive(kept: Checkpoint) -> None:
            keepsake.arrive(kept.without_history() if keepsake.gathered else self._lighter(kept))
            self._make_room()

        self._fetch(arrive, keepsake.give_up)
        return keepsake

    def _fetch(self, then: Callable[[Checkpoint], None], without: Callable[[], None]) -> None:
        if standing := self._standing():
            standing.then(then, without)
        else:
            self._client.fetch(then, lambda _: without())

    def hold(self, branch: int | None = None, spare: Checkpoint | None = None) -> Keepsake:
        """Of a run that is left, the one gone on with or another, which is never given up for
        room. spare: what there is of another, should the engine not answer.
        """
        keepsake = Keepsake(True)

        def arrive(kept: Checkpoint) -> None:
            keepsake.arrive(self._lighter(kept))

        def without() -> None:
            keepsake.arrive(spare) if spare else keepsake.give_up()

        if branch is None:
            self._fetch(arrive, without)
        else:
            self._client.fetch_aside(arrive, lambda _: without(), branch)
        return keepsake

    def _lighter(self, kept: Checkpoint) -> Checkpoint:
        """The same, with earlier steps, which may be megabytes, on the disk if it has room."""
        history = kept.history
        if isinstance(history, Shelved) or sum(a.nbytes for a in history.values()) <= _SHORT:
            return kept
        try:
            shelved = self._shelf.put(history)
        except OSError:
            return kept
        # All arrays of a message lie in one piece of memory, which any of them would hold.
        weights = {name: array.copy() for name, array in kept.weights.items()}
        return msgspec.structs.replace(kept, weights=weights, history=shelved)

    def compare(self, keepsake: Keepsake) -> None:
        """Ask whether what was sent since it was taken has led to other weights."""

        def told(now: Checkpoint) -> None:
            keepsake.replaced = keepsake.kept is not None and keepsake.kept.begun != now.begun

        self._client.fetch(told)

    def _make_room(self) -> None:
        there = [(each, keepsake) for each in self._made if (keepsake := each()) is not None]
        self._made = [each for each, _ in there]
        excess = sum(keepsake.size for _, keepsake in there) - self._cap
        for _, keepsake in there:
            if excess <= 0:
                return
            if keepsake.kept:
                excess -= keepsake.size
                keepsake.give_up()
