"""What is seen in a film, moment by moment: of a training, of a sweep, of the stops of a lesson."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import msgspec

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.film import sweep as sweeps
from ebmviz.core.film.sweep import Sweep
from ebmviz.core.lesson import way
from ebmviz.core.lesson.states import scene_of, step_of, trained
from ebmviz.core.lesson.stop import MAP, Lesson, Stop
from ebmviz.core.outside import clean
from ebmviz.core.scene import Scene, replace
from ebmviz.figures.words.text import grouped

_COMPARE = "view.compare"


class Moment(msgspec.Struct, frozen=True, eq=False):
    """A scene after a step, None as it stands, seen in so many frames. anew: trained from the
    initial weights under this scene, not those that the session has; run: those of another run
    of it. figure: its name, or "map". reading: what moves, in our markup; share: how far. title,
    text: what is said. group: moments of one are arranged alike. walks: whether chains walk while
    it is seen; chains: steps they make before it.
    """

    scene: Scene
    step: int | None = None
    anew: bool = False
    run: int | None = None
    figure: str = MAP
    frames: int = 1
    reading: str = ""
    share: float | None = None
    title: str = ""
    text: str = ""
    group: int = 0
    walks: bool = False
    chains: int = 0


def of_training(
    scene: Scene,
    steps: tuple[int, int],
    frames: int,
    anew: bool,
    there: Callable[[int], int] = lambda step: step,
) -> list[Moment]:
    """From a step to another, evenly; each stays longer where there are fewer than frames. there:
    the step that can be shown in place of one.
    """
    first, last = steps
    every = [there(first + (last - first) * i // max(1, frames - 1)) for i in range(frames)]
    made = []
    for step, same in itertools.groupby(every):
        reading, share = f"step {grouped(step)}", (step - first) / max(1, last - first)
        stays = len([*same])
        made.append(Moment(scene, step, anew, frames=stays, reading=reading, share=share))
    return made


def of_sweep(
    scene: Scene, moved: Sequence[Sweep], frames: int, steps: int, catalogue: Catalogue
) -> list[Moment]:
    """All of them together from one end to the other. steps: how long each is trained anew, 0 to
    keep the weights.
    """
    made = []
    for i in range(frames):
        share = i / max(1, frames - 1)
        values = {each.path: sweeps.at(each, share, scene, catalogue) for each in moved}
        told = (sweeps.reading(each, values[each.path], scene, catalogue) for each in moved)
        under = replace(scene, values, catalogue)
        step = steps or None
        made.append(Moment(under, step, steps > 0, reading=",  ".join(told), share=share))
    return made


def of_stops(
    lesson: Lesson, rate: int, seconds: Callable[[str], float], catalogue: Catalogue
) -> Iterator[Moment]:
    """Stop by stop, its question before its answer; on the way as the window goes. seconds: how
    long one stays that says this. Raises UserError of a stop that cannot be shown.
    """
    now: Scene | None = None
    step, trained_so, group, walks = 0, None, 0, False
    for number, stop in enumerate(lesson.stops, 1):
        for revealed in (False, True)[: 2 if stop.asks else 1]:
            try:
                scene = _plain(scene_of(stop, catalogue, revealed), catalogue)
            except UserError as error:
                said = f"the stop “{clean(stop.name, 60)}” cannot be shown: {error}"
                raise UserError(said) from None
            last = 0 if "still" in scene.facts else step_of(stop, revealed)
            values = (stop.run, trained(scene, catalogue))
            first = step if values == trained_so else 0
            way_frames = round(stop.seconds * rate) if now and stop.way != "cut" else 0
            group += now is None or way_frames == 0 or now.picked != scene.picked
            here = _shown(stop, revealed, f"{number} of {len(lesson.stops)}", group)
            for k in range(1, way_frames):
                assert now
                share = way.eased(k / way_frames)
                on_it = way.between(now, scene, share, catalogue)
                there = way.step_between(first, last, share)
                yield msgspec.structs.replace(here, scene=on_it, step=there, walks=walks)
            stays = max(1, round(seconds(here.text) * rate))
            yield msgspec.structs.replace(here, scene=scene, step=last, frames=stays)
            now, step, trained_so, walks = scene, last, values, stop.chains


def _plain(scene: Scene, catalogue: Catalogue) -> Scene:
    """Without what it is compared with, a run of the window's."""
    return replace(scene, {_COMPARE: ""}, catalogue) if scene.view.compare else scene


def _shown(stop: Stop, revealed: bool, reading: str, group: int) -> Moment:
    text = stop.answer if revealed and stop.answer else stop.text
    return Moment(
        Scene("", "", (), {}),
        anew=True,
        run=stop.run,
        figure=stop.large,
        reading=reading,
        title=stop.name,
        text=text,
        group=group,
        walks=stop.chains,
    )
