"""Chains that walk through a film: before each frame they have made as many steps as they would
have made in the window by then.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import msgspec

from ebmviz.commands.base.film.moments import Moment
from ebmviz.core.film.kinds import FASTEST
from ebmviz.core.scene import Scene


def walked(moments: Iterable[Moment], rate: int) -> Iterator[Moment]:
    """The same, frame by frame where chains walk on. They make their first step at once, and the
    others at their pace; what else happens meanwhile does not hold them up.
    """
    pace, shown, done = 0.0, 0, 0
    for moment in moments:
        now = _pace(moment.scene) if moment.walks else 0.0
        if now != pace:
            pace, shown, done = now, 0, 0
        if not pace:
            yield moment
            continue
        steps, stays = 0, 0
        for frame in range(moment.frames):
            due = 1 + math.floor((shown + frame) * pace / rate)
            if stays and due > done:
                yield _part(moment, steps, stays)
                stays = 0
            steps = steps if stays else due - done
            stays, done = stays + 1, due
        shown += moment.frames
        yield _part(moment, steps, stays)


def _part(moment: Moment, chains: int, frames: int) -> Moment:
    return msgspec.structs.replace(moment, chains=chains, frames=frames)


def _pace(scene: Scene) -> float:
    """Steps a second; 0 where no chains are seen."""
    if "chains" not in scene.facts or scene.in_lab:
        return 0.0
    return min(scene.number("sampler.pace"), FASTEST)
