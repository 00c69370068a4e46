"""How fine the next frame may be: a pure policy, which is told every time and cost.

While something moves, a map gets half of a frame's 1/30 s, and of a ladder of resolutions the
finest that fits. Once nothing moves, it is refined step by step to the full one. So that noise does
not make the resolution flicker, a map becomes coarser by the median of its latest costs, and finer
again only after a second of costs that leave room.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median_low

from ebmviz.engine.measures.base.detail import Detail

MAP_S = 1 / 60  # a map, while something moves
TRAINING_S = 1 / 120  # beside training: a frame every 1/30 s that takes a third of the time
STILL_S = 0.15  # nothing has moved for so long: it rests
PATIENCE_S = 0.05  # for the first map of an energy, of which nothing is known yet; twice
TURN_S = 0.02  # a map at rest, between two looks at the mail
DIVISORS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
BLIND_CELLS = 1 << 14  # in a turn, as long as their cost is unknown
_ROOM, _TOLERANCE = 0.6, 1.25  # of MAP_S: below, a map becomes finer, and above, coarser
_SURE, _LATEST, _LONG = 3, 5, 30  # maps


@dataclass(frozen=True)
class Costs:
    """What the latest maps have cost, in seconds per cell; newest last.

    All are of maps with `side` cells per side, but the first may stand for those before. sure: not
    only of the very first maps, which pay for compilers and empty caches.
    """

    recent: tuple[float, ...] = ()
    side: int = 0
    sure: bool = False

    def noted(self, side: int, cost: float) -> Costs:
        """With one more map, of `side` cells per side."""
        before = self.recent if side == self.side else self.recent and (self.typical,)
        recent = (*before, cost)
        return Costs(recent[-_LONG:], side, self.sure or len(recent) >= _SURE)

    @property
    def typical(self) -> float:
        """Of the latest maps; a lone slow one does not count."""
        return median_low(self.recent[-_LATEST:])


def moving(costs: Costs, resolution: int, now: Detail, seconds: float = MAP_S) -> Detail:
    """The detail of a frame while something moves, after a frame of detail `now`.

    The full map while its cost is not known for sure, and wherever it fits in `seconds`.
    """
    if not costs.sure:
        return Detail(1, lines=False)
    if costs.typical * now.side(resolution) ** 2 > _TOLERANCE * seconds:
        return _finest(costs.typical, resolution, seconds)
    divisor = now.divisor
    if len(costs.recent) == _LONG:
        roomy = _finest(median_low(costs.recent) / _ROOM, resolution, seconds)
        divisor = min(divisor, roomy.divisor)
    return Detail(divisor, lines=False)


def _finest(cost: float, resolution: int, seconds: float) -> Detail:
    for divisor in DIVISORS:
        detail = Detail(divisor, lines=False)
        if cost * detail.side(resolution) ** 2 <= seconds:
            break
    return detail


def still(now: Detail) -> Detail:
    """The next detail once nothing moves: a quarter of the cells each time, FULL at the end."""
    divisor = max(1, now.divisor // 2)
    return Detail(divisor, lines=divisor == 1)


def rows(costs: Costs, side: int, seconds: float) -> int:
    """How many rows of a map with `side` cells per side are done in so many seconds, 1 to `side`.

    Without a known cost, as many as BLIND_CELLS fill.
    """
    cells = seconds / costs.typical if costs.recent else BLIND_CELLS
    return max(1, min(side, int(cells / side)))
