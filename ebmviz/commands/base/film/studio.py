"""Moments measured: models that stand, or look back, where each of them is."""

from __future__ import annotations

from collections.abc import Mapping

from ebmviz.commands.base import headless
from ebmviz.commands.base.film.moments import Moment
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.lesson.states import trained
from ebmviz.core.lesson.stop import MAP
from ebmviz.core.params import Affects, Value
from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.scene import Scene, diff
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import opened, under
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.registry import FIGURES, landscape, main
from ebmviz.files.opening import Opened
from ebmviz.files.session import Session


class Studio:
    """Of a scene or session. It keeps the model of the moment before: what comes next is the same,
    trained on or looked at elsewhere, where the scene allows it.
    """

    def __init__(self, found: Opened, catalogue: Catalogue) -> None:
        self._found, self._catalogue = found, catalogue
        self._runs = _runs(found.session) if found.session else {}
        self._model: Model | None = None
        self._made_of: object = None

    def shot(self, moment: Moment, figure: Figure) -> Shot:
        """A moment, measured for a figure. Raises NumericError where training diverges."""
        model = self._placed(moment)
        return headless.shot(figure, moment.scene, model, self._found.session)

    def drawn(self, moment: Moment) -> Plot | Sheet:
        """The figure of a moment."""
        figure = figure_of(moment)
        return figure.shown((self.shot(moment, figure),))

    def _placed(self, moment: Moment) -> Model:
        kept = self._kept(moment)
        made_of = (moment.run if kept else None, moment.anew, self._trained(moment.scene))
        if self._model is None or made_of != self._made_of:
            self._model = None  # before another, which may be as large
            self._model, self._made_of = self._made(moment, kept), made_of
        else:
            self._model = under(self._model, moment.scene)[0]
        lab = moment.scene.in_lab
        if lab and moment.anew and self._model.progress.lab > (moment.step or 0):
            self._model = opened(moment.scene)  # the past of a lab is not kept
        if moment.step is not None:
            _go(self._model, moment.step, lab)
        return self._model

    def _made(self, moment: Moment, kept: tuple[Scene, Checkpoint] | None) -> Model:
        if kept:
            model = opened(kept[0])
            model.restore(kept[1])
            return under(model, moment.scene)[0]
        if moment.anew:
            return opened(moment.scene)
        return headless.engine(Opened(moment.scene, self._found.session))

    def _kept(self, moment: Moment) -> tuple[Scene, Checkpoint] | None:
        """The run of a stop, where it has its step under weights of the scene."""
        if moment.run not in self._runs or moment.scene.view.lab:
            return None
        there, kept = self._runs[moment.run]
        build = diff(there, moment.scene, self._catalogue) >= Affects.BUILD
        late = (moment.step or 0) > kept.step
        return None if build or late or not _same_data(there, moment.scene) else (there, kept)

    def _trained(self, scene: Scene) -> Mapping[str, Value]:
        lab = {at: scene.values.get(at) for at in ("view.lab", "view.lanes", "view.losses")}
        return {**trained(scene, self._catalogue), **lab}  # type: ignore[dict-item]


def figure_of(moment: Moment) -> Figure:
    """What is shown of it: the figure that is named, where the scene has it; else what is in the
    map's place.
    """
    named = None if moment.figure == MAP else FIGURES.get(moment.figure)
    if named and named.live and named.fits(moment.scene):
        return named
    return main(moment.scene) or landscape(moment.scene.view)


def _go(model: Model, step: int, lab: bool) -> None:
    model.seek(None)
    done = model.progress.shown(lab)
    while done < step:
        done += model.train(step - done)
    if step < done and not lab:
        model.seek(step)


def _runs(session: Session) -> dict[int | None, tuple[Scene, Checkpoint]]:
    others: dict[int | None, tuple[Scene, Checkpoint]] = {
        row.number: (row.scene, row.checkpoint)
        for row in session.branches
        if row.scene and row.checkpoint
    }
    return {**others, session.branch: (session.scene, session.checkpoint)}


def _same_data(one: Scene, other: Scene) -> bool:
    def data(scene: Scene) -> dict[str, Value]:
        return {at: v for at, v in scene.values.items() if at.startswith("data.")}

    return data(one) == data(other)
