"""A scene is a value: complete, checked, compared, and the same after a file."""

from __future__ import annotations

import json
import math
from typing import Annotated

import msgspec
import pytest

from ebmviz.core import catalogue as catalogues
from ebmviz.core.catalogue import Catalogue, Component, common
from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects, ParamSet, integer, real, specs, table
from ebmviz.core.scene import Scene, build, diff, fields, from_json, replace, to_json


class Cloud(ParamSet, frozen=True):
    count: Annotated[int, integer("Count", affects=Affects.TRAIN, low=1, high=1000)] = 24
    noise: Annotated[float, real("Noise", affects=Affects.TRAIN, low=0, high=1)] = 0.1


class Own(ParamSet, frozen=True):
    points: Annotated[str, table("Points", affects=Affects.TRAIN)] = ""


class Ring(ParamSet, frozen=True):
    latents: Annotated[int, integer("Latents", affects=Affects.BUILD, low=1, high=4096)] = 48
    floor: Annotated[float, real("Floor", affects=Affects.VIEW, low=0, high=9)] = 0.5


class Net(ParamSet, frozen=True):
    latents: Annotated[int, integer("Latents", affects=Affects.BUILD, low=1, high=64)] = 8
    floor: Annotated[float, real("Floor", affects=Affects.VIEW, low=0, high=9)] = 1.0
    hidden: Annotated[int, integer("Hidden", affects=Affects.BUILD, low=1, high=512)] = 32


class Margin(ParamSet, frozen=True):
    beta: Annotated[float, real("β", affects=Affects.TRAIN, low=0, inf=True)] = 1.0
    margin: Annotated[float, real("m", affects=Affects.TRAIN, low=0)] = 1.0


class Chains(ParamSet, frozen=True):
    chains: Annotated[int, integer("Chains", affects=Affects.DRAW, low=0, high=99)] = 10


class Descent(ParamSet, frozen=True):
    lr: Annotated[float, real("Rate", affects=Affects.TRAIN, low=0)] = 0.1


CATALOGUE = Catalogue(
    (
        Component("data", "cloud", "Cloud", params=specs(Cloud)),
        Component("data", "own", "Own points", params=specs(Own)),
        Component("energy", "ring", "Ring", params=specs(Ring)),
        Component("energy", "net", "Net", params=specs(Net), traits=("wide",)),
        Component("objective", "hinge", "Hinge", params=specs(Margin)),
        Component("optimizer", "sgd", "Descent", params=specs(Descent)),
        Component("optimizer", "adam", "Adam", params=specs(Descent)),
        Component("sampler", "walk", "Walk", params=specs(Chains), requires={"open|wide": "no"}),
        Component("sampler", "jump", "Jump", requires={"open": "no place to land"}),
        Component("regularizer", "regularizer", "Regularisers"),
        *common(),
    )
)


def scene(**changes: object) -> Scene:
    given = {path.replace("__", "."): value for path, value in changes.items()}
    return build("lecture", "Lecture", ("landscape",), given, CATALOGUE)


def changed(before: Scene, **changes: object) -> Scene:
    given = {path.replace("__", "."): value for path, value in changes.items()}
    return replace(before, given, CATALOGUE)


def refusal(**changes: object) -> str:
    with pytest.raises(UserError) as caught:
        scene(**changes)
    return str(caught.value)


def test_a_scene_is_complete_without_a_word() -> None:
    plain = scene()
    assert set(plain.values) == {
        *("data.kind", "energy.kind", "objective.loss", "optimizer.kind", "sampler.kind"),
        *fields(plain, CATALOGUE),
    }
    assert (plain.kind("energy"), plain["energy.latents"], plain["seed"]) == ("ring", 48, 7)
    assert plain.view.beta == 10.0
    assert plain.run.device == "auto"
    assert plain.part("energy", Ring) == Ring()
    assert all(
        param.name == at.rpartition(".")[2] for at, param in fields(plain, CATALOGUE).items()
    )


def test_equal_by_value() -> None:
    assert scene(objective__beta="∞") == scene(objective__beta=math.inf)
    assert scene(seed=1) != scene(seed=2)
    assert scene(energy__kind="net").part("energy", Net) == Net()


