"""What the figures of codes hold, against the encoder itself."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
import torch

from ebmviz.core import library
from ebmviz.core.plot import Bars, Curve, Image, Layer, Plot, Points, Rule, Segments
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.energies.base.capabilities import Encodes
from ebmviz.engine.model.engine import Engine
from ebmviz.figures import code_posterior, codes, cross_section, landscape, variational_gap
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.words import formula, text
from tests.scenes import CATALOGUE, built_in


def scene(name: str, **changes: object) -> Scene:
    """The built-in scene; `a__b` stands for the path a.b."""
    return built_in(name, changes, view__resolution=16, energy__latents=361)


def shot(figure: Figure, name: str = "vae", **changes: object) -> tuple[Shot, Engine]:
    chosen = scene(name, **changes)
    engine = Engine(chosen)
    engine.train(6)
    return Shot(chosen, engine.snapshot(figure.needs)), engine


def encoded(engine: Engine) -> tuple[np.ndarray, np.ndarray]:
    with torch.no_grad():
        assert isinstance(engine.task.energy, Encodes)
        mean, s = engine.task.energy.encode(engine.weights, engine.task.data)
    return mean.numpy(), s.numpy()


def labelled(layer: Layer) -> str:
    return getattr(layer, "label", "")


def layer(plot: Plot, kind: type, label: str) -> object:
    (found,) = [x for x in plot.layers if isinstance(x, kind) and labelled(x) == label]
    return found


def test_balls_lie_where_the_encoder_puts_them() -> None:
    given, engine = shot(codes.FIGURE, "vae-balls")
    plot = codes.draw(given)
    mean, s = encoded(engine)
    points = layer(plot, Points, "q(z|y)")
    assert isinstance(points, Points)
    assert np.stack([points.x, points.y], 1) == pytest.approx(mean, abs=1e-5)
    widest = next(x for x in plot.layers if isinstance(x, Curve) and x.color == "latent")
    ring = np.stack([widest.x, widest.y], 1).reshape(len(mean), -1, 2)[:, :-1]
    assert np.abs((ring - mean[:, None]) / s[:, None]).max() == pytest.approx(1, abs=1e-3)
    assert np.hypot(*((ring - mean[:, None]) / s[:, None]).T) == pytest.approx(1, abs=1e-4)
    assert plot.equal


def test_codes_of_one_number_go_by_rank_beside_the_priors_distribution() -> None:
    given, engine = shot(codes.FIGURE)
    plot = codes.draw(given)
    mean, s = encoded(engine)
    order = mean[:, 0].argsort(kind="stable")
    bars = layer(plot, Segments, "m(y) ± s(y)")
    assert isinstance(bars, Segments)
    assert (bars.end - bars.start)[:, 0] / 2 == pytest.approx(s[order, 0], abs=1e-5)
    assert ((bars.end + bars.start) / 2)[:, 0] == pytest.approx(mean[order, 0], abs=1e-5)
    assert (np.diff(bars.start[:, 1]) > 0).all()
    curve = layer(plot, Curve, "CDF of p(z)")
    assert isinstance(curve, Curve)
    assert curve.y == pytest.approx([NormalDist().cdf(z) for z in curve.x], abs=1e-9)


def test_codes_that_f_does_not_see_are_told() -> None:
    given, engine = shot(codes.FIGURE, energy__extent=1.0)
    engine.state.weights["enc.b3"][0] = 5.0  # all codes far out
    far = Shot(given.scene, engine.snapshot(codes.FIGURE.needs))
    assert codes.draw(far).caption.startswith("200 lie beyond")
    assert codes.draw(shot(codes.FIGURE, energy__extent=50.0)[0]).caption == ""


@pytest.mark.parametrize("beta", [2.0, 20.0])
def test_the_gap_is_the_difference_of_the_two_energies(beta: float) -> None:
    given, _ = shot(variational_gap.FIGURE, view__beta=beta)
    a, m = given.snapshot.arrays, given.snapshot.metrics
    tilde = a["code_energy"] + a["code_kl"] / beta
    assert a["code_gap"] == pytest.approx(beta * (tilde - a["code_free"]), abs=1e-9)
    plot = variational_gap.draw(given)
    (bars,) = (x for x in plot.layers if isinstance(x, Bars))
    assert sorted(bars.height) == pytest.approx(sorted(a["code_gap"]))
    (rule,) = (x for x in plot.layers if isinstance(x, Rule))
    assert rule.at == pytest.approx(float(a["code_gap"].mean())) == m["code_gap_mean"]
    assert (a["code_gap"] > -1e-9).all()
    assert f"⟨F⟩ = {text.fixed(float(a['code_free'].mean()))}" in plot.caption


def test_data_whose_normalisation_is_too_coarse_are_counted() -> None:
    given, _ = shot(variational_gap.FIGURE)
    count = len(given.snapshot.arrays["code_gap"])
    given.snapshot.metrics["code_coarse"] = 3.0
    said = variational_gap.draw(given).caption
    assert said.startswith(f"3 of {count} data left out: Z is too coarse or short · ⟨F̃⟩ = ")


@pytest.mark.parametrize("beta", ["0", "inf"])
def test_hot_and_cold_all_is_finite(beta: str) -> None:
    for figure in (codes, variational_gap, code_posterior):
        given, _ = shot(figure.FIGURE, view__beta=beta)
        assert all(np.isfinite(x).all() for x in given.snapshot.arrays.values())
        assert figure.draw(given).title
    chosen = scene("vae", view__beta=beta, view__picture="variational")
    assert np.isfinite(Engine(chosen).snapshot(("map",)).arrays["map"]).all()


@pytest.mark.parametrize("name", ["vae", "vae-balls"])
def test_densities_of_z_add_up_to_one(name: str) -> None:
    given, _ = shot(code_posterior.FIGURE, name)
    a = given.snapshot.arrays
    cell = float(a["z_axis"][1] - a["z_axis"][0]) ** a["z_posterior"].ndim
    for part in ("z_posterior", "z_code", "z_prior"):
        assert float(a[part].sum()) * cell == pytest.approx(1, abs=5e-3)
    plot = code_posterior.draw(given)
    if name == "vae":
        assert [*map(labelled, plot.layers)] == ["prior p(z)", "posterior q*", "encoder’s q"]
    else:
        image = plot.layers[0]
        assert isinstance(image, Image)
        peak = np.unravel_index(a["z_code"].argmax(), a["z_code"].shape)
        at = a["z_axis"][list(peak[::-1])]  # rows go with z_2
        assert at == pytest.approx(a["z_place"][0], abs=0.07)


def test_the_probes_gap_is_that_of_its_densities() -> None:
    given, _ = shot(code_posterior.FIGURE, view__beta=3.0)
    a = given.snapshot.arrays
    q, best = a["z_code"].astype(float), a["z_posterior"].astype(float)
    step = float(a["z_axis"][1] - a["z_axis"][0])
    inside = q > 1e-12
    wanted = float((q[inside] * np.log(q[inside] / best[inside])).sum()) * step
    assert given.snapshot.metrics["probe_gap"] == pytest.approx(wanted, abs=2e-3)


def test_the_section_and_the_map_show_f_tilde() -> None:
    given, _ = shot(cross_section.FIGURE)
    assert layer(cross_section.draw(given), Curve, "F̃")
    plain = scene("vae")
    assert text.map_symbol(plain) == "F_β"
    asked = replace(plain, {"view.picture": "variational"}, CATALOGUE)
    assert Engine(asked).subject().oracle is None, "P is that of F"
    assert text.map_symbol(asked) == "F̃_β"
    assert text.map_title(asked).startswith("Variational free energy")
    assert formula.formula(asked).startswith("F̃(y) = ⟨E(y, z)⟩_q")
    assert "p(z)" in formula.formula(plain)
    other = replace(asked, {"energy.kind": "ellipse"}, CATALOGUE)
    assert text.map_symbol(other) == "F_β", "it has no encoder"
    assert landscape.draw(Shot(asked, Engine(asked).snapshot(landscape.FIGURE.needs))).title


def test_only_encoders_have_codes() -> None:
    for name in ("ellipse", "autoencoder", "unconditional"):
        other = library.scene(name, CATALOGUE)
        assert not codes.FIGURE.fits(other)
        assert Engine(other).snapshot(("codes", "posterior", "tilde")).arrays == {}
    assert math.isfinite(shot(codes.FIGURE)[0].snapshot.metrics["code_kl_mean"])
