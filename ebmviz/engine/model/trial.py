"""A document, or another version of a plug-in, is tried before it takes the place of what there is:
built, given its weights, let go.
"""

from __future__ import annotations

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import Problem
from ebmviz.core.making.refitted import refitted
from ebmviz.core.scene import Scene
from ebmviz.engine.model import registry
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import opened
from ebmviz.engine.model.problems import problem_of


def unfit(model: Model) -> str:
    """Why there can be no model of the scene of another, of the components that there are now; ""
    where there can.
    """
    try:
        opened(refitted(model.scene, registry.catalogue())[0]).metrics()
    except (Exception, SystemExit) as error:
        return problem_of(error).message
    return ""


def trial(scene: Scene, checkpoint: Checkpoint) -> Problem | None:
    """Why an engine could not go on from here; None where it could. Never raises."""
    try:
        model = opened(scene)
        model.restore(checkpoint)
        model.metrics()
    except (Exception, SystemExit) as error:  # a plug-in may ask to exit
        return problem_of(error)
    return None
