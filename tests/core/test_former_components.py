"""A component that is gone is read as the one in its place, from files and from scripts."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from ebmviz.commands.base.headless import engine
from ebmviz.core.catalogue import Catalogue, Component, common
from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects, Param
from ebmviz.core.scene import Scene, from_json, replace, to_json
from ebmviz.files.opening import open_any
from tests.corpus.corpus import HOME
from tests.scenes import CATALOGUE, built_in


def objective(scene: Scene) -> dict[str, Any]:
    part = "objective."
    return {at.removeprefix(part): v for at, v in scene.values.items() if at.startswith(part)}


def test_a_session_of_a_former_loss_goes_on_as_it_did() -> None:
    """Training from the first of two old sessions arrives at the second, number by number."""
    first, last = (open_any(str(HOME / f"nll-hmc-{n}.ebmviz"), CATALOGUE) for n in (0, 50))
    assert objective(first.scene) == {
        "loss": "cd",
        "beta": 2.0,
        "chain": "hmc",
        "steps": 3,
        "leaps": 5,
        "reach": 0.75,
        "step": pytest.approx(0.3**2 / 2),
        "noise": 1.0,
        "spread": 0.2,
    }
    model = engine(first)
    model.train(50)
    wanted = engine(last).weights
    assert len(wanted) == 6
    for name, weight in model.weights.items():
        torch.testing.assert_close(weight, wanted[name], rtol=1e-4, atol=1e-6)


def test_a_script_that_names_it_gets_what_it_had() -> None:
    scene = built_in("unconditional", {"objective.loss": "nll-hmc"})
    assert objective(scene) == {
        "loss": "cd",
        "beta": 1.0,
        "chain": "hmc",
        "steps": 4,
        "leaps": 3,
        "reach": 0.5,
        "step": 0.02,
        "noise": 1.0,
        "spread": 0.2,
    }
    given = {"objective.loss": "nll-hmc", "objective.leap": "0.4", "objective.steps": 2}
    scene = built_in("unconditional", given)
    assert scene["objective.step"] == pytest.approx(0.08)
    assert scene["objective.steps"] == 2
    assert from_json(to_json(scene), CATALOGUE) == scene


def test_its_own_names_work_while_it_is_what_was_asked_for() -> None:
    scene = built_in("unconditional", {"objective.loss": "nll-hmc", "objective.steps": 7})
    moved = replace(scene, {"objective.leap": 0.6}, CATALOGUE)
    assert moved["objective.step"] == pytest.approx(0.18)
    assert moved["objective.steps"] == 7
    again = replace(moved, {"objective.loss": "nll-hmc"}, CATALOGUE)
    assert objective(again) == objective(moved), "it is that already"
    other = replace(moved, {"objective.chain": "mala"}, CATALOGUE)
    with pytest.raises(UserError, match=r"objective\.leap: no such parameter here"):
        replace(other, {"objective.leap": 0.6}, CATALOGUE)
    with pytest.raises(UserError, match=r"objective\.leap: “fast” is not a number"):
        replace(scene, {"objective.leap": "fast"}, CATALOGUE)
    with pytest.raises(UserError, match=r"objective\.leap: −1 is outside 0 … 100"):
        replace(scene, {"objective.leap": -1}, CATALOGUE)


def test_what_both_had_is_kept_when_it_is_chosen_and_the_rest_is_its_own() -> None:
    """As choosing another loss does: k, L and β stay, h and the chains are those of the former."""
    before = {"objective.loss": "short-run", "objective.steps": 20, "objective.beta": 3.0}
    scene = built_in("unconditional", {**before, "objective.step": 0.5, "objective.noise": 2.0})
    found = objective(replace(scene, {"objective.loss": "nll-hmc"}, CATALOGUE))
    assert (found["steps"], found["beta"], found["chain"]) == (20, 3.0, "hmc")
    assert (found["step"], found["noise"]) == (0.02, 1.0)


def test_a_formula_says_what_is_chosen() -> None:
    how = Param(
        "how",
        "choice",
        "Way",
        Affects.TRAIN,
        "a",
        choices={"a": "A", "b": "B"},
        formulas={"a": "x^2", "b": "∇F"},
    )
    loss = Component("objective", "l", "L", "L_{i} = {how} + {other}", params=(how,))
    assert loss.said({"objective.how": "b"}) == "L_{i} = ∇F + {other}"
    assert loss.said() == "L_{i} = the chosen way + {other}"


@pytest.mark.parametrize("component", CATALOGUE.components, ids=lambda c: f"{c.part}-{c.kind}")
def test_what_a_component_declares_of_choices_and_former_ones_is_there(
    component: Component,
) -> None:
    params = {param.name: param for param in component.params}
    for param in params.values():
        assert not param.formulas or param.formulas.keys() == param.choices.keys()
        assert all(param.formulas.values())
    for former in component.former:
        assert former.kind not in CATALOGUE.kinds(component.part)
        assert former.renamed.keys().isdisjoint(params)
        named = {*former.values, *former.defaults, *(new.name for new in former.renamed.values())}
        assert named <= params.keys()
        for name, value in {**former.values, **former.defaults}.items():
            assert params[name].check(value, name) == value
        for new in former.renamed.values():
            for end in (new.low, new.high):
                params[new.name].check(new.factor * end**new.power, new.name)


def test_a_kind_that_is_there_is_never_read_as_a_former_one() -> None:
    """A plug-in may bring a component of that name."""
    one, two = (c for c in CATALOGUE.components if c.kind in ("cd", "pcd"))
    assert one.former
    own = Component("objective", "nll-hmc", "Own", params=two.params)
    catalogue = Catalogue((*CATALOGUE.components, own, *common()))
    scene = replace(built_in("unconditional"), {"objective.loss": "nll-hmc"}, catalogue)
    assert scene.kind("objective") == "nll-hmc"
