"""How fast training goes."""

from __future__ import annotations

import time
from collections import deque


class Rate:
    """Steps per second over the last second or so."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def count(self, steps: int) -> None:
        now = time.perf_counter()
        self._marks.append((now, steps))
        while now - self._marks[0][0] > 1.0:
            self._marks.popleft()

    def per_second(self) -> float:
        if len(self._marks) < 2:
            return 0.0
        span = self._marks[-1][0] - self._marks[0][0]
        return sum(n for _, n in list(self._marks)[1:]) / span if span > 0 else 0.0
