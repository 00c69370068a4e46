"""Values of paths, as a person writes them, make scenes with names in the panel's words."""

from __future__ import annotations

import math

import pytest

from ebmviz.core import library
from ebmviz.core.errors import UserError
from ebmviz.core.lanes.lane import lanes, shape, without
from ebmviz.core.lanes.of_lab import MOST, said
from ebmviz.core.lanes.over import parsed
from ebmviz.core.lanes.suggested import choices, suggested, varied

CATALOGUE = library.shipped_catalogue()
ELLIPSE = library.scene("ellipse", CATALOGUE)


def titles(text: str) -> list[str]:
    overs = parsed(text, ELLIPSE, CATALOGUE, "here")
    return [lane.title for lane in lanes(ELLIPSE, overs, CATALOGUE, "here")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("optimizer.lr=0.1, 0.2,1e-3,0.1", ["η 0.1", "η 0.2", "η 0.001"]),
        ("seed=1..3,7", ["seed 1", "seed 2", "seed 3", "seed 7"]),
        ("objective.loss=nll,hinge", ["Negative log-likelihood", "Hinge"]),
        ("energy.init=lecture", ["Initial w: As given"]),
        ("objective.beta=0,inf", ["β 0", "β ∞"]),
        ("objective.beta=1;energy.latents=8,9", ["β 1, |Z| 8", "β 1, |Z| 9"]),
        ("objective.loss=hinge,log;objective.beta=2", ["Hinge, β 2", "Log, β 2"]),
    ],
)
def test_names_are_those_of_the_panel(text: str, wanted: list[str]) -> None:
    assert titles(text) == wanted


def test_lanes_are_the_scene_with_the_values_and_the_own_one_is_itself() -> None:
    overs = parsed("optimizer.lr=0.2,0.3;seed=7,8", ELLIPSE, CATALOGUE, "here")
    found = lanes(ELLIPSE, overs, CATALOGUE, "here")
    assert [(x.scene["optimizer.lr"], x.scene["seed"]) for x in found] == [
        *((0.2, 7), (0.2, 8), (0.3, 7), (0.3, 8)),
    ]
    assert found[0].scene is ELLIPSE
    assert shape(overs) == (2, 2)
    again = parsed(";".join(over.text for over in overs), ELLIPSE, CATALOGUE, "here")
    assert again == overs


def test_a_text_gives_back_its_values_exactly() -> None:
    (over,) = parsed("objective.beta=0.1,1e-7,inf,3", ELLIPSE, CATALOGUE, "here")
    assert over.values == (0.1, 1e-7, math.inf, 3.0)
    assert parsed(over.text, ELLIPSE, CATALOGUE, "here") == (over,)


def test_a_lane_of_a_loss_is_known_by_it_and_any_other_by_its_paths() -> None:
    def keys(text: str) -> list[str]:
        overs = parsed(text, ELLIPSE, CATALOGUE, "here")
        return [lane.key for lane in lanes(ELLIPSE, overs, CATALOGUE, "here")]

    assert keys("objective.loss=nll,hinge") == ["nll", "hinge"]
    assert keys("seed=1") == ["seed=1"]
    assert keys("seed=1;objective.loss=nll") == ["seed=1&objective.loss=nll"]


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("seed", "“seed” is not PATH=a,b,c"),
        ("seed=", "seed has no values"),
        ("sed=1", "sed: no such parameter here .did you mean “seed”"),
        ("seed=1.5", "seed: “1.5” is not a whole number"),
        ("seed=5..1", "“5..1” is not a span"),
        ("seed=1;seed=2", "seed comes twice"),
        ("seed=1;device=cpu;optimizer.lr=1", "3 paths, at most 2"),
        ("seed=1..7;optimizer.lr=1,2", "14 runs, at most 12"),
        ("optimizer.lr=-1", "optimizer.lr: −1 is outside"),
        ("objective.loss=hing", "objective.loss: “hing” is not known .did you mean “hinge”"),
        ("energy.weights=1,2", "energy.weights: “Given” is no number, choice or switch"),
        ("regularizer.decay=0.1", "regularizer.decay: it does nothing in this scene"),
        ("objective.margin=1", "objective.margin: no such parameter here"),
    ],
)
def test_what_cannot_vary_is_refused_in_one_sentence(text: str, refused: str) -> None:
    with pytest.raises(UserError, match=f"^view.lanes: .*{refused}"):
        parsed(text, ELLIPSE, CATALOGUE, "view.lanes", most=12)


def test_a_combination_that_no_scene_can_have_is_refused() -> None:
    overs = parsed("objective.loss=energy,hinge;objective.margin=1", ELLIPSE, CATALOGUE, "here")
    with pytest.raises(UserError, match="here: objective.margin: no such parameter here"):
        lanes(ELLIPSE, overs, CATALOGUE, "here")


@pytest.mark.parametrize("name", ["ellipse", "implicit-regression", "kmeans", "vae", "multiclass"])
def test_all_that_is_offered_to_vary_can(name: str) -> None:
    scene = library.scene(name, CATALOGUE)
    offered = varied(scene, CATALOGUE)
    assert {"seed", "objective.loss", "optimizer.lr"} <= offered.keys()
    assert not {"device", "view.beta", "sampler.chains"} & offered.keys()
    assert len(set(offered.values())) == len(offered), "every name is of one"
    for at in offered:
        text = f"{at}={suggested(at, scene, CATALOGUE)}"
        found = lanes(scene, parsed(text, scene, CATALOGUE, at, MOST), CATALOGUE, at)
        assert len(found) > 1, text
        own = [lane for lane in found if lane.scene.values == scene.values]
        assert len(own) <= 1
        named = choices(at, scene, CATALOGUE)
        assert {str(lane.changes[at]) for lane in found} <= {*named} or not named


def test_values_to_begin_with_are_about_the_scenes_own() -> None:
    assert suggested("optimizer.lr", ELLIPSE, CATALOGUE) == "0.025,0.05,0.1,0.2,0.4,0.8"
    assert suggested("seed", ELLIPSE, CATALOGUE) == "7,8,9,10,11,12"
    assert suggested("objective.beta", ELLIPSE, CATALOGUE).endswith(",inf")
    assert suggested("energy.latents", ELLIPSE, CATALOGUE) == "1,48,49,96,144,192"


def test_a_value_is_left_out_of_one_path() -> None:
    overs = parsed("optimizer.lr=0.1,0.2;seed=1,2", ELLIPSE, CATALOGUE, "here")
    lane = lanes(ELLIPSE, overs, CATALOGUE, "here")[3]
    assert said(without(overs, lane, 0)) == {"view.lanes": "optimizer.lr=0.1;seed=1,2"}
    assert said(without(overs, lane, 1)) == {"view.lanes": "optimizer.lr=0.1,0.2;seed=1"}
