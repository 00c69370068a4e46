"""Which losses the loss lab runs, each with what it shares with the scene."""

from __future__ import annotations

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.scene import Scene, model, replace
from ebmviz.engine.losses.base.loss import Loss, LossParams
from ebmviz.engine.model import registry
from ebmviz.engine.training.lab import MOST, Lab
from ebmviz.engine.training.lab_checkpoint import read
from ebmviz.engine.training.step import Problem

UNLIKE = "the loss lab begins anew: what was kept of it is of other losses, or was too much to keep"
_ALONE = "its samples are of one model, and lanes share their negatives"


def kinds(scene: Scene, catalogue: Catalogue) -> tuple[str, ...]:
    """The losses that view.losses names, or all that fit the energy; at most 12.

    Raises UserError for a name that is not known, or that the energy has no use for.
    """
    energy = model(scene, catalogue)
    names = [word.strip() for word in scene.view.losses.split(",") if word.strip()]
    for name in names:
        try:
            loss = catalogue.component("objective", name)
        except UserError as error:
            raise UserError(f"view.losses: {str(error).partition(': ')[2]}") from None
        why = loss.refused_by(energy) or (_ALONE if loss.alone else "")
        if why:
            raise UserError(f"view.losses: {loss.title} is not offered for {energy.title}: {why}")
    if len(set(names)) > MOST:
        raise UserError(f"view.losses: {len(set(names))} losses, at most {MOST} are compared")
    fitting = [
        k
        for k, c in catalogue.kinds("objective").items()
        if not c.refused_by(energy) and not c.alone
    ]
    return tuple(dict.fromkeys(names or fitting))[:MOST]


def losses(scene: Scene, catalogue: Catalogue) -> tuple[Loss[LossParams], ...]:
    """Those losses as the scene would have them, were each chosen in turn."""
    return tuple(registry.loss(each) for each in scenes(scene, catalogue))


def scenes(scene: Scene, catalogue: Catalogue) -> tuple[Scene, ...]:
    """The scene under each of those losses in turn."""
    own = scene.kind("objective")
    return tuple(
        scene if k == own else replace(scene, {"objective.loss": k}, catalogue)
        for k in kinds(scene, catalogue)
    )


def lab(scene: Scene, catalogue: Catalogue, task: Problem, before: Lab | None = None) -> Lab:
    """The lab of a scene: the one before, where it can go on."""
    chosen = losses(scene, catalogue)
    if before and before.task is task and before.kinds == tuple(loss.kind for loss in chosen):
        return before
    facts = [each.facts for each in scenes(scene, catalogue)]
    if before and before.retune(task, chosen, facts):
        return before
    return Lab(task, chosen, facts)


def restored(
    scene: Scene, catalogue: Catalogue, task: Problem, checkpoint: Checkpoint
) -> tuple[Lab | None, bool]:
    """The lab in a checkpoint, or a fresh one where the scene has the lab and the checkpoint has
    none that fits; and whether one that was trained is lost by it.

    Raises UserError for a checkpoint that does not hold together.
    """
    trained = checkpoint.progress.lab > 0
    if not (trained or scene.view.lab):
        return None, False
    try:
        fresh = lab(scene, catalogue, task)
    except UserError:
        if scene.view.lab:
            raise
        return None, trained  # the scene has left the lab, and cannot go back into it
    lanes = read(checkpoint.weights, fresh.size)
    fitting = lanes.of(fresh.kinds) if lanes else None
    if fitting:
        fresh.go_on_from(fitting)
    return fresh, trained and not fitting
