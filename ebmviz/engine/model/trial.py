"""A document is tried before it takes the place of another: built, given its weights, let go."""

from __future__ import annotations

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import Problem
from ebmviz.core.scene import Scene
from ebmviz.engine.model.opening import opened
from ebmviz.engine.model.problems import problem_of


def trial(scene: Scene, checkpoint: Checkpoint) -> Problem | None:
    """Why an engine could not go on from here; None where it could. Never raises."""
    try:
        model = opened(scene)
        model.restore(checkpoint)
        model.metrics()
    except (Exception, SystemExit) as error:  # a plug-in may ask to exit
        return problem_of(error)
    return None
