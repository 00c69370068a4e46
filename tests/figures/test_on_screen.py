"""Controls follow what is on the screen: the cards that stand there, and chains that walk."""

from __future__ import annotations

import pytest

from ebmviz.core.scene import visible
from ebmviz.figures.on_screen import seen
from ebmviz.figures.slots import cards
from tests.scenes import CATALOGUE, built_in

OF_P = {"view.beta", "view.reach"}


@pytest.mark.parametrize("name", ["canyon", "autoencoder", "pca", "unconditional"])
def test_walking_chains_need_their_beta_whatever_card_stands_there(name: str) -> None:
    scene = built_in(name, {"view.cards": "cross-section,meter,loss-curve"})
    offered = {walks: set(visible(seen(scene, walks), CATALOGUE)) for walks in (False, True)}
    assert not OF_P & offered[False]
    assert offered[True] == offered[False] | OF_P


def test_chains_of_a_scene_without_any_do_not_walk() -> None:
    scene = built_in("binary", {"sampler.chains": 0})
    assert "walking" not in seen(scene, True).facts


@pytest.mark.parametrize("name", ["canyon", "jem", "ellipse", "hopfield"])
def test_cards_that_stand_there_count_and_no_others(name: str) -> None:
    """One that was asked for and does not fit, two that were not asked for."""
    scene = built_in(name, {"view.cards": "no-such-card,,"})
    found = {f for f in seen(scene, False).facts if f.startswith("card=")}
    assert found == {f"card={figure.name}" for figure in cards(scene)}
    assert found
    assert seen(scene, False).values == scene.values
