"""What every component declares of itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ebmviz.core import assets, library, samples
from ebmviz.core.catalogue import MODELS, PARTS, selector
from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects, Param, ParamSet
from ebmviz.core.scene import Scene
from ebmviz.engine.model import registry
from ebmviz.engine.model.opening import opened
from tests.engine.contracts.components import CATALOGUE, AnyComponent, everyone, scene


@everyone
def test_it_is_described_in_full(cls: AnyComponent) -> None:
    found = cls.describe()
    assert found.part in PARTS
    assert found.title
    assert not found.title.endswith(".")
    assert found.doc, "a sentence after the title says what it is good for"
    if cls.part != "data" or cls.kind not in samples.kinds():
        assert found.formula, "a line that starts with Formula:"
        assert found.source, "a line that starts with Source:"
    assert not any(tag in found.doc for tag in ("Formula:", "Source:"))


@everyone
def test_its_file_is_its_own(cls: AnyComponent) -> None:
    others = [c.__module__ for c in registry.COMPONENTS if c is not cls]
    assert cls.__module__ not in others
    assert sum(c.part == cls.part and c.kind == cls.kind for c in registry.COMPONENTS) == 1


def params() -> list[Any]:
    return [
        pytest.param(param, id=f"{c.part}-{c.kind}-{param.name}")
        for c in CATALOGUE.components
        for param in c.params
    ]


@pytest.mark.parametrize("param", params())
def test_its_parameters_are_declared_in_full(param: Param) -> None:
    assert param.label
    assert param.check(param.default, param.name) == param.default
    if param.type == "choice":
        assert param.default in param.choices
        assert all(param.choices.values())
    if param.slider is not None:
        low, high = param.slider
        assert param.low <= low < high <= param.high
        assert low > 0 or not param.log
    if param.type in ("int", "float") and not param.hidden and not param.label.startswith("Seed"):
        assert param.slider is not None, "a number that is shown has a slider"


@pytest.mark.parametrize("part", [p for p in PARTS if p not in ("view", "run")])
def test_no_parameter_hides_the_selector_of_its_part(part: str) -> None:
    word = selector(part).partition(".")[2]
    for component in CATALOGUE.kinds(part).values():
        assert word not in [p.name for p in component.params]


def test_only_what_makes_weights_may_reset_them() -> None:
    """Moving β, the rate, the noise … never resets a model."""
    for component in CATALOGUE.components:
        if component.part not in (*MODELS, "run"):
            assert all(p.affects < Affects.BUILD for p in component.params), component.kind


def test_the_shipped_catalogue_is_that_of_the_registry() -> None:
    real = json.loads(json.dumps(library.catalogue_to_json(registry.catalogue())))
    shipped = json.loads(assets.resource("catalogue.json").read_text("utf-8"))["components"]
    assert library.shipped_is_whole(), (
        "a component's file was added: run `ebmviz catalogue --write`"
    )
    assert shipped == real, "resources/catalogue.json is stale: run `ebmviz catalogue --write`"
    assert library.shipped_catalogue() == registry.catalogue()


@pytest.mark.parametrize("name", assets.scene_names())
def test_the_built_in_scenes_pose_a_problem(name: str) -> None:
    engine = opened(library.scene(name, CATALOGUE))
    assert engine.scene.name == name
    assert engine.train(2) == 2


def test_an_unknown_component_is_a_sentence() -> None:
    known = scene()
    for part in ("data", "energy", "objective", "optimizer"):
        values = {**known.values, selector(part): "nonsense"}
        with pytest.raises(UserError, match="nonsense"):
            opened(Scene("", "", (), values))


def test_every_part_has_a_component() -> None:
    assert {c.part for c in registry.COMPONENTS} == set(PARTS) - {"view", "run"}
    assert all(issubclass(c.Params, ParamSet) for c in registry.COMPONENTS)