def test_a_choice_of_kind_brings_its_own_parameters() -> None:
    net = scene(energy__kind="net", energy__hidden="64")
    assert net["energy.hidden"] == 64
    assert net["energy.latents"] == 8
    assert "energy.hidden" not in scene().values


def test_another_kind_keeps_what_both_have() -> None:
    before = scene(energy__latents=12, energy__floor=2.5, objective__beta=math.inf, seed=3)
    after = changed(before, energy__kind="net")
    assert (after["energy.latents"], after["energy.floor"], after["energy.hidden"]) == (12, 2.5, 32)
    assert after["objective.beta"] == math.inf
    assert after["seed"] == 3
    assert (after.name, after.title, after.figures) == ("lecture", "Lecture", ("landscape",))
    assert changed(after, energy__kind="ring") == before


def test_another_kind_drops_what_it_does_not_accept() -> None:
    assert changed(scene(energy__latents=4096), energy__kind="net")["energy.latents"] == 8


def test_changes_are_made_together_or_not_at_all() -> None:
    before = scene()
    kept = dict(before.values)
    with pytest.raises(UserError):
        changed(before, seed=8, energy__latents=0)
    assert before.values == kept
    after = changed(before, energy__kind="net", energy__hidden=3)
    assert after["energy.hidden"] == 3
    assert changed(before) == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"energy__latent": 3}, "energy.latent: no such parameter here (did you mean “energy.lat"),
        ({"energy__latent": 3}, "available: energy.kind, energy.latents, energy.floor"),
        ({"energy__hidden": 3}, "energy.hidden: no such parameter here"),
        ({"sed": 3}, "(did you mean “seed”?)"),
        ({"nothing": 3}, "nothing: no such parameter here"),
        ({"objective__kind": "hinge"}, "objective.kind: no such parameter here"),
        ({"energy__kind": "rng"}, "energy.kind: “rng” is not known (did you mean “ring”?)"),
        ({"energy__kind": "rng"}, "available: ring, net"),
        ({"energy__kind": 3}, "energy.kind: “3” is not known"),
        ({"energy__kind": None}, "energy.kind: “None” is not known"),
        ({"energy__kind": ""}, "energy.kind: “” is not known"),
        ({"objective__loss": False}, "objective.loss: “False” is not known"),
        ({"energy__latents": 5000}, "energy.latents: 5000 is outside 1 … 4096"),
        ({"view__window": [1, 1, 0, 1]}, "view.window: left must lie below right"),
        ({"view__window": [0, 1, 1, 0]}, "view.window: left must lie below right"),
        ({"view__levels": [1, 1]}, "view.levels: the first must lie below the second"),
        ({"view__cut": [1, 2, 1, 2]}, "view.cut: the two ends of the cut must differ"),
    ],
    ids=range(17),
)
def test_what_does_not_fit_is_named(changes: dict[str, object], message: str) -> None:
    assert message in refusal(**changes)


@pytest.mark.parametrize(
    ("changes", "affects"),
    [
        ({}, Affects.NOTHING),
        ({"view__beta": 10}, Affects.NOTHING),
        ({"view__colormap": "magma"}, Affects.DRAW),
        ({"view__beta": math.inf}, Affects.VIEW),
        ({"energy__floor": 1}, Affects.VIEW),
        ({"objective__beta": math.inf}, Affects.TRAIN),
        ({"optimizer__lr": 0.5}, Affects.TRAIN),
        ({"data__noise": 0.5}, Affects.TRAIN),
        ({"data__kind": "own"}, Affects.TRAIN),
        ({"optimizer__kind": "adam"}, Affects.TRAIN),
        ({"device": "cpu"}, Affects.TRAIN),
        ({"energy__latents": 12}, Affects.BUILD),
        ({"energy__kind": "net"}, Affects.BUILD),
        ({"seed": 8}, Affects.BUILD),
        ({"view__colormap": "magma", "view__beta": 1}, Affects.VIEW),
        ({"view__beta": 1, "optimizer__lr": 1}, Affects.TRAIN),
        ({"view__beta": 1, "optimizer__lr": 1, "seed": 1}, Affects.BUILD),
    ],
    ids=range(17),
)
def test_how_much_must_be_redone(changes: dict[str, object], affects: Affects) -> None:
    before = scene()
    after = changed(before, **changes)
    assert diff(before, after, CATALOGUE) is affects
    assert diff(after, before, CATALOGUE) is affects
    assert (affects is Affects.NOTHING) == (after == before)


