"""The large view: the landscape, or what is in its place."""

from __future__ import annotations

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.scene import Scene
from ebmviz.figures import registry
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import COMPARE, FIGURES, LAB
from ebmviz.ui.controls.card import Card
from ebmviz.ui.views import framing
from ebmviz.ui.views.compare_view import CompareView
from ebmviz.ui.views.lab_view import LabView
from ebmviz.ui.views.landscape_view import LandscapeView
from ebmviz.ui.views.picture_view import PictureView

_ALONE = (LAB, COMPARE)
"""Figures that have the place of the side, too."""


class Mains:
    """One of them is shown at a time: that of the scene."""

    def __init__(self, landscape: LandscapeView) -> None:
        self.landscape, self.lab = landscape, LabView()
        self.compare, self.picture = CompareView(), PictureView()
        self._others: Mains | None = None

    def share(self, others: Mains | None) -> None:
        """With other views that show the same frames, or with none any more."""
        self._others = others
        self.landscape.share(others is not None)

    def watch(self) -> None:
        """To be looked at only: nothing that asks for a hand."""
        for each in (self.landscape, self.lab, self.compare):
            each.watch()

    @property
    def every(self) -> tuple[Card, ...]:
        """All of them."""
        return self.landscape, self.lab, self.compare, self.picture

    @property
    def shown(self) -> Card:
        """The one that is."""
        return next((view for view in self.every if not view.isHidden()), self.landscape)

    def of(self, scene: Scene) -> Card:
        """The one that a scene is shown in."""
        figure = registry.main(scene)
        if figure is None:
            return self.landscape
        own: dict[str, Card] = {LAB: self.lab, COMPARE: self.compare}
        return own.get(figure.name, self.picture)

    def alone(self, scene: Scene) -> bool:
        """Whether it leaves no room for the side."""
        figure = registry.main(scene)
        return figure is not None and figure.name in _ALONE

    def framed(self, scene: Scene) -> tuple[float, ...]:
        """The window of a scene, widened to the shape of its map; not for the many of the lab."""
        shown = self.of(scene)
        if shown is self.lab:
            return scene.view.window
        own = (self.compare if shown is self.compare else self.landscape).framed(scene.view)
        if self._others is None or shown is not self.landscape:
            return own
        return framing.around(own, self._others.framed(scene))

    def place(self, scene: Scene, catalogue: Catalogue) -> None:
        """Bring the right one, and what follows the scene at once."""
        wanted = self.of(scene)
        if wanted.isHidden():
            for each in self.every:
                each.setVisible(each is wanted)
            wanted.setFocus()
        if wanted is self.lab:
            self.lab.show_scene(scene, catalogue)
        if wanted is self.compare:
            self.compare.show_scene(scene)
        self.landscape.show_scene(scene)

    def show_shot(self, shot: Shot) -> None:
        """Draw a frame, if it holds what its view is drawn of."""
        figure, view = registry.main(shot.scene), self.of(shot.scene)
        if figure is None:
            self.landscape.show_shot(shot)
        elif not figure.ready(shot):
            return
        elif view is self.lab:
            self.lab.show_shot(shot)
        elif view is self.compare:
            self.compare.show_shot(shot)
        else:
            self.picture.show_shot(figure, shot)

    def draw_again(self, shot: Shot) -> None:
        """What was drawn last, in a view that has lost it; the lab keeps its own."""
        if self.of(shot.scene) is not self.lab:
            self.show_shot(shot)

    def needs(self, scene: Scene) -> tuple[str, ...]:
        """What must be measured for it."""
        figure = registry.main(scene)
        return figure.asks(scene) if figure else self.landscape.needs(scene)


def lab_on(scene: Scene) -> bool:
    """Whether the lab is in the landscape's place."""
    return registry.main(scene) is FIGURES[LAB]


def compare_on(scene: Scene) -> bool:
    """Whether two models are."""
    return registry.main(scene) is FIGURES[COMPARE]


def switches(scene: Scene) -> tuple[dict[str, bool], dict[str, bool]]:
    """Of the actions that change the large view: which can, and which have."""
    offered = {"lab": FIGURES[LAB].fits(scene), "compare": FIGURES[COMPARE].fits(scene)}
    offered["compare-session"] = offered["compare"]
    return offered, {"lab": lab_on(scene), "compare": compare_on(scene)}
