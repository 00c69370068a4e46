"""A name that no fact of a scene has is refused where it is declared."""

from __future__ import annotations

from typing import Annotated

import pytest

from ebmviz.core import traits
from ebmviz.core.catalogue import Catalogue, Component
from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects, ParamSet, choice, real, specs
from ebmviz.core.plot import Axis, Plot
from ebmviz.figures.base.figure import Figure


class Misspelt(ParamSet, frozen=True):
    rate: Annotated[float, real("Rate", affects=Affects.TRAIN, when=("latent|thermaI",))] = 1.0


class Idle(ParamSet, frozen=True):
    start: Annotated[
        str,
        choice(
            "Start",
            {"here": "Here", "there": "There"},
            affects=Affects.DRAW,
            requires={"there": {"decodr": "it has no points"}},
        ),
    ] = "here"


class Elsewhere(ParamSet, frozen=True):
    rate: Annotated[float, real("Rate", affects=Affects.TRAIN, when=("energy.memory=sparse",))] = (
        1.0
    )


def test_a_misspelt_trait_in_a_when_is_an_error() -> None:
    with pytest.raises(UserError) as error:
        specs(Misspelt)
    assert str(error.value) == (
        "Misspelt.rate: there is no trait “thermaI” (did you mean “thermal”?)"
    )


def test_so_it_is_in_what_a_choice_requires() -> None:
    with pytest.raises(UserError, match="^Idle.start: there is no trait “decodr”"):
        specs(Idle)


def test_so_it_is_in_a_figure() -> None:
    empty = Plot("", Axis(""), Axis(""), ())
    with pytest.raises(UserError, match="^figure mine: there is no trait “discret”"):
        Figure("mine", "Mine", (), lambda shots: empty, when=("discret",))


def test_a_value_that_no_parameter_has_is_an_error() -> None:
    mine = Component("energy", "mine", "Mine", params=specs(Elsewhere))
    with pytest.raises(UserError, match="^energy.rate: there is no “energy.memory=sparse”"):
        Catalogue((mine,)).check((mine,))


@pytest.mark.parametrize(
    "fact",
    [
        *traits.TRAITS,
        *("loss", "chains", "walking", "main:hopfield", "card=sampling", "view.picture=push"),
        *("control:energy.hidden", "control:seed", "offers:contrastive"),
        "offers:objective.negatives=grid",
    ],
)
def test_every_fact_of_a_scene_may_be_asked_for(fact: str) -> None:
    traits.check([fact], "here")


@pytest.mark.parametrize(
    "fact", ["", "plane", "plane:z", "takes:", "offers:nothing", "Latent", "="]
)
def test_nothing_else_may(fact: str) -> None:
    with pytest.raises(UserError, match="^here: there is no trait"):
        traits.check([fact], "here")


def test_traits_have_one_order() -> None:
    given = ["main:mine", "takes:points", "decoder", "takes:points"]
    assert traits.ordered(given) == ("decoder", "takes:points", "main:mine")
