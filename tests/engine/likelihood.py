"""A small network over points of the plane, by any loss."""

from __future__ import annotations

from ebmviz.engine.model.engine import Engine
from tests.scenes import assembled


def engine(loss: str, **given: object) -> Engine:
    """A small network over points of the plane; `objective__steps` stands for the path."""
    scene = assembled(
        given,
        data__kind="gaussians",
        data__count=80,
        data__noise=0.4,
        energy__kind="unconditional",
        energy__hidden=12,
        energy__layers=1,
        objective__loss=loss,
        optimizer__kind="adam",
        optimizer__lr=0.01,
        optimizer__batch=40,
        seed=3,
    )
    return Engine(scene)
