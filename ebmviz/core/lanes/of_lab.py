"""The lanes of the window's lab: what view.lanes says, or the losses."""

from __future__ import annotations

from collections.abc import Sequence

from ebmviz.core.catalogue import Catalogue, Component
from ebmviz.core.errors import UserError
from ebmviz.core.frame import frame_of
from ebmviz.core.lanes.lane import LOSS, Lane, lanes
from ebmviz.core.lanes.over import BETWEEN, Over, parsed
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene, diff, model
from ebmviz.core.traits import PLANES

MOST = 12
"""Lanes at once."""
_SEEDS = 6  # where there is nothing else to vary
AT, LOSSES = "view.lanes", "view.losses"


def overs(scene: Scene, catalogue: Catalogue) -> tuple[Over, ...]:
    """What varies. Where nothing is said, all losses that fit the energy and can share their
    negatives, or those that view.losses names; seeds, where no loss does. Raises UserError of what
    cannot vary.
    """
    if scene.view.lanes.strip():
        return parsed(scene.view.lanes, scene, catalogue, AT, MOST)
    losses = _losses(scene, catalogue)
    if losses.values:
        return (losses,)
    seed = scene.run.seed
    return parsed(f"seed={seed}..{seed + _SEEDS - 1}", scene, catalogue, AT, MOST)


def said(found: Sequence[Over]) -> dict[str, object]:
    """What the scene says of lanes: of losses alone as it always did."""
    if [over.path for over in found] == [LOSS]:
        return {AT: "", LOSSES: ",".join(map(str, found[0].values))}
    return {AT: BETWEEN.join(over.text for over in found)}


def lab_lanes(scene: Scene, catalogue: Catalogue) -> tuple[Lane, ...]:
    """All lanes. Raises UserError of those that one map could not show side by side, and where
    nothing that is trained varies.
    """
    found = lanes(scene, overs(scene, catalogue), catalogue, AT)
    for lane in found:
        if _seen(lane.scene) != _seen(scene):
            raise UserError(f"{AT}: {lane.title} has a map over another plane than the scene")
    if len(found) > 1:
        first, second = found[0].scene, found[1].scene
        if diff(first, second, catalogue) < Affects.TRAIN:
            path = next(iter(found[0].changes))
            raise UserError(f"{AT}: {path} changes only the picture, so all runs would be equal")
    return found


def _seen(scene: Scene) -> tuple[object, ...]:
    return scene.facts & {*PLANES}, frame_of(scene)


def fitting(scene: Scene, catalogue: Catalogue) -> dict[str, Component]:
    """The losses that lanes can share a batch under."""
    own = model(scene, catalogue)
    return {c.kind: c for c in catalogue.offered("objective", own) if not c.alone}


def _losses(scene: Scene, catalogue: Catalogue) -> Over:
    own = model(scene, catalogue)
    names = [word.strip() for word in scene.view.losses.split(",") if word.strip()]
    chosen = {}
    for name in names:
        try:
            loss = catalogue.component("objective", name)
        except UserError as error:
            raise UserError(f"{LOSSES}: {str(error).partition(': ')[2]}") from None
        if why := loss.refused_by(own):
            raise UserError(f"{LOSSES}: {loss.title} is not offered for {own.title}: {why}")
        chosen[name] = loss
    if len(chosen) > MOST:
        raise UserError(f"{LOSSES}: {len(chosen)} losses, at most {MOST} are compared")
    there = list((chosen or fitting(scene, catalogue)).values())[:MOST]
    return Over(LOSS, tuple(c.kind for c in there), tuple(c.title for c in there))
