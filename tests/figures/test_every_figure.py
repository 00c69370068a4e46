"""What holds for every figure, in every scene that offers it."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.commands.base import headless
from ebmviz.core import assets, library
from ebmviz.core.errors import UserError
from ebmviz.core.plot import Plot
from ebmviz.core.scene import replace
from ebmviz.engine.model.engine import Engine
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.registry import FIGURES, LAB, find, offered
from ebmviz.files.opening import Opened
from ebmviz.files.session import Session, unpack
from tests.figures.drawing import CATALOGUE, drawn, labelled, plots, scene, sound

LAB_ON = {"view.lab": True}
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
    lab = {figure for each in scenes for figure in offered(replace(each, LAB_ON, CATALOGUE))}
    assert shown | lab == set(FIGURES)
    assert lab - shown == {LAB}
    for each in scenes:
        assert set(each.figures) <= set(offered(each)), "a scene lists what it cannot show"


@pytest.mark.parametrize("figure", FIGURES.values(), ids=lambda f: f.name)
def test_a_figure_without_one_of_its_needs_is_another(figure: Figure) -> None:
    """Nothing is measured in vain; that the needs suffice, every drawing here shows."""
    shots = []
    # A colour range that follows the map is the case that needs most.
    small = {"device": "cpu", "view.resolution": 32, "view.follow": True}
    others = (library.scene(name, CATALOGUE) for name in assets.scene_names())
    every = (scene(view__follow=True), *(replace(of, small, CATALOGUE) for of in others))
    base = next(of for of in every if figure.fits(of))
    if figure.name == LAB:
        base = replace(base, LAB_ON, CATALOGUE)
    for state in figure.states:
        changed = replace(base, state.changes, CATALOGUE)
        shots.append(Shot(changed, Engine(changed).snapshot(figure.needs)))
    whole = figure.draw(tuple(shots))
    for need in figure.needs:
        rest = tuple(n for n in figure.needs if n != need)
        if all(set(Engine(s.scene).snapshot((need,)).arrays) == set() for s in shots):
            continue  # this scene shows nothing of it
        less = [Shot(s.scene, Engine(s.scene).snapshot(rest)) for s in shots]
        try:
            value = figure.draw(tuple(less))
        except KeyError:
            continue
        count = [sum(len(p.layers) for p in plots(v)) for v in (whole, value)]
        assert count[1] < count[0], need


def test_live_figures_show_the_session_s_own_weights() -> None:
    live = {name for name, figure in FIGURES.items() if figure.live}
    assert live == {n for n in FIGURES if not n.startswith("figure-")}
    engine = Engine(scene())
    engine.train(24)
    session = Session(scene(), engine.checkpoint(), engine.history.to_arrays())
    plot = headless.draw(FIGURES["landscape"], Opened(scene(), session), CATALOGUE)
    assert isinstance(plot, Plot)
    curve = labelled(plot, "manifold")
    assert np.array_equal(curve.x[:-1], engine.snapshot(("manifold",)).arrays["manifold"][:, 0])


def test_the_session_inside_a_picture_is_the_one_that_was_drawn() -> None:
    engine = Engine(scene())
    engine.train(24)
    saved = Session(scene(), engine.checkpoint(), engine.history.to_arrays())
    asked = scene(optimizer__kind="adam", view__beta=2)
    inside = unpack(headless.embedded(Opened(asked, saved)), CATALOGUE, "the picture")
    assert inside.scene == asked
    assert np.array_equal(inside.weights["w"], saved.weights["w"])
    Engine(asked).restore(inside.weights, inside.history)


def test_a_figure_that_is_not_offered_is_a_sentence() -> None:
    assert find("stack", ("stack", "landscape")) is FIGURES["stack"]
    with pytest.raises(UserError, match="did you mean “stack”"):
        find("stak", ("stack", "landscape"))
    with pytest.raises(UserError, match="there is: landscape"):
        find("stack", ("landscape",))
