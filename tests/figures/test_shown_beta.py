"""β is offered exactly where something on the screen depends on it, energies are called so where
there are some, and what is of a grid of latents says so.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core import assets
from ebmviz.core.plot import Bars
from ebmviz.core.scene import Scene, visible
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import opened
from ebmviz.figures import gibbs, latent_lens, loss_curve
from ebmviz.figures.registry import FIGURES, main
from ebmviz.figures.slots import cards
from ebmviz.figures.words.formula import formula
from tests.figures.drawing import labelled, layers, shot
from tests.scenes import CATALOGUE, built_in

NAMES = assets.scene_names()
WITHOUT = ("pca", "autoencoder", "sparse-coding", "unconditional", "canyon", "regression")
OF_P = ("view.picture=probability", "view.cards=sampling", "view.cards=densities")


def measured(engine: Model, scene: Scene) -> dict[str, np.ndarray]:
    """All that the map and the cards of a scene show; β itself, as a label of curves, apart."""
    engine.set_scene(scene)
    figures = (main(scene) or FIGURES["landscape"], *cards(scene))
    needs = tuple(dict.fromkeys(need for figure in figures for need in figure.needs))
    found = engine.snapshot(needs)
    every = {**found.arrays, **{k: np.asarray(v) for k, v in found.metrics.items()}}
    return {k: a for k, a in every.items() if k != "section_beta"}


def moved(name: str, **given: object) -> bool:
    """Whether anything shown is another under another β."""
    one = built_in(name, given, view__resolution=24)
    engine = opened(one)
    if "loss" in one.facts:
        engine.train(1)
    before = measured(engine, one)
    beta = one.view.beta * 0.37 if math.isfinite(one.view.beta) else 3.0
    after = measured(engine, built_in(name, {**given, "view__beta": beta}, view__resolution=24))
    return before.keys() != after.keys() or any(
        not np.array_equal(before[k], after[k], equal_nan=True) for k in before
    )


@pytest.mark.parametrize("name", NAMES)
def test_beta_is_offered_exactly_where_something_depends_on_it(name: str) -> None:
    offered = "view.beta" in visible(built_in(name), CATALOGUE)
    assert offered == moved(name)
    assert offered is False or name not in WITHOUT


@pytest.mark.parametrize("name", ["pca", "unconditional", "sparse-coding"])
@pytest.mark.parametrize("of_p", OF_P)
def test_it_comes_with_what_shows_p(name: str, of_p: str) -> None:
    path, _, value = of_p.replace(".", "__").partition("=")
    assert {"view.beta", "view.reach"} <= visible(built_in(name, {path: value}), CATALOGUE).keys()
    assert moved(name, **{path: value})


@pytest.mark.parametrize("name", NAMES)
def test_only_energies_are_said_to_be_low(name: str) -> None:
    scene = built_in(name)
    has_map = main(scene) is None or name == "hopfield"
    assert ("low energy = compatible" in formula(scene)) == has_map


def test_the_axis_of_a_loss_is_named_so() -> None:
    assert loss_curve.draw(shot(("curves",), steps=3)).y.label == "loss"


def test_a_uniform_p_and_a_single_one_look_as_different_as_they_are() -> None:
    heights = []
    for beta in (0.0, 4.0, math.inf):
        plot = latent_lens.draw(shot(("lens",), view__beta=beta, view__probe=(1.0, 0.3)))
        (bars,) = layers(plot, Bars)
        heights.append(bars.height / (plot.y.high or 1.0))
    assert heights[0] == pytest.approx(np.full(48, 1 / 48), rel=1e-4)
    assert heights[2].max() == pytest.approx(1)
    assert (heights[2] > 0).sum() == 1
    assert [h.sum() for h in heights] == pytest.approx([1, 1, 1], rel=1e-4)


def test_the_lowest_of_a_grid_of_latents_says_of_how_many() -> None:
    of = shot(("lens", "manifold", "data"), energy__latents=30)
    assert labelled(latent_lens.draw(of), "ž").label == "ž, least E of 30 z"
    assert labelled(gibbs.draw(of).rows[0][2], "ž").label == "ž, least E of 30 z"


@pytest.mark.parametrize("beta", [0.5, math.inf])
def test_the_gibbs_card_says_of_which_beta_its_colours_are(beta: float) -> None:
    sheet = gibbs.draw(shot(("lens", "manifold", "data"), view__beta=beta))
    assert ("β = ∞ leaves ž alone, so the colours are of β = 1" in sheet.caption) == (
        math.isinf(beta)
    )
    assert sheet.caption.startswith("Colour: exp(−E)" if beta > 1 else "Colour: exp(−0.5 E)")
