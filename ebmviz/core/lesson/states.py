"""The scene of a stop, and a stop of the scene that there is."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ebmviz.core import assets, library
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.core.params import Affects, Value
from ebmviz.core.scene import Scene, fields, replace

_OWN = ("device", "view.bookmarks", "view.compare", "view.speed")
"""Of the machine, of the runs of a session, of the hand: no part of a stop."""
_ROUNDS = 4


def scene_of(stop: Stop, catalogue: Catalogue, revealed: bool = False) -> Scene:
    """What a stop shows, or shows once it is revealed. Raises UserError naming the path."""
    more = stop.reveal.changes if stop.reveal and revealed else {}
    return replace(library.scene(stop.scene, catalogue), {**stop.changes, **more}, catalogue)


def step_of(stop: Stop, revealed: bool = False) -> int:
    """After which step."""
    told = stop.reveal.step if stop.reveal and revealed else None
    return stop.step if told is None else told


def under(scene: Scene, now: Scene) -> Scene:
    """The scene of a stop, with what is of the machine and the hand as it is `now`."""
    kept = {at: now.values[at] for at in ("device", "view.speed") if at in now.values}
    return msgspec.structs.replace(scene, values={**scene.values, **kept})


def stop_of(scene: Scene, step: int, run: int, catalogue: Catalogue, name: str) -> Stop:
    """A stop at a scene, after a step of a run. Raises UserError where it cannot be put so."""
    base = _base(scene, catalogue)
    return Stop(name, base.name, _differences(base, scene, catalogue), step, run=run)


def taken_again(stop: Stop, new: Stop) -> Stop:
    """A stop in the state of another; what it says, and how it is reached, stay."""
    return msgspec.structs.replace(
        stop, scene=new.scene, changes=new.changes, step=new.step, run=new.run
    )


def trained(scene: Scene, catalogue: Catalogue) -> Mapping[str, Value]:
    """All values that a training depends on."""
    params = fields(scene, catalogue)
    looks = {at for at, param in params.items() if param.affects < Affects.TRAIN}
    kept = {at: v for at, v in scene.values.items() if at not in looks}
    return {at: v for at, v in kept.items() if at != "device" and not at.startswith("sampler.")}


def forgetting(lesson: Lesson, run: int) -> Lesson:
    """The lesson once a run of the session is gone: what it had is trained anew."""
    for i, stop in enumerate(lesson.stops):
        if stop.run == run:
            lesson = lesson.changed(i, msgspec.structs.replace(stop, run=None))
    return lesson


def _base(scene: Scene, catalogue: Catalogue) -> Scene:
    """The shipped scene that has its name, else the first with the most of its components."""
    if assets.has_scene(scene.name):
        return library.scene(scene.name, catalogue)
    known = [library.scene(name, catalogue) for name in assets.scene_names()]
    return max(known, key=lambda each: len(set(each.picked) & set(scene.picked)))


def _differences(base: Scene, scene: Scene, catalogue: Catalogue) -> dict[str, Value]:
    found: dict[str, Value] = {}
    made = base
    # What comes with another component may differ from what the scene has.
    for _ in range(_ROUNDS):
        other = {at for at, v in scene.values.items() if made.values.get(at) != v}
        if not other - set(_OWN):
            break
        found |= {at: scene.values[at] for at in scene.values if at in other and at not in _OWN}
        made = replace(base, found, catalogue)
    return {at: found[at] for at in scene.values if at in found}
