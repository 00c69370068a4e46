"""Checkpoints that were asked for, and who waits for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QTimer

from ebmviz.core import checkpoint
from ebmviz.core.checkpoint import Progress
from ebmviz.core.snapshot import Array

SILENT = "the engine does not answer: there are no weights to save yet"


class Kept(msgspec.Struct, frozen=True, eq=False):
    """A checkpoint as the window keeps it. late: given out in place of one that did not come."""

    weights: dict[str, Array]
    history: dict[str, Array]
    metrics: dict[str, float]
    late: bool = False

    @property
    def step(self) -> int:
        """Training steps behind its weights."""
        return self.progress.model

    @property
    def progress(self) -> Progress:
        """What has been trained."""
        return checkpoint.progress(self.weights)

    @classmethod
    def of(cls, arrays: dict[str, Array], metrics: dict[str, float]) -> Kept:
        """From the arrays of a Checkpoint."""
        return cls(_named("weights:", arrays), _named("history:", arrays), metrics)

    def arrays(self) -> dict[str, Array]:
        """For a Restore."""
        out = {f"weights:{k}": a for k, a in self.weights.items()}
        return out | {f"history:{k}": a for k, a in self.history.items()}


@dataclass
class _Request:
    then: Callable[[Kept], None]
    failed: Callable[[str], None]
    beats: int = 0
    forgotten: bool = False
    spare: Kept | None = None  # the last one before the weights were forgotten


class Requests:
    """Every request is answered once: with the checkpoint, with the last one kept, or, where there
    is none, by `failed` with a sentence. All from the event loop, never from within a call here.
    """

    def __init__(self) -> None:
        self.token = 0
        self._waiting: dict[int, _Request] = {}

    def ask(self, then: Callable[[Kept], None] | None, failed: Callable[[str], None]) -> int:
        """The token to ask the engine with."""
        self.token += 1
        if then:
            self._waiting[self.token] = _Request(then, failed)
        return self.token

    def spare(self, kept: Kept | None) -> None:
        """Those who have asked so far want weights of which `kept` is the last checkpoint."""
        for request in self._waiting.values():
            if not request.forgotten:
                request.forgotten, request.spare = True, kept

    def answer(self, token: int, kept: Kept) -> None:
        """It has come."""
        if request := self._waiting.pop(token, None):
            QTimer.singleShot(0, lambda: request.then(kept))

    def age(self, most: int, kept: Kept | None) -> None:
        """One beat more: those that have waited for `most` are answered without the engine."""
        for token, request in list(self._waiting.items()):
            request.beats += 1
            if request.beats >= most:
                self._settle(token, kept)

    def settle(self, kept: Kept | None) -> None:
        """The engine will not answer: all get what there is."""
        for token in list(self._waiting):
            self._settle(token, kept)

    def _settle(self, token: int, kept: Kept | None) -> None:
        request = self._waiting[token]
        kept = request.spare if request.forgotten else kept
        if kept:
            self.answer(token, msgspec.structs.replace(kept, late=True))
        else:
            del self._waiting[token]
            QTimer.singleShot(0, lambda: request.failed(SILENT))


def _named(prefix: str, arrays: dict[str, Array]) -> dict[str, Array]:
    return {k.removeprefix(prefix): a for k, a in arrays.items() if k.startswith(prefix)}
