"""The scene of a stop, and a stop of the scene that there is."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ebmviz.core import assets, library
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.lesson.state import Begun, LessonState
from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.core.params import Affects, Value
from ebmviz.core.scene import Scene, fields, replace

_OF_RUNS = ("view.bookmarks", "view.compare")
_OWN = ("device", "view.speed", *_OF_RUNS)
"""Of the machine, of the hand, of the runs of a session: no part of a stop."""
_OF_LAB = ("view.lanes", "view.losses", "view.lane")
"""Of the lab of a run: part of a stop that begins one."""
_ROUNDS = 4


def scene_of(stop: Stop, catalogue: Catalogue, revealed: bool = False) -> Scene:
    """What a stop shows, or shows once it is revealed. Raises UserError naming the path."""
    more = stop.reveal.changes if stop.reveal and revealed else {}
    return replace(library.scene(stop.scene, catalogue), {**stop.changes, **more}, catalogue)


def opened(lesson: Lesson, catalogue: Catalogue) -> tuple[Scene, LessonState]:
    """The scene that a lesson begins with, at its first stop and in a run of its own."""
    scene = scene_of(lesson.stops[0], catalogue)
    return scene, LessonState(lesson, 0, begun=Begun(0, trained(scene, catalogue)))


def step_of(stop: Stop, revealed: bool = False) -> int:
    """After which step."""
    told = stop.reveal.step if stop.reveal and revealed else None
    return stop.step if told is None else told


def under(scene: Scene, now: Scene, anew: bool = False) -> Scene:
    """The scene of a stop, with what is none of it as it is `now`; anew: in a run that begins. One
    that goes on keeps its lab, out of sight, and so the lanes of that.
    """
    own = {*_OWN} - {*_OF_RUNS} if anew else {*_OWN, *_OF_LAB}
    kept = {at: now.values[at] for at in own if at in now.values}
    return msgspec.structs.replace(scene, values={**scene.values, **kept})


def stop_of(scene: Scene, step: int, run: int | None, catalogue: Catalogue, name: str) -> Stop:
    """A stop at a scene, after a step of a run. Raises UserError where it cannot be put so."""
    base = _base(scene, catalogue)
    return Stop(name, base.name, _differences(base, scene, catalogue), step, run=run)


def taken_again(stop: Stop, new: Stop) -> Stop:
    """A stop in the state of another; what it says, and how it is reached, stay."""
    return msgspec.structs.replace(
        stop,
        scene=new.scene,
        changes=new.changes,
        step=new.step,
        run=new.run,
        chains=new.chains,
        picture=new.picture,
    )


def trained(scene: Scene, catalogue: Catalogue) -> Mapping[str, Value]:
    """All values that a training depends on."""
    params = fields(scene, catalogue)
    looks = {at for at, param in params.items() if param.affects < Affects.TRAIN}
    kept = {at: v for at, v in scene.values.items() if at not in looks}
    return {at: v for at, v in kept.items() if at != "device" and not at.startswith("sampler.")}


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
