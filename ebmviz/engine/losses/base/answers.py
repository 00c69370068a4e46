"""What losses that look at wrong answers have to be told: where these come from."""

from __future__ import annotations

import math
from typing import Annotated

from torch import Tensor

from ebmviz.core.params import Affects, Param, integer, real
from ebmviz.engine.losses.base.loss import LossParams
from ebmviz.engine.losses.base.space import AnswerSpace
from ebmviz.engine.losses.base.wrong import Wrong
from ebmviz.engine.source import piece

CONTINUOUS = ("continuous",)


def grid_param(what: str, *when: str) -> Param:
    """How many answers per axis of y, |Y|: `what` of them, a line of help."""
    return integer(
        "Grid size",
        symbol="|Y|",
        help=what,
        affects=Affects.TRAIN,
        low=2,
        high=256,
        slider=(4, 64),
        when=when,
    )


def reach_param(what: str, *when: str, more: str = "") -> Param:
    """How far the box goes beyond the data: `what` goes, the begin of a line of help."""
    return real(
        "Reach",
        help=f"How far {what} beyond the data, on each side, as a fraction of their range{more}",
        affects=Affects.TRAIN,
        low=0,
        high=10,
        slider=(0.0, 2.0),
        when=when,
    )


class AnswersParams(LossParams, frozen=True):
    """Of losses that push up wrong answers: where these come from."""

    answers: Annotated[
        int,
        grid_param(
            "Candidate answers per axis of y, evenly over the data's range widened by the reach",
            *CONTINUOUS,
            "objective.negatives=grid|objective.negatives=offending",
        ),
    ] = 32
    reach: Annotated[float, reach_param("answers go", *CONTINUOUS)] = 0.5
    spread: Annotated[
        float,
        real(
            "Spread",
            symbol="σ",
            help="Standard deviation of the noise that is added to y to make ŷ",
            affects=Affects.TRAIN,
            low=0,
            high=100,
            slider=(0.0, 2.0),
            when=(*CONTINUOUS, "objective.negatives=noise"),
        ),
    ] = 0.5


def ball_param(*when: str) -> Param:
    """Its radius, ε."""
    return real(
        "Ball",
        symbol="ε",
        help="Answers within this distance of y count as correct",
        affects=Affects.TRAIN,
        low=0,
        high=100,
        slider=(0.0, 2.0),
        when=when,
    )


def script_grid(axes: int, side: int, reach: float) -> str:
    """Of a script: GRID, and CELL, the ln of the volume that each of them stands for."""
    places = "torch.cartesian_prod(line, line)" if axes > 1 else "line[:, None]"
    return piece(_SCRIPT_GRID, axes=axes, side=side, reach=reach, places=places)


_SCRIPT_GRID = """
    # The box of candidate answers: the range of the data, widened on each side.
    y = rows[:, -‹axes›:]
    wide = y.amax(0) - y.amin(0)
    room = torch.maximum(‹reach› * wide, 1e-3 * wide.amax())
    low, high = y.amin(0) - room, y.amax(0) + room
    # The centres of equal cells stand for the continuum.
    line = ((torch.arange(‹side›, dtype=torch.float64) + 0.5) / ‹side›).float()
    GRID = low + ‹places› * (high - low)
    CELL = float((high - low).log().sum()) - math.log(len(GRID))  # ln of the volume of one
"""


def of_classes(classes: Tensor, y: Tensor) -> Wrong:
    """All classes (C, 1): that of y (N, 1), counted on from the last, is near."""
    return Wrong(every=classes, near=y % len(classes) == classes.t())


def among(space: AnswerSpace, y: Tensor, every: Tensor, ball: float) -> Wrong:
    """Answers (M, A) that stand for equal parts of the box; those within a ball around y (N, A) are
    near.
    """
    near = (y[:, None] - every).square().sum(2) <= ball**2
    return Wrong(every=every, near=near, log_cell=space.log_volume - math.log(len(every)))
