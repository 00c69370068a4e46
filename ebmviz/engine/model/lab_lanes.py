"""The lab of a scene: each lane's problem, made of what it shares with the scene."""

from __future__ import annotations

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.lanes.of_lab import lab_lanes
from ebmviz.core.scene import Scene
from ebmviz.engine.model import build
from ebmviz.engine.training.lab import Lab, LaneTask
from ebmviz.engine.training.lab_checkpoint import read, resume
from ebmviz.engine.training.problem import Problem

UNLIKE = "the lab starts over: its saved runs are others, or were too large to save"


def tasks(scene: Scene, catalogue: Catalogue, task: Problem) -> tuple[LaneTask, ...]:
    """What each lane trains; task: of the scene. Raises UserError of lanes that cannot be."""
    device = task.data.device
    return tuple(
        LaneTask(
            lane.key,
            lane.names,
            task if lane.scene is scene else build.problem(lane.scene, device, (scene, task)),
        )
        for lane in lab_lanes(scene, catalogue)
    )


def scene_of(key: str, scene: Scene, catalogue: Catalogue) -> Scene:
    """The scene of the lane with this key."""
    return next(lane.scene for lane in lab_lanes(scene, catalogue) if lane.key == key)


def lab(scene: Scene, catalogue: Catalogue, task: Problem, before: Lab | None = None) -> Lab:
    """The lab of a scene: the one before, where it can go on."""
    if before and before.base is task:
        keys = tuple(lane.key for lane in lab_lanes(scene, catalogue))
        if keys == before.keys:
            before.gathered = {}
            return before
    wanted = tasks(scene, catalogue, task)
    made = (before and before.retuned(wanted, task)) or Lab(wanted, task)
    if before:
        resume(made, before.gathered)
    return made


def restored(
    scene: Scene, catalogue: Catalogue, task: Problem, checkpoint: Checkpoint
) -> tuple[Lab | None, bool]:
    """The lab in a checkpoint, or a fresh one where the scene has the lab and the checkpoint has
    none that fits; and whether one that was trained is lost by it.

    Raises UserError for a checkpoint that does not hold together.
    """
    trained = checkpoint.progress.lab > 0
    if not (trained or scene.in_lab):
        return None, False
    try:
        fresh = lab(scene, catalogue, task)
    except UserError:
        if scene.in_lab:
            raise
        return None, trained  # the scene has left the lab, and cannot go back into it
    kept = read(checkpoint.weights, fresh)
    if kept:
        fresh.go_on_from(*kept)
    return fresh, trained and not kept
