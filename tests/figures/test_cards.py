"""Which figures stand beside the map, and what the line under it says."""

from __future__ import annotations

import pytest

from ebmviz.core import assets, library
from ebmviz.core.scene import Scene, replace
from ebmviz.figures.registry import FIGURES, LAB, offered
from ebmviz.figures.slots import SLOTS, cards, choices, placed
from ebmviz.figures.words.formula import formula

CATALOGUE = library.shipped_catalogue()


def scene(name: str, **changes: object) -> Scene:
    given = {path.replace("__", "."): value for path, value in changes.items()}
    return replace(library.scene(name, CATALOGUE), given, CATALOGUE)


def names(at: Scene) -> list[str]:
    return [figure.name for figure in cards(at)]


@pytest.mark.parametrize("name", assets.scene_names())
def test_every_scene_has_cards_that_fit_and_differ(name: str) -> None:
    at = scene(name)
    shown = cards(at)
    assert 1 <= len(shown) <= SLOTS
    assert len({figure.name for figure in shown}) == len(shown)
    assert all(figure.fits(at) and figure.live for figure in shown)


def test_cards_by_themselves_are_those_of_the_scene() -> None:
    assert names(scene("ellipse")) == ["cross-section", "latent-lens", "loss-curve"]
    assert names(scene("implicit-regression"))[0] == "cross-section"
    assert "latent-lens" not in names(scene("implicit-regression"))
    assert "class-maps" in names(scene("multiclass"))


def test_a_chosen_figure_takes_its_slot_and_swaps_with_where_it_was() -> None:
    at = scene("ellipse")
    at = scene("ellipse", view__cards=placed(at, 0, "gibbs-manifold"))
    assert names(at) == ["gibbs-manifold", "latent-lens", "loss-curve"]
    at = scene("ellipse", view__cards=placed(at, 0, "loss-curve"))
    assert names(at) == ["loss-curve", "latent-lens", "gibbs-manifold"]


@pytest.mark.parametrize(
    "value", ["", "nonsense,,", "loss-curve,loss-curve", "landscape,lab,stack"]
)
def test_a_value_that_makes_no_sense_leaves_every_slot_filled_once(value: str) -> None:
    shown = names(scene("ellipse", view__cards=value))
    assert len(set(shown)) == len(shown) == SLOTS
    assert not {"landscape", "stack", LAB} & set(shown)


def test_a_choice_that_does_not_fit_another_scene_gives_way() -> None:
    at = scene("regression", view__cards="latent-lens,loss-curve")
    assert "latent-lens" not in names(at)
    assert names(at)[1] == "loss-curve"


def test_choices_are_live_figures_that_fit() -> None:
    found = {figure.name for figure in choices(scene("regression"))}
    assert {"cross-section", "loss-curve"} <= found
    assert not {"latent-lens", "gibbs-manifold", "figure-1", "landscape", LAB} & found


def test_a_live_figure_that_fits_is_offered_though_no_scene_lists_it() -> None:
    at = scene("regression")
    bare = Scene(at.name, at.title, ("landscape", "figure-1"), at.values, at.facts)
    assert offered(bare)[0] == "landscape"
    assert {"cross-section", "loss-curve", "stack"} <= set(offered(bare))
    assert "latent-lens" not in offered(bare)
    # Figures of the lecture are made of models of their own: only where the scene lists them.
    lecture = {name for name, figure in FIGURES.items() if not figure.live}
    assert lecture & set(offered(at)) == lecture & set(at.figures)
    assert LAB not in offered(at)
    assert LAB in offered(scene("regression", view__lab=True))


def test_the_line_says_when_the_map_is_an_update() -> None:
    line = formula(scene("regression", view__picture="push"))
    assert "blue is pushed down" in line
    assert "compatible" not in line
