"""What holds for every figure, in every scene that offers it."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.commands.base import headless
from ebmviz.core import assets, library
from ebmviz.core.errors import UserError
from ebmviz.core.plot import Plot
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Snapshot
from ebmviz.engine.model.beside import Beside
from ebmviz.engine.model.branches import Branches
from ebmviz.engine.model.opening import opened
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.registry import COMPARE, FIGURES, LAB, PROGRESS, find, offered
from ebmviz.figures.words.likelihood import judge
from ebmviz.files.opening import Opened
from ebmviz.files.session import Session, unpack
from tests.corpus.corpus import digest
from tests.figures.drawing import drawn, labelled, plots, scene, sound
from tests.scenes import CATALOGUE

ON: dict[str, dict[str, object]] = {LAB: {"view.lab": True}, COMPARE: {"view.compare": "0@0"}}
"""What the view has to ask for before a figure takes the landscape's place."""
OFFERED = [
    pytest.param(name, figure, id=f"{name}-{figure}")
    for name in assets.scene_names()
    for figure in library.scene(name, CATALOGUE).figures
]


@pytest.mark.parametrize(("name", "figure"), OFFERED)
def test_every_figure_of_every_scene_draws(name: str, figure: str) -> None:
    of = replace(library.scene(name, CATALOGUE), {"view.resolution": 32}, CATALOGUE)
    value = drawn(figure, of)
    assert value.title
    for plot in plots(value):
        sound(plot)


def test_every_figure_is_offered_by_some_scene() -> None:
    scenes = [library.scene(name, CATALOGUE) for name in assets.scene_names()]
    shown = {figure for each in scenes for figure in offered(each)}
    for name, asked in ON.items():
        on = {figure for each in scenes for figure in offered(replace(each, asked, CATALOGUE))}
        assert on - shown == {name}
    assert shown | {*ON} == set(FIGURES) - {PROGRESS}, "that one is for experiments of plug-ins"
    for each in scenes:
        assert set(each.figures) <= set(offered(each)), "a scene lists what it cannot show"


# A colour range that follows the map is the case that needs most.
SMALL = {"device": "cpu", "view.resolution": 32, "view.follow": True}
PREPARED: dict[str, dict[str, object]] = {
    "density": {"view.picture": "probability"},
    "descents": {"view.inference": "gradient"},
    "push": {"view.picture": "push"},
    "topology": {"view.topology": "minima"},
}
"""What the view has to ask for before there is anything of a need."""
NEEDED = [
    pytest.param(figure, need, id=f"{figure.name}-{need}")
    for figure in FIGURES.values()
    for need in figure.needs
]


def measured(of: Scene, needs: tuple[str, ...]) -> Snapshot:
    """Of fresh weights and of chains that have done a step, where there are any; and of what the
    view compares them with.
    """
    engine = opened(of)
    engine.sample(1)
    looked = engine.subject()
    return Beside(Branches()).joined(engine.snapshot(needs, 0, looked), engine, looked)


KNOWN: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}
"""What was found: many needs are looked for in the same scenes."""


def found(of: Scene, needs: tuple[str, ...]) -> frozenset[str]:
    """The names of all that is measured."""
    at = repr(sorted(of.values.items())), needs
    if at not in KNOWN:
        snapshot = measured(of, needs)
        KNOWN[at] = frozenset((*snapshot.arrays, *snapshot.metrics, *snapshot.labels))
    return KNOWN[at]


def having(figure: Figure, need: str) -> tuple[list[Scene], set[str]]:
    """The states of a figure in the first scene that has something of a need, and its names."""
    for name in ("ellipse", *assets.scene_names()):
        of = replace(library.scene(name, CATALOGUE), SMALL | PREPARED.get(need, {}), CATALOGUE)
        of = replace(of, ON.get(figure.name, {}), CATALOGUE)
        if figure.fits(of):
            states = [replace(of, state.changes, CATALOGUE) for state in figure.states]
            names = [found(s, (need,)) - found(s, ()) for s in states]
            if any(names):
                return states, set().union(*names)
    raise AssertionError("no scene has any of it")


@pytest.mark.parametrize(("figure", "need"), NEEDED)
def test_a_figure_without_one_of_its_needs_is_another(figure: Figure, need: str) -> None:
    """Nothing is measured in vain; that the needs suffice, every drawing here shows."""
    states, names = having(figure, need)

    def seen(needs: tuple[str, ...]) -> tuple[object, list[str]]:
        """The picture, and what the pointer would say of a place where F = 0."""
        shots = tuple(Shot(s, measured(s, needs)) for s in states)
        judges = [judge(shot) for shot in shots]
        return digest(figure.draw(shots)), ["" if j is None else j.said(0.0) for j in judges]

    whole = seen(figure.needs)
    try:
        less = seen(tuple(n for n in figure.needs if n != need))
    except KeyError as error:
        assert error.args[0] in names, "it failed of something else"
    else:
        assert less != whole


def test_live_figures_show_the_session_s_own_weights() -> None:
    live = {name for name, figure in FIGURES.items() if figure.live}
    assert live == {n for n in FIGURES if not n.startswith("figure-")}
    engine = opened(scene())
    engine.train(24)
    session = Session(scene(), engine.checkpoint())
    plot = headless.draw(FIGURES["landscape"], Opened(scene(), session), CATALOGUE)
    assert isinstance(plot, Plot)
    curve = labelled(plot, "manifold")
    assert np.array_equal(curve.x[:-1], engine.snapshot(("manifold",)).arrays["manifold"][:, 0])


def test_the_session_inside_a_picture_is_the_one_that_was_drawn() -> None:
    engine = opened(scene())
    engine.train(24)
    saved = Session(scene(), engine.checkpoint())
    asked = scene(optimizer__kind="adam", view__beta=2)
    inside = unpack(headless.embedded(Opened(asked, saved), CATALOGUE), CATALOGUE, "the picture")
    assert inside.scene == asked
    assert np.array_equal(inside.checkpoint.weights["w"], saved.checkpoint.weights["w"])
    opened(asked).restore(inside.checkpoint)


def test_a_figure_that_is_not_offered_is_a_sentence() -> None:
    assert find("stack", ("stack", "landscape")) is FIGURES["stack"]
    with pytest.raises(UserError, match="did you mean “stack”"):
        find("stak", ("stack", "landscape"))
    with pytest.raises(UserError, match="available: landscape"):
        find("stack", ("landscape",))
