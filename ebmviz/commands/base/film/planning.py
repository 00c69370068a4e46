"""What is asked for, as a plan: which moments, of which model."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from ebmviz.commands.base import arguments
from ebmviz.commands.base.film.make import Plan
from ebmviz.commands.base.film.moments import Moment, of_stops, of_sweep, of_training
from ebmviz.commands.base.film.walking import walked
from ebmviz.core import assets, library
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UsageError, UserError
from ebmviz.core.film.kinds import HOLD, SECONDS, STEPS, STOPS, SWEEP, TRAINING, WORDS
from ebmviz.core.film.look import Look
from ebmviz.core.film.sweep import parsed
from ebmviz.core.lesson import shipped
from ebmviz.core.lesson.stop import Lesson
from ebmviz.core.outside import clean
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.figures.on_screen import seen
from ebmviz.figures.registry import find, offered
from ebmviz.files.opening import Opened, looks_like_file

_TRAINED = "it changes the training: say with --steps how long each frame is trained anew, 0 for"


class Asked(NamedTuple):
    """As on the command line; None and empty where nothing is said."""

    kind: str | None = None
    over: Sequence[str] = ()
    steps: tuple[int, int] | None = None
    anew: bool = False
    figure: str | None = None
    frames: int | None = None
    seconds: float | None = None
    chains: bool = False


def source(
    args: argparse.Namespace, asked: Asked, catalogue: Catalogue
) -> tuple[Opened, Lesson | None]:
    """The scene or session that is named, and its lesson if that is what is shown."""
    name = args.source
    by_name = not looks_like_file(name) and name in shipped.names()
    lesson: Lesson | None = None
    if by_name and (asked.kind == STOPS or not (asked.over or assets.has_scene(name))):
        lesson = shipped.lesson(name)
        found = Opened(library.scene(lesson.stops[0].scene, catalogue))
    else:
        found = arguments.opened(name, args.set, catalogue, args.columns)
        lesson = _lesson_of(found)
        if asked.kind != STOPS and (asked.kind or asked.over or not found.lesson):
            return found, None
    if args.set:
        raise UsageError("--set: a stop has its own scene, which nothing changes")
    if lesson is None:
        raise UsageError(f"{clean(name, 80)} has no stops, so there is no film of them")
    return found, lesson


def _lesson_of(found: Opened) -> Lesson | None:
    if found.session and found.session.lesson.stops:
        return found.session.lesson
    return found.lesson.lesson if found.lesson else None


def planned(
    found: Opened, lesson: Lesson | None, asked: Asked, look: Look, catalogue: Catalogue
) -> Plan:
    """The film that is asked for. Raises UserError of what does not go together."""
    if lesson:
        made = _stops(lesson, asked, look, catalogue)
        return Plan(found, [*walked(made, look.rate)], look)
    kind = asked.kind or (SWEEP if asked.over else TRAINING)
    frames = asked.frames
    if frames is None:
        frames = round((asked.seconds or SECONDS) * look.rate)
    if frames < 1:
        raise UserError("--frames 0: a film has at least one")
    if kind == SWEEP:
        made = _sweep(found.scene, asked, frames, catalogue)
    else:
        made = _training(found, asked, frames)
    if asked.figure:
        figure = find(asked.figure, offered(found.scene))
        if not figure.live:
            raise UserError(f"“{figure.name}” has models of its own, of which there is no film")
        made = [msgspec.structs.replace(moment, figure=figure.name) for moment in made]
    if asked.chains:
        _check_chains(found.scene)
        made = [msgspec.structs.replace(moment, walks=True) for moment in made]
        made = [*walked(made, look.rate)]
    return Plan(found, made, look, ends=kind == TRAINING)


def _stops(lesson: Lesson, asked: Asked, look: Look, catalogue: Catalogue) -> list[Moment]:
    if asked.over or asked.steps or asked.frames or asked.figure or asked.anew or asked.chains:
        raise UserError(
            "stops have their own changes, steps, figures and chains: leave out all but theirs"
        )

    def seconds(text: str) -> float:
        read = len(text.split()) / WORDS if look.text else 0.0
        return asked.seconds or max(HOLD, read)

    return [*of_stops(lesson, look.rate, seconds, catalogue)]


def _sweep(scene: Scene, asked: Asked, frames: int, catalogue: Catalogue) -> list[Moment]:
    if not asked.over:
        raise UserError("a sweep needs --over PATH=a..b, such as view.beta=0.1..100")
    if asked.anew:
        raise UserError("--anew: of a sweep, --steps says how long each frame is trained anew")
    scene = seen(scene, walking=True) if asked.chains else scene
    moved = [parsed(text, scene, catalogue) for text in asked.over]
    for each in moved:
        if each.trained and asked.steps is None:
            raise UserError(f"{each.path}: {_TRAINED} the weights as they are")
    first, last = asked.steps or (0, 0)
    if asked.chains and (last or any(each.trained for each in moved)):
        raise UserError("--chains: each frame has another model, in which chains begin anew")
    if first:
        raise UserError(f"--steps {first}..{last}: each frame of a sweep is trained from step 0")
    return of_sweep(scene, moved, frames, last, catalogue)


def _check_chains(scene: Scene) -> None:
    if "chains" not in scene.facts or scene.in_lab:
        raise UserError(f"--chains: “{clean(scene.title, 80)}” has none that walk over its map")


def _training(found: Opened, asked: Asked, frames: int) -> list[Moment]:
    scene, session = found.scene, found.session
    if "still" in scene.facts:
        raise UserError(f"“{clean(scene.title, 80)}” has no steps: its film is a sweep, --over")
    if asked.over:
        raise UserError("--over goes with a sweep, not with a training")
    anew = asked.anew or session is None
    now = session.checkpoint.progress.shown(scene.in_lab) if session else 0
    record = np.zeros(0, int) if anew or session is None else _recorded(session.checkpoint.history)
    earliest = 0 if anew or not now else min([now, *record])
    first, last = asked.steps or (earliest, now or STEPS)
    if first < earliest:
        raise UserError(
            f"the session has no record of steps before {earliest}: --anew trains them again"
        )

    def there(step: int) -> int:
        """A past step as the nearest that there is a record of."""
        return step if anew or step >= now else int(record[np.abs(record - step).argmin()])

    return of_training(scene, (first, last), frames, anew, there)


def _recorded(history: Mapping[str, Array]) -> Array:
    return np.asarray(history.get("step", ()), int)