@pytest.mark.parametrize(
    "given",
    [
        scene(),
        scene(objective__beta=math.inf, view__beta=math.inf, view__section="0, 0.1, ∞"),
        scene(energy__kind="net", energy__hidden=3, optimizer__lr=1 / 3, seed=2**31 - 1),
        scene(data__kind="own", data__points="AAAAAAAA8D8AAAAAAADwPw=="),
    ],
    ids=["plain", "inf", "net", "own"],
)
def test_json_and_back(given: Scene) -> None:
    text = json.dumps(to_json(given), allow_nan=False)
    assert from_json(json.loads(text), CATALOGUE) == given
    assert from_json(msgspec.json.decode(text), CATALOGUE) == given


def test_the_form_of_the_json() -> None:
    raw = to_json(scene(objective__beta=math.inf))
    assert list(raw)[:3] == ["name", "title", "figures"]
    assert raw["energy"] == {"kind": "ring", "latents": 48, "floor": 0.5}
    assert raw["objective"]["loss"] == "hinge"
    assert raw["objective"]["beta"] == "inf"
    assert raw["seed"] == 7
    assert raw["view"]["section"][-1] == "inf"


def test_json_may_leave_out_what_is_the_default() -> None:
    assert (
        from_json({"energy": {"latents": 12}}, CATALOGUE).values == scene(energy__latents=12).values
    )
    assert from_json({"energy.latents": 12}, CATALOGUE)["energy.latents"] == 12


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "ellipse",
        3,
        {"name": 3},
        {"title": None},
        {"title": "x" * 201},
        {"figures": "landscape"},
        {"figures": [3]},
        {"figures": {"a": 1}},
        {"energy": "ring"},
        {"energy": {"kind": {}}},
        {"energy": {"latents": {"a": 1}}},
        {"energy": [1]},
        {"run": {"seed": 3}},
        {"seed": {"seed": 3}},
        {"more": {}, "other": 1},
    ],
    ids=range(17),
)
def test_json_of_the_wrong_form(raw: object) -> None:
    with pytest.raises(UserError):
        from_json(raw, CATALOGUE)


def test_a_scene_travels_to_the_other_process() -> None:
    given = scene(objective__beta=math.inf)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(given), type=Scene) == given
    back = msgspec.msgpack.decode(msgspec.msgpack.encode(CATALOGUE), type=Catalogue)
    assert back == CATALOGUE


def test_the_catalogue_names_paths() -> None:
    assert [catalogues.selector(part) for part in catalogues.PARTS] == [
        *("experiment.kind", "data.kind", "energy.kind", "objective.loss", "", "optimizer.kind"),
        *("sampler.kind", "", ""),
    ]
    assert catalogues.path("run", "seed") == "seed"
    assert catalogues.path("energy", "latents") == "energy.latents"
    assert list(CATALOGUE.kinds("energy")) == ["ring", "net"]


def test_a_requirement_may_be_either_of_two_traits() -> None:
    fitting = scene(energy__kind="net")
    assert fitting.kind("sampler") == "walk"
    assert "chains" in fitting.facts
    assert "chains" not in changed(fitting, sampler__chains=0).facts
    assert "no place to land" in refusal(energy__kind="net", sampler__kind="jump")


def test_a_part_of_which_nothing_fits_keeps_its_component_and_does_nothing() -> None:
    ring = scene(energy__kind="ring", sampler__kind="jump")
    assert ring.kind("sampler") == "jump"
    assert "chains" not in ring.facts
    assert "chains" not in scene(energy__kind="ring").facts
    assert from_json(to_json(ring), CATALOGUE) == ring


def test_another_sampler_leaves_the_model_alone() -> None:
    before = scene(energy__kind="ring")
    assert diff(before, changed(before, sampler__kind="jump"), CATALOGUE) == Affects.DRAW
