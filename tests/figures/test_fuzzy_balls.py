"""The four pictures of the VAE lecture: their forces by finite differences, in float64."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch

from ebmviz.core.plot import Curve, Points, Segments
from ebmviz.core.scene import Scene
from ebmviz.engine.energies.base.capabilities import Encodes
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.base.variational import hermite
from ebmviz.engine.measures.code_forces import spring
from ebmviz.engine.model.engine import Engine
from ebmviz.figures import fuzzy_balls
from ebmviz.figures.base.figure import Shot
from tests.figures.drawing import labelled, layers, plots, sound
from tests.scenes import built_in


def taken(scene: Scene, steps: int = 0) -> tuple[Shot, Engine]:
    engine = Engine(scene)
    engine.train(steps)
    return Shot(scene, engine.snapshot(fuzzy_balls.FIGURE.needs)), engine


@pytest.mark.parametrize("name", ["vae", "vae-balls"])
def test_the_forces_are_the_slopes_of_the_loss(name: str) -> None:
    """⟨E⟩ of a ball whose middle is moved, by central differences of its definition."""
    given = {"data.count": 12, "objective.beta": 4.0, "objective.springs": 0.3}
    shot, engine = taken(built_in(name, given), steps=30)
    energy, rows = engine.task.energy, engine.task.data.double()
    weights = {k: w.double() for k, w in engine.weights.items()}
    assert isinstance(energy, Encodes)
    assert isinstance(energy, Decoder)
    mean, s = (t.detach() for t in energy.encode(weights, rows))
    d = mean.shape[1]
    nodes, shares = hermite(32 // d, d)

    def fuzzy(middle: torch.Tensor) -> torch.Tensor:
        z = middle[:, None] + s[:, None] * nodes
        out = energy.decode(weights, z.flatten(0, 1)).view(*z.shape[:2], 2)
        return ((rows[:, None, -2:] - out) ** 2).sum(2) @ shares

    h = 1e-5
    for axis in range(d):
        move = torch.zeros(d, dtype=torch.float64)
        move[axis] = h
        slope = (fuzzy(mean + move) - fuzzy(mean - move)) / (2 * h)
        found = shot.snapshot.arrays["code_apart"][:, axis]
        np.testing.assert_allclose(found, -slope.detach(), atol=1e-7)
    wanted = -(1 / 4 + 2 * 0.3) * mean
    np.testing.assert_allclose(shot.snapshot.arrays["code_spring"], wanted, atol=1e-12)
    m = shot.snapshot.metrics
    assert m["code_fuzzy"] == pytest.approx(float(fuzzy(mean).mean()), abs=1e-12)
    sharp = ((rows[:, -2:] - energy.decode(weights, mean)) ** 2).sum(1)
    assert m["code_sharp"] == pytest.approx(float(sharp.mean()), abs=1e-12)
    assert (m["code_beta"], m["code_gamma"]) == (4.0, 0.3)


def test_springs_are_the_slope_of_the_divergence_and_none_at_beta_infinity() -> None:
    mean = torch.tensor([[0.4, -1.2]], dtype=torch.float64, requires_grad=True)
    kl = 0.5 * (mean**2 + 0.09 - np.log(0.09) - 1)
    (slope,) = torch.autograd.grad((kl / 2.5 + 0.7 * mean**2).sum(), mean)
    torch.testing.assert_close(spring(mean.detach(), 2.5, 0.7), -slope)
    assert float(spring(mean.detach(), float("inf"), 0.0).abs().max()) == 0


def test_the_caption_says_how_far_the_codes_are_and_whether_there_are_springs() -> None:
    shot, _ = taken(built_in("vae-balls", {}), steps=10)
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    said = fuzzy_balls.draw(shot).caption
    away, wide = (f"{np.abs(a[key]).mean():.2f}" for key in ("code_mean", "code_s"))
    assert f"Per axis |m| is {away} and s {wide} on average." in said
    assert said.endswith(" m")
    none = {**m, "code_beta": float("inf"), "code_gamma": 0.0}
    free = Shot(shot.scene, msgspec.structs.replace(shot.snapshot, metrics=none))
    assert fuzzy_balls.draw(free).caption.endswith("There are no springs")


def test_the_four_panels_show_the_same_codes_and_their_centre_of_mass() -> None:
    shot, _ = taken(built_in("vae-balls", {}), steps=10)
    sheet = fuzzy_balls.draw(shot)
    four = plots(sheet)
    assert [p.title for p in four] == ["Points", "Fuzzy balls", "Flying apart", "Springs"]
    mean, s = shot.snapshot.arrays["code_mean"], shot.snapshot.arrays["code_s"]
    for plot in four:
        sound(plot)
        codes, mass = labelled(plot, "code m(y)"), labelled(plot, "centre of mass")
        np.testing.assert_array_equal(np.stack([codes.x, codes.y], 1), mean)
        assert (mass.x[0], mass.y[0]) == pytest.approx(tuple(mean.mean(0)), abs=1e-7)
    assert not layers(four[0], Curve)
    assert len(layers(four[1], Curve)) == 3
    ball = layers(four[1], Curve)[0]
    radius = np.nanmax(ball.x.reshape(len(mean), -1), 1) - mean[:, 0]
    np.testing.assert_allclose(radius, s[:, 0], rtol=1e-5)
    lengths = []
    for plot, force in zip(four[2:], ("code_apart", "code_spring"), strict=True):
        (arrows,) = layers(plot, Segments)
        move = arrows.end - arrows.start
        lengths.append(np.linalg.norm(move) / np.linalg.norm(shot.snapshot.arrays[force]))
        assert (move * shot.snapshot.arrays[force]).sum(1).min() >= 0
    assert lengths[0] == pytest.approx(lengths[1]), "one scale"


def test_codes_of_one_number_are_laid_out_by_rank() -> None:
    shot, _ = taken(built_in("vae", {"data.count": 300}))
    four = plots(fuzzy_balls.draw(shot))
    codes = labelled(four[0], "code m(y)")
    assert len(codes.x) <= 60
    assert (np.diff(codes.x) >= 0).all()
    assert (np.diff(codes.y) > 0).all()
    mass: Points = labelled(four[3], "centre of mass")
    assert mass.x[0] == pytest.approx(float(shot.snapshot.arrays["code_mean"].mean()), abs=1e-7)
