"""Another document does not wait until the engine has done with the one before."""

from __future__ import annotations

MOST = 2
"""Beats until an engine that is still at something else is given up."""


class Impatience:
    """Watches whether a scene is taken up; what is computed of it may then take its time."""

    def __init__(self) -> None:
        self._wanted, self._beats = 0, 0

    def want(self, generation: int) -> None:
        """A document's scene has been sent."""
        self._wanted, self._beats = generation, 0

    def forget(self) -> None:
        """The process is new, and has nothing else to do."""
        self._wanted = 0

    def over(self, at: int) -> bool:
        """At a beat, when the engine is at a generation, 0 for none: whether to wait no longer.
        One that has taken up nothing is not busy but starting, for as long as that takes.
        """
        busy = 0 < at < self._wanted
        self._beats += busy
        return busy and self._beats >= MOST
