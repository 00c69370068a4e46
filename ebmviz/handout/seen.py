"""A lesson as it is seen: for each stop, and each answer, its figures and what moves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec
import numpy as np

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import NumericError, UserError
from ebmviz.core.lesson.stop import MAP, Lesson, Stop
from ebmviz.core.outside import clean
from ebmviz.core.plot import Bars, Curve, Layer, Note, Plot, Points, Rule, Segments, Sheet
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.model.model import Model
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.registry import FIGURES, landscape, main
from ebmviz.figures.slots import cards
from ebmviz.handout import sweeps
from ebmviz.handout.models import Models
from ebmviz.handout.sweeps import Sweep

_COARSE = 160
"""Cells of a map in a frame: smoothed by the browser, and small."""


class Picture(msgspec.Struct, frozen=True):
    """A figure that a stop shows, by its name."""

    name: str
    title: str
    value: Plot | Sheet


class Frames(msgspec.Struct, frozen=True):
    """What a slider goes through: of each of its values all figures. at: where the stop is."""

    sweep: Sweep
    pictures: tuple[tuple[Picture, ...], ...]


class Page(msgspec.Struct, frozen=True):
    """A stop, or the answer of one. number: that of its stop, from 1."""

    number: int
    name: str
    said: str
    asks: bool
    answers: bool
    pictures: tuple[Picture, ...]
    frames: tuple[Frames, ...] = ()


def pages(
    lesson: Lesson,
    models: Models,
    moving: bool,
    told: Callable[[int], None] = lambda _: None,
) -> Iterator[Page]:
    """Each as soon as it is there. moving: with frames. told: the stop that is next. Raises
    UserError naming the stop that cannot be shown.
    """
    for at, stop in enumerate(lesson.stops):
        told(at)
        for revealed in (False, True)[: 1 + stop.asks]:
            try:
                yield _page(at + 1, stop, revealed, models, moving)
            except (UserError, NumericError) as error:
                said = clean(stop.name, 80)
                raise UserError(f"the stop “{said}” cannot be shown: {error}") from None


def _page(number: int, stop: Stop, revealed: bool, models: Models, moving: bool) -> Page:
    scene, model = models.at(stop, revealed)
    shown = figures(stop, scene)
    said = stop.answer if revealed and stop.answer else stop.text
    asks = stop.asks and not revealed
    pictures = drawn(shown, scene, model)
    # Chains that came there by another β would be no draws of it.
    frames = (
        () if stop.chains or not moving else tuple(_frames(shown, scene, model, models.catalogue))
    )
    return Page(number, stop.name, said, asks, revealed, pictures, frames)


def figures(stop: Stop, scene: Scene) -> tuple[Figure, ...]:
    """The one that a stop shows large, and the most important one beside it."""
    whole = main(scene) or landscape(scene.view)
    named = FIGURES.get(stop.large) if stop.large != MAP else None
    large = named if named and named.live and named.fits(scene) else whole
    if not large.fits(scene):
        return tuple(cards(scene)[:2])
    wished = tuple(FIGURES[name] for name in stop.show if name in FIGURES and FIGURES[name].live)
    others = (*wished, whole, *cards(scene)) if large is not whole else (*wished, *cards(scene))
    beside = (f for f in others if f is not large and f.fits(scene))
    return (large, *tuple(beside)[:1])


def drawn(shown: tuple[Figure, ...], scene: Scene, model: Model) -> tuple[Picture, ...]:
    """Those of a model as it stands; one without anything on it only where it is the first."""
    needs = tuple(dict.fromkeys(need for figure in shown for need in figure.asks(scene)))
    shot = Shot(scene, model.snapshot(needs, subject=model.subject()))
    made: list[Picture] = []
    for figure in shown:
        value = figure.shown((shot,))
        if not made or _has_something(value):
            made.append(Picture(figure.name, figure.title, value))
    return tuple(made)


def _has_something(value: Plot | Sheet) -> bool:
    plots = (value,) if isinstance(value, Plot) else (p for row in value.rows for p in row)
    return any(_seen(layer) for plot in plots for layer in plot.layers)


def _seen(layer: Layer) -> bool:
    """A line, or points, have two places at least; a rule or a note says nothing by itself."""
    match layer:
        case Rule() | Note():
            return False
        case Curve():
            return int(np.isfinite(np.asarray(layer.y, float)).sum()) > 1
        case Points():
            return np.size(layer.x) > 1
        case Bars():
            return np.size(layer.x) > 0
        case Segments():
            return bool(np.size(layer.start))
    return True


def _frames(
    shown: tuple[Figure, ...], scene: Scene, model: Model, catalogue: Catalogue
) -> Iterator[Frames]:
    coarse = _coarser(scene, catalogue)
    here = model.progress.model if model.seen is None else model.seen
    for sweep in sweeps.of(coarse, here, catalogue):
        found = []
        for changes, step in sweep.states:
            there = replace(coarse, changes, catalogue)
            model.set_scene(there)
            if step is not None:
                model.seek(step)
            found.append(drawn(shown, there, model))
        model.seek(here)
        model.set_scene(scene)
        yield Frames(sweep, tuple(found))


def _coarser(scene: Scene, catalogue: Catalogue) -> Scene:
    path = "view.resolution"
    fine = scene.values.get(path)
    less: Mapping[str, object] = {path: _COARSE} if isinstance(fine, int) and fine > _COARSE else {}
    return replace(scene, less, catalogue)
