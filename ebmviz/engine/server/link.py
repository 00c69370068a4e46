"""A link that carries so many bytes a second: frames are packed, and wait until it has room."""

from __future__ import annotations

_AHEAD_S = 0.15  # of what it carries may be on its way: more would come late


class Link:
    """mbit: what it carries, in 10⁶ bits per second."""

    def __init__(self, mbit: float) -> None:
        self._per_s = mbit * 1e6 / 8
        self._free = 0.0  # when all that was sent has gone through

    def carries(self, count: int, now: float) -> None:
        """So many bytes are sent."""
        self._free = max(self._free, now) + count / self._per_s

    def rest(self, now: float) -> float:
        """Seconds until another frame should be made."""
        return max(0.0, self._free - _AHEAD_S - now)
