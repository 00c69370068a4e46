"""Moments measured: models that stand, or look back, where each of them is."""

from __future__ import annotations

from collections.abc import Mapping

from ebmviz.commands.base import headless
from ebmviz.commands.base.film.moments import Moment
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.lesson.of_run import of_run
from ebmviz.core.lesson.states import trained
from ebmviz.core.lesson.stop import MAP
from ebmviz.core.params import Value
from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.scene import Scene
from ebmviz.engine.measures.base.looked import Looked
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import go, gone_on, opened, under
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.registry import FIGURES, landscape, main
from ebmviz.files.opening import Opened


class Studio:
    """Of a scene or session. It keeps the model of the moment before: what comes next is the same,
    trained on or looked at elsewhere, where the scene allows it. Where only chains have moved, what
    was measured of the rest stays.
    """

    def __init__(self, found: Opened, catalogue: Catalogue) -> None:
        self._found, self._catalogue = found, catalogue
        self._runs = found.session.runs_there if found.session else {}
        self._model: Model | None = None
        self._made_of: object = None
        self._subject: Looked | None = None

    def shot(self, moment: Moment, figure: Figure) -> Shot:
        """A moment, measured for a figure. Raises NumericError where training diverges."""
        model = self._placed(moment)
        if moment.chains:
            model.sample(moment.chains)
        if self._subject is None or not model.unmoved(self._subject):
            self._subject = model.subject()
        return headless.shot(figure, moment.scene, model, self._found.session, self._subject)

    def drawn(self, moment: Moment) -> Plot | Sheet:
        """The figure of a moment."""
        figure = figure_of(moment)
        return figure.shown((self.shot(moment, figure),))

    def _placed(self, moment: Moment) -> Model:
        step = moment.step or 0
        kept = of_run(self._runs, moment.run, moment.scene, step, self._catalogue)
        made_of = (moment.run if kept else None, moment.anew, self._trained(moment.scene))
        if self._model is None or made_of != self._made_of:
            self._model = self._subject = None  # before another, which may be as large
            self._model, self._made_of = self._made(moment, kept), made_of
        else:
            self._model = under(self._model, moment.scene)[0]
        lab = moment.scene.in_lab
        if lab and moment.anew and self._model.progress.lab > step:
            self._model = opened(moment.scene)  # the past of a lab is not kept
        if moment.step is not None:
            go(self._model, step, lab)
        return self._model

    def _made(self, moment: Moment, kept: tuple[Scene, Checkpoint] | None) -> Model:
        if kept:
            return gone_on(*kept, moment.scene)
        if moment.anew:
            return opened(moment.scene)
        return headless.engine(Opened(moment.scene, self._found.session))

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
