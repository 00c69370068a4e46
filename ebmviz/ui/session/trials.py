"""Documents that the engine was asked about, and who waits for its word."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from ebmviz.core.errors import Problem

Answered = Callable[[Problem | None], None]


class Trials:
    """Each is answered once, from the event loop: by the engine, or that it has gone."""

    def __init__(self) -> None:
        self._token = 0
        self._waiting: dict[int, Answered] = {}

    def ask(self, then: Answered) -> int:
        """The token to ask the engine with."""
        self._token += 1
        self._waiting[self._token] = then
        return self._token

    def answer(self, token: int, problem: Problem | None) -> None:
        """Its word has come."""
        if then := self._waiting.pop(token, None):
            QTimer.singleShot(0, lambda: then(problem))

    def end(self) -> None:
        """The engine has gone, and nothing is known of those that wait."""
        for token in list(self._waiting):
            self.answer(token, Problem("died", "the engine ended before it had tried the file"))
