"""Checkpoints that were asked for, and who waits for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QTimer

from ebmviz.core.checkpoint import Checkpoint

SILENT = "the engine does not answer: there are no weights to save yet"


class Late(Checkpoint, frozen=True, eq=False):
    """One kept from before, given out in place of one that did not come."""


@dataclass
class _Request:
    then: Callable[[Checkpoint], None]
    failed: Callable[[str], None]
    beats: int = 0
    forgotten: bool = False
    spare: Checkpoint | None = None  # the last one before the weights were forgotten


class Requests:
    """Every request is answered once: with the checkpoint, with the last one kept, or, where there
    is none, by `failed` with a sentence. All from the event loop, never from within a call here.
    """

    def __init__(self) -> None:
        self.token = 0
        self._waiting: dict[int, _Request] = {}

    def ask(self, then: Callable[[Checkpoint], None] | None, failed: Callable[[str], None]) -> int:
        """The token to ask the engine with."""
        self.token += 1
        if then:
            self._waiting[self.token] = _Request(then, failed)
        return self.token

    def spare(self, kept: Checkpoint | None) -> None:
        """Those who have asked so far want weights of which `kept` is the last checkpoint."""
        for request in self._waiting.values():
            if not request.forgotten:
                request.forgotten, request.spare = True, kept

    def ask_aside(self, then: Callable[[Checkpoint], None], failed: Callable[[str], None]) -> int:
        """The same of weights of another run: no checkpoint but that is of them."""
        token = self.ask(then, failed)
        self._waiting[token].forgotten = True
        return token

    def answer(self, token: int, kept: Checkpoint) -> None:
        """It has come."""
        if request := self._waiting.pop(token, None):
            QTimer.singleShot(0, lambda: request.then(kept))

    def age(self, most: int, kept: Checkpoint | None) -> None:
        """One beat more: those that have waited for `most` are answered without the engine."""
        for token, request in list(self._waiting.items()):
            request.beats += 1
            if request.beats >= most:
                self._settle(token, kept)

    def settle(self, kept: Checkpoint | None, again: bool = False) -> None:
        """The engine will not answer: all get what there is. again: another is begun, and where
        nothing is kept of the weights that are there, its own are those.
        """
        for token, request in list(self._waiting.items()):
            if kept or request.forgotten or not again:
                self._settle(token, kept)

    def asked_again(self) -> tuple[int, ...]:
        """The tokens that a fresh engine is asked with; their time begins anew."""
        for request in self._waiting.values():
            request.beats = 0
        return tuple(self._waiting)

    def _settle(self, token: int, kept: Checkpoint | None) -> None:
        request = self._waiting[token]
        kept = request.spare if request.forgotten else kept
        if kept:
            self.answer(token, Late(*msgspec.structs.astuple(kept)))
        else:
            del self._waiting[token]
            QTimer.singleShot(0, lambda: request.failed(SILENT))
