"""What holds for every component of the catalogue, those to come included."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core import assets, library
from ebmviz.core.catalogue import PARTS, selector
from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects, Param, ParamSet, specs
from ebmviz.core.scene import Scene, build, replace
from ebmviz.core.table import encode_points
from ebmviz.engine import registry
from ebmviz.engine.component import Component
from ebmviz.engine.datasets.dataset import Dataset
from ebmviz.engine.energies.decoder import Decoder
from ebmviz.engine.energies.energy import Energy, Weights
from ebmviz.engine.engine import Engine
from ebmviz.engine.losses.loss import Loss
from ebmviz.engine.objective import objective
from ebmviz.engine.optimizers.optimizer import Optimizer

AnyComponent = type[Component[Any]]
CATALOGUE = registry.catalogue()
BETAS = (0.0, 0.3, 4.0, math.inf)
NEEDS = ("map", "manifold", "data", "section", "lens")

POINTS = np.random.default_rng(1).normal(size=(30, 2))
# Parameters without which a component has nothing to show.
GIVEN: dict[tuple[str, str], dict[str, Any]] = {
    ("data", "own"): {"points": base64.b64encode(encode_points(POINTS)).decode()}
}


def of(kind: type[Component[Any]]) -> list[AnyComponent]:
    return [c for c in registry.COMPONENTS if issubclass(c, kind)]


def name(component: object) -> str:
    return f"{component.part}-{component.kind}" if isinstance(component, type) else str(component)  # type: ignore[attr-defined]


def make(cls: AnyComponent, **params: Any) -> Any:
    return cls(cls.Params(**GIVEN.get((cls.part, cls.kind), {}), **params))


def scene(*chosen: AnyComponent, seed: int = 7) -> Scene:
    """A scene of the chosen components; the first of each other part."""
    given: dict[str, object] = {"seed": seed, "device": "cpu", "view.resolution": 16}
    for cls in chosen:
        given[selector(cls.part)] = cls.kind
        given |= {f"{cls.part}.{k}": v for k, v in GIVEN.get((cls.part, cls.kind), {}).items()}
    return build("contract", "", (), given, CATALOGUE)


everyone = pytest.mark.parametrize("cls", registry.COMPONENTS, ids=name)
every_energy = pytest.mark.parametrize("energy", of(Energy), ids=name)
every_decoder = pytest.mark.parametrize("energy", of(Decoder), ids=name)
every_loss = pytest.mark.parametrize("loss", of(Loss), ids=name)


def offered(part: type[Component[Any]], energy: AnyComponent) -> list[AnyComponent]:
    """The components of a part that fit an energy."""
    return [c for c in of(part) if not c.describe().refused_by(energy.describe())]


PAIRS = [(energy, loss) for energy in of(Energy) for loss in offered(Loss, energy)]
every_pair = pytest.mark.parametrize("energy, loss", PAIRS, ids=name)


# declarations -------------------------------------------------------------------------


@everyone
def test_it_is_described_in_full(cls: AnyComponent) -> None:
    found = cls.describe()
    assert found.part in PARTS
    assert found.title
    assert not found.title.endswith(".")
    assert found.doc, "a sentence after the title says what it is good for"
    if (cls.part, cls.kind) != ("data", "own"):
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
        if component.part not in ("energy", "run"):
            assert all(p.affects < Affects.BUILD for p in component.params), component.kind


def test_the_shipped_catalogue_is_that_of_the_registry() -> None:
    real = json.loads(json.dumps(library.catalogue_to_json(registry.catalogue())))
    shipped = json.loads(assets.resource("catalogue.json").read_text("utf-8"))
    assert shipped == real, (
        "resources/catalogue.json is out of date. Write it anew:\n"
        'python -c "import json; from ebmviz.core import assets, library; '
        "from ebmviz.engine import registry; "
        "assets.resource('catalogue.json').write_text(json.dumps("
        "library.catalogue_to_json(registry.catalogue()), indent=1, ensure_ascii=False)"
        " + '\\n', 'utf-8')\""
    )
    assert library.shipped_catalogue() == registry.catalogue()


@pytest.mark.parametrize("name", assets.scene_names())
def test_the_built_in_scenes_pose_a_problem(name: str) -> None:
    engine = Engine(library.scene(name, CATALOGUE))
    assert engine.scene.name == name
    assert engine.train(2) == 2


def test_an_unknown_component_is_a_sentence() -> None:
    known = scene()
    for part in ("data", "energy", "objective", "optimizer"):
        values = {**known.values, selector(part): "nonsense"}
        with pytest.raises(UserError, match="nonsense"):
            Engine(Scene("", "", (), values))


# data sets ----------------------------------------------------------------------------


@pytest.mark.parametrize("cls", of(Dataset), ids=name)
def test_data_are_points_of_the_plane_and_follow_from_the_seed(cls: AnyComponent) -> None:
    y = make(cls).points(3)
    assert y.ndim == 2
    assert y.shape[1] == (2 if "takes:points" in cls.requires else y.shape[1])
    assert any(not cls.describe().refused_by(e.describe()) for e in of(Energy)), "of no use"
    assert len(y) > 0
    assert y.dtype == np.float64
    assert np.isfinite(y).all()
    again = make(cls).points(3)
    assert np.array_equal(y, again)
    again += 1  # whoever changes what it got changes nothing for others
    assert np.array_equal(y, make(cls).points(3))


@pytest.mark.parametrize("cls", of(Dataset), ids=name)
def test_more_points_extend_the_set(cls: AnyComponent) -> None:
    if "count" in cls.Params.__struct_fields__:
        few, many = make(cls, count=10).points(3), make(cls, count=25).points(3)
        assert len(many) == 25
        assert np.array_equal(many[:10], few)


@pytest.mark.parametrize("cls", of(Dataset), ids=name)
def test_noise_moves_points_along_fixed_directions(cls: AnyComponent) -> None:
    if "noise" in cls.Params.__struct_fields__:
        clean, some, more = (make(cls, noise=s).points(3) for s in (0, 0.1, 0.3))
        assert np.allclose(more - clean, 3 * (some - clean), atol=1e-12)
        assert not np.array_equal(some, clean)


def test_generated_points_lie_on_the_ellipse_but_for_their_noise() -> None:
    cls = next(c for c in of(Dataset) if c.kind == "ellipse")
    clean = make(cls, count=2000, noise=0).points(0)
    assert np.allclose((clean / [2, 1.5]) ** 2 @ [1, 1], 1)
    noise = make(cls, count=2000, noise=0.05).points(0) - clean
    assert noise.std(0) == pytest.approx([0.05, 0.05], rel=0.1)
    assert abs(np.corrcoef(noise.T)[0, 1]) < 0.1


def test_the_lectures_points_are_the_lectures() -> None:
    y = make(next(c for c in of(Dataset) if c.kind == "lecture")).points(0)
    assert y.shape == (24, 2)
    assert y[22].tolist() == [1.9694, 0.0867]  # Y[23], counted from 1
    assert y[9].tolist() == [0.1855, 1.5052]  # Y[10]


# energies -----------------------------------------------------------------------------


def problem(energy: AnyComponent, **params: Any) -> tuple[Any, Weights, Tensor]:
    """The energy, float64 weights that have no symmetry, and some rows of data."""
    model = make(energy, **params)
    data = torch.from_numpy(make(offered(Dataset, energy)[0]).points(3)).float()
    rng = torch.Generator().manual_seed(5)
    weights = {
        k: w.double() + 0.1 * torch.randn(w.shape, generator=rng, dtype=torch.float64)
        for k, w in model.initial(rng, data).items()
    }
    return model, weights, data[torch.linspace(0, len(data) - 1, 5).long()].double()


@every_energy
def test_an_energy_says_what_it_is(energy: AnyComponent) -> None:
    traits = set(energy.traits)
    mapped = traits & {"plane:y", "plane:xy", "plane:x"}
    assert len(mapped) + len([t for t in traits if t.startswith("main:")]) == 1
    assert len([t for t in traits if t.startswith("takes:")]) == 1
    assert len(traits & {"discrete", "continuous"}) == (1 if mapped else 0)
    assert offered(Dataset, energy) and offered(Loss, energy)


@every_decoder
def test_a_decoder_decodes_every_latent(energy: AnyComponent) -> None:
    model, weights, rows = problem(energy)
    z = model.latents()
    assert z.dtype == torch.float64
    assert z.device.type == "cpu"
    x = (rows[:, 0],) if "conditional" in energy.traits else ()
    for dtype in (torch.float32, torch.float64):
        given = {k: w.to(dtype) for k, w in weights.items()}
        points = model.decode(given, z.to(dtype), *(v.to(dtype) for v in x))
        assert points.shape == ((len(rows), len(z), 2) if x else (len(z), 2))
        assert points.dtype == dtype
        assert bool(points.isfinite().all())


@every_energy
def test_weights_follow_from_the_seed_and_fit_a_file(energy: AnyComponent) -> None:
    data = torch.from_numpy(make(offered(Dataset, energy)[0]).points(3)).float()
    for init in choices(energy, "init"):
        model = make(energy, **init)
        one, two = (model.initial(torch.Generator().manual_seed(2), data) for _ in range(2))
        assert one.keys() == two.keys()
        assert all(torch.equal(one[k], two[k]) for k in one)
        assert all(w.dtype == torch.float32 and w.device.type == "cpu" for w in one.values())
        assert all("/" not in k and ":" not in k for k in one), "a name must survive a file"
        assert model.accepts(one, data)


def mapped(energy: AnyComponent) -> bool:
    return any(trait.startswith("plane:") for trait in energy.traits)


def choices(cls: AnyComponent, wanted: str) -> list[dict[str, str]]:
    """Every value of a choice, or no choice at all."""
    for param in specs(cls.Params):
        if param.name == wanted:
            return [{wanted: value} for value in param.choices]
    return [{}]


@every_energy
@pytest.mark.parametrize("beta", BETAS)
def test_the_slope_of_an_energy_is_that_of_finite_differences(
    energy: AnyComponent, beta: float
) -> None:
    """Along a random direction of all weights together, where the energy has no kink."""
    model, weights, rows = problem(energy)
    rng = torch.Generator().manual_seed(11)
    along = {k: torch.randn(w.shape, generator=rng).double() for k, w in weights.items()}
    mix = torch.randn(len(rows), generator=rng).double()

    def value(t: float) -> Tensor:
        moved = {k: w + t * along[k] for k, w in weights.items()}
        return (mix * model.free(moved, rows, beta)).sum()

    leaves = {k: w.clone().requires_grad_() for k, w in weights.items()}
    total = (mix * model.free(leaves, rows, beta)).sum()
    slopes = torch.autograd.grad(
        total, list(leaves.values()), allow_unused=True, materialize_grads=True
    )
    slope = sum((g * along[k]).sum() for g, k in zip(slopes, leaves, strict=True))
    h = 1e-6
    found = (value(h) - value(-h)) / (2 * h)
    torch.testing.assert_close(found, slope.detach(), rtol=1e-5, atol=1e-5)  # type: ignore[union-attr]


@every_energy
@pytest.mark.parametrize("beta", BETAS)
def test_a_row_does_not_see_the_rest_of_its_batch(energy: AnyComponent, beta: float) -> None:
    model, weights, rows = problem(energy)
    together = model.free(weights, rows, beta)
    alone = torch.cat([model.free(weights, row[None], beta) for row in rows])
    torch.testing.assert_close(together, alone, rtol=1e-11, atol=1e-11)
    order = torch.tensor([3, 0, 4, 1, 2])
    torch.testing.assert_close(model.free(weights, rows[order], beta), together[order])


@every_energy
def test_stacked_weights_are_so_many_models(energy: AnyComponent) -> None:
    model, weights, rows = problem(energy)
    stacked = {k: torch.stack([w, 1.5 * w, -w]) for k, w in weights.items()}
    together = torch.func.vmap(lambda w: model.free(w, rows, 2.0))(stacked)
    for i, row in enumerate(together):
        one = model.free({k: w[i] for k, w in stacked.items()}, rows, 2.0)
        torch.testing.assert_close(row, one, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("energy", [e for e in of(Energy) if mapped(e)], ids=name)
def test_the_map_is_the_energy_of_its_places(energy: AnyComponent) -> None:
    model, weights, _ = problem(energy)
    view = scene(energy).view
    y1, y2 = torch.linspace(-1, 1, 4).double(), torch.linspace(-2, 1, 3).double()
    for beta in BETAS:
        found = model.landscape(weights, view, y1, y2, beta).free_energy
        places = torch.stack([y1.repeat(3), y2.repeat_interleave(4)], 1)
        wanted = model.at(weights, view, places, beta).view(3, 4)
        torch.testing.assert_close(found, wanted, rtol=1e-6, atol=1e-6)


@every_pair
def test_a_loss_is_a_mean_over_the_batch(energy: AnyComponent, loss: AnyComponent) -> None:
    model, weights, rows = problem(energy)
    task = objective(model, make(loss), registry.regularizer(scene(energy)), rows, 3)
    if loss.answers == "embeddings":  # a statistic of the batch
        return
    wrong = task.draw(weights, rows, 0)
    every = task.per_row(task.energies(weights, rows, wrong), wrong)
    assert every.shape == (len(rows),)
    for i in range(len(rows)):
        own = wrong._replace(
            each=None if wrong.each is None else wrong.each[i : i + 1],
            near=None if wrong.near is None else wrong.near[i : i + 1],
            nodes=wrong.nodes and (wrong.nodes[0][i : i + 1], wrong.nodes[1]),
        )
        alone = task.per_row(task.energies(weights, rows[i : i + 1], own), own)
        torch.testing.assert_close(alone[0], every[i], rtol=1e-9, atol=1e-9)


# whole scenes -------------------------------------------------------------------------


def gentle(chosen: Scene) -> Scene:
    """At a rate that suits every energy, and with few wrong answers, for speed."""
    wanted = {"optimizer.lr": 1e-3, "optimizer.batch": 4, "objective.answers": 6}
    return replace(chosen, {k: v for k, v in wanted.items() if k in chosen.values}, CATALOGUE)


STEPS = 200  # without a NaN, of every energy under every loss


@every_pair
def test_every_energy_trains_under_every_loss_that_it_is_offered(
    energy: AnyComponent, loss: AnyComponent
) -> None:
    adam = next(c for c in of(Optimizer) if c.kind == "adam")
    engine = Engine(gentle(scene(energy, loss, adam)))
    engine.train(STEPS)
    assert engine.state.step == STEPS
    assert math.isfinite(engine.metrics()["mean_energy"])
    assert all(math.isfinite(v) for v in engine.history.losses[1:])


COMBINATIONS = [
    *((offered(Dataset, e)[0], e, loss, of(Optimizer)[0]) for e, loss in PAIRS),
    *(
        (d, e, offered(Loss, e)[0], of(Optimizer)[0])
        for d in of(Dataset)
        for e in of(Energy)
        if d in offered(Dataset, e)
    ),
    *(
        (offered(Dataset, e)[0], e, offered(Loss, e)[0], o)
        for e in of(Energy)[:2]
        for o in of(Optimizer)
    ),
]


@pytest.mark.parametrize(
    "chosen", dict.fromkeys(COMBINATIONS), ids=lambda c: "-".join(x.kind for x in c)
)
def test_any_combination_is_saved_and_follows_from_the_seed(
    chosen: tuple[AnyComponent, ...],
) -> None:
    one, two, loaded = (Engine(gentle(scene(*chosen))) for _ in range(3))
    needs = NEEDS if mapped(chosen[1]) else ("curves",)
    one.train(7)
    two.train(3)
    loaded.restore(two.checkpoint(), two.history.to_arrays())
    loaded.train(4)
    expected, found = one.checkpoint(), loaded.checkpoint()
    assert expected.keys() == found.keys()
    for key, array in expected.items():
        assert array.tobytes() == found[key].tobytes(), key
    ours, theirs = one.snapshot(needs), loaded.snapshot(needs)
    assert ours.metrics == theirs.metrics
    for key, array in ours.arrays.items():
        assert np.array_equal(array, theirs.arrays[key], equal_nan=True), key
        assert key in ("section_beta", "curve_loss") or np.isfinite(array).all(), key


@pytest.mark.parametrize("cls", of(Optimizer), ids=name)
def test_an_optimiser_of_rate_zero_moves_nothing(cls: AnyComponent) -> None:
    optimizer = make(cls, lr=0.0)
    weights = {"w": torch.tensor([1.0, -2.0])}
    slots = optimizer.init(weights)
    assert all(key.endswith("/w") for key in slots), "a slot is named slot/weight"
    moved, after = optimizer.update(weights, {"w": torch.ones(2)}, slots, 1)
    assert torch.equal(moved["w"], weights["w"])
    assert after.keys() == slots.keys()


def test_every_part_has_a_component() -> None:
    assert {c.part for c in registry.COMPONENTS} == set(PARTS) - {"view", "run"}
    assert all(issubclass(c.Params, ParamSet) for c in registry.COMPONENTS)
