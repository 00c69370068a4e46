"""Which losses the loss lab runs, each with what it shares with the scene."""

from __future__ import annotations

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.scene import Scene, replace
from ebmviz.engine import registry
from ebmviz.engine.lab import MOST
from ebmviz.engine.losses.loss import Loss, LossParams

_ALONE = "its samples are of one model, and lanes share their negatives"


def kinds(scene: Scene, catalogue: Catalogue) -> tuple[str, ...]:
    """The losses that view.losses names, or all that fit the energy; at most 12.

    Raises UserError for a name that is not known, or that the energy has no use for.
    """
    energy = catalogue.component("energy", scene.kind("energy"))
    names = [word.strip() for word in scene.view.losses.split(",") if word.strip()]
    for name in names:
        try:
            loss = catalogue.component("objective", name)
        except UserError as error:
            raise UserError(f"view.losses: {str(error).partition(': ')[2]}") from None
        why = loss.refused_by(energy) or (_ALONE if "sampled" in loss.traits else "")
        if why:
            raise UserError(f"view.losses: {loss.title} is not offered for {energy.title}: {why}")
    if len(set(names)) > MOST:
        raise UserError(f"view.losses: {len(set(names))} losses, at most {MOST} are compared")
    fitting = [
        k
        for k, c in catalogue.kinds("objective").items()
        if not c.refused_by(energy) and "sampled" not in c.traits
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
