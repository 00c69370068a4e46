"""What a component can do is a class; its traits follow, and a wrong one is impossible."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch
from torch import Tensor

from ebmviz.core.errors import UserError
from ebmviz.core.params import ParamSet
from ebmviz.core.traits import TRAITS
from ebmviz.engine.capability import Capability, capability
from ebmviz.engine.component import Component
from ebmviz.engine.energies.base import capabilities
from ebmviz.engine.energies.base.capabilities import (
    Auxiliary,
    Constrained,
    Continuous,
    Embeds,
    Nonnegative,
    OwnSteps,
    Predicts,
)
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.losses.base import capabilities as losses
from ebmviz.engine.model import registry
from ebmviz.engine.weights import Weights
from tests.engine.contracts.components import AnyComponent, everyone, of

WITH_A_VALUE = ("plane:", "takes:", "main:")


class Bowl(Nonnegative, Continuous, Energy[ParamSet]):
    """Bowl"""

    kind = "capability-bowl"
    over = "y"

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        return {"w": torch.zeros(2)}

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        return (rows - weights["w"]).square().sum(1)


def test_traits_follow_from_what_is_inherited() -> None:
    assert Bowl.traits == ("nonnegative", "continuous", "plane:y", "takes:points")


def test_a_value_of_a_subclass_takes_the_place_of_its_base_s() -> None:
    class Labelled(Bowl):
        takes = "labelled"

    assert Labelled.traits == ("nonnegative", "continuous", "plane:y", "takes:labelled")


def test_traits_that_are_only_named_are_as_good() -> None:
    class Named(Energy[ParamSet]):
        traits = ("continuous", "plane:xy", "takes:points", "nonnegative")

    class Derived(Named):
        pass

    for cls in (Named, Derived):
        assert cls.traits == ("nonnegative", "continuous", "plane:xy", "takes:points")
        assert (cls.over, cls.takes) == ("xy", "points")
        assert issubclass(cls, Continuous)
        assert issubclass(cls, Nonnegative)
        assert not issubclass(cls, Embeds)
    assert not issubclass(Energy, Continuous)


def test_a_misspelt_trait_is_refused_by_class_and_name() -> None:
    with pytest.raises(UserError) as error:

        class Wrong(Energy[ParamSet]):
            traits = ("continous",)

    assert str(error.value) == "Wrong: there is no trait “continous” (did you mean “continuous”?)"


@pytest.mark.parametrize("value", ["z", "Y", "xyz"])
def test_so_is_a_plane_that_no_map_is_over(value: Any) -> None:
    with pytest.raises(UserError, match=f"^Wrong: there is no trait “plane:{value}”"):

        class Wrong(Energy[ParamSet]):
            over = value


@pytest.mark.parametrize("said", ["requires", "forbids"])
def test_so_is_what_a_component_asks_of_the_energy(said: str) -> None:
    with pytest.raises(UserError, match="^Wrong: there is no trait “takes:pints”"):
        type("Wrong", (Component,), {said: {"plane:y|takes:pints": "it holds points"}})


def test_a_capability_without_its_method_is_refused() -> None:
    with pytest.raises(UserError) as error:

        class Lame(Embeds[ParamSet]):
            kind = "capability-lame"

    assert str(error.value) == "Lame is Embeds, and does not define `embed`"


def test_a_base_may_leave_the_method_to_what_derives_from_it() -> None:
    class Base(OwnSteps[ParamSet]):
        pass

    class Stepping(Base):
        kind = "capability-stepping"

        def own_step(self, weights: Weights, rows: Tensor, step: int, seed: int) -> Weights:
            return weights

    assert Stepping.traits == ("own-steps", "takes:points")


def test_a_named_trait_needs_the_methods_of_its_class() -> None:
    with pytest.raises(UserError) as error:

        class Named(Energy[ParamSet]):
            traits = ("decoder",)

    assert str(error.value) == "Named: “decoder” needs `latents`: inherit from Decoder"


def test_who_defines_the_best_answer_predicts() -> None:
    class Own(Energy[ParamSet]):
        def best(self, weights: Weights, rows: Tensor) -> Tensor:
            return rows[:, 1:]

    assert issubclass(Own, Predicts)
    assert not issubclass(Bowl, Predicts)
    assert {cls.kind for cls in of(Energy) if issubclass(cls, Predicts)} == {"regression", "chain"}


def test_a_trait_is_that_of_one_class() -> None:
    with pytest.raises(UserError, match="^Second: “embeds” is the trait of Embeds$"):

        class Second(Capability, trait="embeds"):
            """Another."""


def test_a_capability_has_a_known_trait() -> None:
    with pytest.raises(UserError, match="^New: there is no trait “brand-new”$"):

        class New(Capability, trait="brand-new"):  # type: ignore[arg-type]
            """Another."""


@everyone
def test_every_trait_comes_from_one_class(cls: AnyComponent) -> None:
    """Of energies, that is; those of losses and samplers are at least known names."""
    assert set(cls.traits) <= set(TRAITS) | {t for t in cls.traits if t.startswith("main:")}
    for trait in cls.traits if issubclass(cls, Energy) else ():
        if not trait.startswith(WITH_A_VALUE):
            own = capability(trait)
            assert own is not None, trait
            assert issubclass(cls, own)


@pytest.mark.parametrize(
    ("own", "method"),
    [(Predicts, "best"), (Constrained, "retracted"), (Auxiliary, "auxiliary")],
)
def test_who_defines_what_no_word_stands_for_has_it(own: type[Capability], method: str) -> None:
    """As energies of plug-ins from before do."""
    cls = type("Defining", (Bowl,), {method: lambda self, *_: None, "__doc__": "Bowl"})
    assert issubclass(cls, own)
    assert not issubclass(Bowl, own)
    others = {Predicts, Constrained, Auxiliary} - {own}
    assert not any(issubclass(cls, other) for other in others)
    found = {c.kind for c in registry.COMPONENTS if issubclass(c, own)}
    assert found == {c.kind for c in registry.COMPONENTS if hasattr(c, method)}
    assert found


@everyone
def test_a_component_without_a_trait_is_not_of_its_class(cls: AnyComponent) -> None:
    for trait in TRAITS:
        own = capability(trait)
        assert own is None or issubclass(cls, own) == (trait in cls.traits), trait


@pytest.mark.parametrize(
    "cls",
    [
        found
        for module in (capabilities, losses)
        for found in vars(module).values()
        if inspect.isclass(found) and issubclass(found, Capability)
    ],
    ids=lambda c: c.__name__,
)
def test_a_capability_says_what_it_is(cls: type[Capability]) -> None:
    own = vars(cls).items()
    assert cls.__doc__
    methods = [value for name, value in own if inspect.isfunction(value) and name[0] != "_"]
    assert all(method.__doc__ for method in methods)
