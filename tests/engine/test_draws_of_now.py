"""R̂ and ESS count draws of the density and kernel of now: everything that ends them, and what does
not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from ebmviz.core.params import number
from ebmviz.core.scene import replace, visible
from ebmviz.engine.model.engine import Engine
from tests.scenes import CATALOGUE, built_in

STEPS = 9


def walking(name: str = "ellipse", **given: object) -> Engine:
    engine = Engine(built_in(name, given, view__resolution=32, sampler__chains=40))
    engine.train(3)
    engine.sample(STEPS)
    return engine


def since(engine: Engine) -> float:
    """Steps that count, of the density now shown."""
    engine.sample(1)
    return engine.snapshot(("sampling",)).metrics["sampler_since"]


def to(engine: Engine, **changes: object) -> None:
    given = {k.replace("__", "."): v for k, v in changes.items()}
    engine.set_scene(replace(engine.scene, given, CATALOGUE))


ANEW: dict[str, Callable[[Engine], object]] = {
    "β": lambda e: to(e, view__beta=3.0),
    "training": lambda e: e.train(1),
    "a past step": lambda e: e.seek(0),
    "fresh weights": lambda e: e.reset(),
    "other initial weights": lambda e: to(e, energy__init="random"),
    "latents": lambda e: to(e, energy__latents=60),
    "data": lambda e: to(e, data__kind="ellipse"),
    "sampler": lambda e: to(e, sampler__kind="mala"),
    "step": lambda e: to(e, sampler__step=0.02),
    "count": lambda e: to(e, sampler__chains=50),
    "start": lambda e: to(e, sampler__start="data"),
    "restart": lambda e: e.disperse(),
    "undo": lambda e: e.restore(e.checkpoint().without_history()),
}
GOES_ON: dict[str, Callable[[Engine], object]] = {
    "looking": lambda e: e.snapshot(("map", "chains")),
    "pace": lambda e: to(e, sampler__pace=7.0),
    "zoom": lambda e: to(e, view__window=(-1.0, 1.0, -1.0, 1.0)),
    "probe": lambda e: to(e, view__probe=(0.1, 0.1)),
    "picture": lambda e: to(e, view__picture="probability"),
    "box": lambda e: to(e, view__reach=1.0),
    "rate": lambda e: to(e, optimizer__lr=0.01),
    "training β": lambda e: to(e, objective__beta=2.0),
    "the newest step": lambda e: e.seek(3),
}


@pytest.mark.parametrize("what", ANEW)
def test_draws_begin_anew_with(what: str) -> None:
    engine = walking()
    ANEW[what](engine)
    assert since(engine) == 1


@pytest.mark.parametrize("what", GOES_ON)
def test_draws_go_on_through(what: str) -> None:
    engine = walking()
    GOES_ON[what](engine)
    assert since(engine) == STEPS + 1


def test_a_past_step_that_is_looked_at_for_long_counts_its_draws() -> None:
    engine = walking()
    engine.seek(1)
    assert [since(engine) for _ in range(3)] == [1, 2, 3]
    engine.seek(None)
    assert since(engine) == 1


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("hmc", {"sampler__leap": 0.2}),
        ("hmc", {"sampler__leaps": 3}),
        ("tempering", {"sampler__replicas": 3}),
        ("tempering", {"sampler__hottest": 0.5}),
        ("sgld", {"sampler__noise": 0.3}),
        ("sgld", {"sampler__preset": "jem"}),
    ],
)
def test_another_kernel_begins_them_anew(kind: str, changes: dict[str, object]) -> None:
    engine = walking(sampler__kind=kind)
    to(engine, **changes)
    assert since(engine) == 1


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("horn", {"view__x": 0.4}),
        ("jem", {"view__answer": 2}),
        ("horn-latent", {"energy__strength": 2.0}),
    ],
)
def test_so_does_another_x_class_or_prior(name: str, changes: dict[str, object]) -> None:
    engine = walking(name, view__beta=1.0)
    to(engine, **changes)
    assert since(engine) == 1


def test_exact_draws_are_of_the_box() -> None:
    engine = walking(sampler__kind="exact")
    to(engine, view__window=(-1.0, 1.0, -1.0, 1.0))
    assert since(engine) == STEPS + 1
    to(engine, view__reach=0.1)
    assert since(engine) == 1


def test_a_chain_that_is_put_back_is_no_draw() -> None:
    engine = walking(sampler__step=3.0, view__beta=2.0)  # stable up to 1
    engine.sample(200)
    found = engine.snapshot(("sampling",)).metrics
    assert found["sampler_flown"] > 0
    assert found["sampler_since"] < 64
    assert "sampler_r_hat" not in found
    assert "sampler_ess" not in found
    to(engine, sampler__step=0.05)
    engine.sample(150)
    found = engine.snapshot(("sampling",)).metrics
    assert found["sampler_flown"] == 0
    assert found["sampler_since"] == 150
    assert found["sampler_r_hat"] > 1


def test_what_is_known_of_chains_goes_with_them() -> None:
    """Where the map stays as it is, and they alone are measured again."""
    engine = walking(view__beta=1.0)
    engine.sample(150)
    subject = engine.subject()
    assert "sampler_r_hat" in engine.snapshot(("sampling",), subject=subject).metrics
    engine.disperse()
    assert engine.unmoved(subject)
    again = engine.snapshot(("sampling",), subject=subject).metrics
    assert again == engine.snapshot(("sampling",)).metrics
    assert "sampler_r_hat" not in again


@pytest.mark.parametrize(
    "given",
    [
        {"sampler__kind": "ula", "sampler__step": 0.0},
        {"sampler__kind": "mala", "sampler__step": 0.0, "sampler__start": "probe"},
        {"sampler__kind": "hmc", "sampler__leap": 9.0, "sampler__leaps": 40, "view__beta": 50.0},
        {"sampler__kind": "sgld", "sampler__step": 0.0, "sampler__noise": 0.0},
    ],
)
def test_chains_that_do_not_move_are_known(given: dict[str, Any]) -> None:
    engine = walking(**given)
    engine.sample(100)
    found = engine.snapshot(("sampling",)).metrics
    assert found["sampler_standing"] == found["sampler_traced"] == 40
    assert "sampler_r_hat" not in found


@pytest.mark.parametrize("name", ["ellipse", "jem", "unconditional", "horn", "kmeans", "pca"])
def test_whatever_moves_the_field_begins_the_draws_anew(name: str) -> None:
    """Over all that the view has: F at some places moves exactly if the draws begin anew."""
    engine = walking(name, view__beta=1.0)
    at = torch.randn(30, 2, generator=torch.Generator().manual_seed(0))
    before = engine.scene
    params = {p: x for p, x in visible(before, CATALOGUE).items() if p.startswith("view.")}
    moved = set()
    for path, param in params.items():
        value = before[path]
        others: list[object] = [
            c for c in param.choices if c != value and not param.refused(c, before.facts)
        ]
        if param.type in ("float", "int") and not others:
            others = [number(value) + 1]
        for other in others[:2]:
            engine.set_scene(before)
            engine.sample(2)
            f, slope = engine.chains()._field(at)  # type: ignore[misc]
            engine.set_scene(replace(before, {path: other}, CATALOGUE))
            new, new_slope = engine.chains()._field(at)  # type: ignore[misc]
            if torch.equal(f, new) and torch.equal(slope, new_slope):
                continue
            moved.add(path)
            assert since(engine) == 1, path
    # What has no latent has one F at every β; all else is asked of something.
    assert ("view.beta" in moved) == (name not in ("unconditional", "pca"))
