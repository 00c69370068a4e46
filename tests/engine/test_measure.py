"""Every measure against the definition, worked out by brute force in float64."""

from __future__ import annotations

import base64
import itertools
import math
import sys
from typing import Any

import numpy as np
import pytest
import torch

from ebmviz.core import library
from ebmviz.core.plot import Image
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.core.table import encode_points
from ebmviz.engine import registry
from ebmviz.engine.budget import Detail
from ebmviz.engine.contours import contour_cells
from ebmviz.engine.energies.ellipse import Ellipse, EllipseParams
from ebmviz.engine.engine import Engine
from ebmviz.engine.history import History
from ebmviz.engine.inference import MAX_STEPS, descend
from ebmviz.engine.measures import basic
from ebmviz.engine.measures import registry as measures
from ebmviz.engine.measures.subject import Subject
from ebmviz.figures.figure import Shot
from ebmviz.figures.landscape import heat_map
from ebmviz.figures.registry import FIGURES

CATALOGUE = registry.catalogue()
BETAS = (0.0, 1e-3, 0.5, 1.0, 10.0, 300.0, 1e6, math.inf)
EVERYTHING = tuple(measures.MEASURES)


def scene(**changes: object) -> Scene:
    """The lecture's ellipse; `a__b` stands for the path a.b."""
    paths: dict[str, object] = {k.replace("__", "."): v for k, v in changes.items()}
    base = library.scene("ellipse", CATALOGUE)
    return replace(base, {"device": "cpu", "view.resolution": 24, **paths}, CATALOGUE)


def shoot(needs: tuple[str, ...], **changes: object) -> Snapshot:
    return Engine(scene(**changes)).snapshot(needs)


def manifold(latents: int = 48, w: tuple[float, float] = (-1.45263, 0.35856)) -> Array:
    z = np.arange(latents) * (2 * np.pi / latents)
    return np.stack([w[0] * np.cos(z), w[1] * np.sin(z)], 1)


def energies(points: Array, y: Array) -> Array:
    """E (N, K), from the definition."""
    return ((np.asarray(y, np.float64)[:, None] - points) ** 2).sum(-1)


def free(points: Array, y: Array, beta: float) -> Array:
    """F_β at y (N, 2)."""
    e = energies(points, y)
    if beta == 0:
        mean: Array = e.mean(1)
        return mean
    low = e.min(1, keepdims=True)
    if math.isinf(beta):
        return np.asarray(low[:, 0])
    sums = np.expm1(-beta * (e - low)).mean(1)  # exact where β is small, too
    return np.asarray(low[:, 0] - np.log1p(sums) / beta)


def posterior(points: Array, y: Array, beta: float) -> Array:
    """P(z|y), (N, K)."""
    e = energies(points, y)
    if math.isinf(beta):
        return np.asarray(e == e.min(1, keepdims=True), np.float64)
    p = np.exp(-beta * (e - e.min(1, keepdims=True)))
    return np.asarray(p / p.sum(1, keepdims=True))


def centres(low: float, high: float, count: int) -> Array:
    return np.array([low + (high - low) * (i + 0.5) / count for i in range(count)])


# the map and its lines ----------------------------------------------------------------


@pytest.mark.parametrize("beta", BETAS)
def test_the_map_holds_the_free_energy_at_the_cell_centres(beta: float) -> None:
    window = (-3.0, 2.0, -1.0, 2.5)
    shot = shoot(("map",), view__beta=beta, view__window=window)
    got = shot.arrays["map"]
    assert got.shape == (24, 24)
    assert got.dtype == np.float32
    assert got.flags.c_contiguous
    y1, y2 = centres(-3, 2, 24), centres(-1, 2.5, 24)
    for row, column in itertools.product((0, 7, 23), (0, 11, 23)):
        at = np.array([[y1[column], y2[row]]])
        assert got[row, column] == pytest.approx(free(manifold(), at, beta)[0], abs=1e-5)
    assert shot.metrics["map_min"] == got.min()
    assert shot.metrics["map_max"] == got.max()


def bilinear(values: Array, x: Array, y: Array, at: Array) -> Array:
    """The map between its cell centres."""
    i = np.clip(np.searchsorted(x, at[:, 0]) - 1, 0, len(x) - 2)
    j = np.clip(np.searchsorted(y, at[:, 1]) - 1, 0, len(y) - 2)
    s, t = (at[:, 0] - x[i]) / (x[i + 1] - x[i]), (at[:, 1] - y[j]) / (y[j + 1] - y[j])
    lower = values[j, i] * (1 - s) + values[j, i + 1] * s
    upper = values[j + 1, i] * (1 - s) + values[j + 1, i + 1] * s
    return np.asarray(lower * (1 - t) + upper * t)


@pytest.mark.parametrize("divisor", [1, 3, 8])
@pytest.mark.parametrize("beta", [0.5, math.inf])
def test_a_coarse_map_covers_the_same_window_and_is_exact_where_its_cells_are(
    divisor: int, beta: float
) -> None:
    window = (-3.0, 2.0, -1.0, 2.5)
    engine = Engine(scene(view__resolution=500, view__beta=beta, view__window=window))
    shot = engine.snapshot(("map",), subject=engine.subject(Detail(divisor, lines=False)))
    got = shot.arrays["map"]
    side = math.ceil(500 / divisor)
    assert got.shape == (side, side)
    y1, y2 = centres(-3, 2, side), centres(-1, 2.5, side)
    at = np.array([[y1[i], y2[j]] for i, j in ((0, 0), (side - 1, 5), (20, side - 1))])
    values = [got[0, 0], got[5, side - 1], got[side - 1, 20]]
    assert values == pytest.approx(free(manifold(), at, beta), abs=1e-5)
    (image,) = heat_map(Shot(engine.scene, shot))
    assert isinstance(image, Image)
    assert image.x == pytest.approx((y1[0], y1[-1]))
    assert image.y == pytest.approx((y2[0], y2[-1]))


def test_a_map_in_parts_is_the_map() -> None:
    engine = Engine(scene(view__resolution=100, view__beta=math.inf))
    whole = engine.subject().map
    for count in (1, 7, 99, 100, 1000):
        parts = list(engine.subject().map_rows(count))
        assert {len(part) for part in parts[:-1]} <= {count}
        assert np.abs(np.concatenate(parts) - whole).max() < 1e-5


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("resolution", [96, 500])
def test_contours_lie_on_their_level(resolution: int, lines: bool) -> None:
    window = (-2.0, 2.0, -2.0, 2.0)
    engine = Engine(
        scene(
            view__resolution=resolution,
            view__window=window,
            view__beta=1,
            view__levels=(0.5, 3),
            view__contours=5,
        )
    )
    subject = engine.subject(Detail(1, lines))
    a = engine.snapshot(("map", "contours"), subject=subject).arrays
    assert a["contour_level"].tolist() == [1.0, 1.5, 2.0, 2.5, 3.0]
    assert len(a["contour_start"]) == 6
    assert a["contour_start"][-1] == len(a["contours"])
    axis = centres(-2, 2, resolution)
    tolerance = (4 / contour_cells(resolution, 5, lines)) ** 2
    for i, level in enumerate(a["contour_level"]):
        line = a["contours"][a["contour_start"][i] : a["contour_start"][i + 1]]
        whole = line[np.isfinite(line).all(1)].astype(np.float64)
        assert len(whole) > 20
        assert np.isnan(line[-1]).all(), "a line ends in a break"
        assert np.abs(bilinear(a["map"], axis, axis, whole) - level).max() < tolerance
        assert np.abs(free(manifold(), whole, 1) - level).max() < tolerance


@pytest.mark.parametrize("lines", [False, True])
def test_contours_reach_the_map_s_outermost_cells(lines: bool) -> None:
    engine = Engine(
        scene(
            view__resolution=500,
            view__window=(-1.0, 1.0, -1.0, 1.0),
            view__beta=math.inf,
            view__levels=(0, 0.8),
            view__contours=8,
        )
    )
    subject = engine.subject(Detail(1, lines))
    line = engine.snapshot(("contours",), subject=subject).arrays["contours"]
    edge = 1 - 1 / 500
    assert np.nanmax(line, 0) == pytest.approx([edge, edge], abs=1e-6)
    assert np.nanmin(line, 0) == pytest.approx([-edge, -edge], abs=1e-6)


def test_contours_may_be_none_at_all() -> None:
    a = shoot(("contours",), view__contours=0).arrays
    assert a["contours"].shape == (0, 2)
    assert a["contour_level"].shape == (0,)
    assert a["contour_start"].tolist() == [0]
    far = shoot(("contours",), view__levels=(1e6, 2e6), view__contours=3).arrays
    assert far["contours"].shape == (0, 2)
    assert far["contour_start"].tolist() == [0, 0, 0, 0]


def test_contours_that_follow_span_the_map() -> None:
    shot = shoot(("map", "contours"), view__follow=True, view__contours=4, view__resolution=300)
    low, high = shot.metrics["map_min"], shot.metrics["map_max"]
    expected = [low + (high - low) * share for share in (0.25, 0.5, 0.75, 1)]
    assert shot.arrays["contour_level"].tolist() == pytest.approx(expected)


@pytest.mark.parametrize("beta", [0.0, 0.5, 10.0, math.inf])
@pytest.mark.parametrize("arrows", ["ascent", "descent"])
def test_the_gradient_is_that_of_finite_differences(beta: float, arrows: str) -> None:
    a = shoot(("gradient",), view__beta=beta, view__arrows=arrows).arrays
    at = a["gradient_at"].astype(np.float64)
    assert at.shape == a["gradient"].shape == (25 * 17, 2)
    assert sorted(set(at[:, 0])) == pytest.approx(centres(-2.6, 2.6, 25), abs=1e-6)
    assert sorted(set(at[:, 1])) == pytest.approx(centres(-2.1, 2.1, 17), abs=1e-6)
    e = np.sort(energies(manifold(), at), 1)
    smooth = e[:, 1] - e[:, 0] > 1e-3  # F_∞ has creases
    assert smooth.sum() > 300
    for axis in (0, 1):
        step = np.zeros(2)
        step[axis] = 1e-5
        slope = (free(manifold(), at + step, beta) - free(manifold(), at - step, beta)) / 2e-5
        wanted = slice(None) if math.isfinite(beta) else smooth
        assert np.abs(slope - a["gradient"][:, axis])[wanted].max() < 1e-4


def test_there_is_no_gradient_unless_it_is_asked_for() -> None:
    assert "gradient" not in shoot(("gradient",), view__arrows="data").arrays
    assert "arrow_start" not in shoot(("arrows",), view__arrows="off").arrays


# points -------------------------------------------------------------------------------


@pytest.mark.parametrize("latents", [1, 2, 48, 300])
def test_the_manifold_is_the_decoded_latents(latents: int) -> None:
    a = shoot(("manifold",), energy__latents=latents).arrays
    assert a["z"] == pytest.approx(2 * np.pi * np.arange(latents) / latents, abs=1e-6)
    assert np.abs(a["manifold"] - manifold(latents)).max() < 1e-6


def test_the_data_are_those_of_the_scene() -> None:
    a = shoot(("data",)).arrays
    assert a["data"].shape == (24, 2)
    assert a["data"][22].tolist() == pytest.approx([1.9694, 0.0867])


def own(points: Array) -> dict[str, Any]:
    table = base64.b64encode(encode_points(points)).decode()
    return {"data__kind": "own", "data__points": table}


@pytest.mark.parametrize("offset", [0.0, 3e4])
def test_the_nearest_point_is_the_nearest(offset: float) -> None:
    rng = np.random.default_rng(3)
    y = offset + rng.normal(size=(60, 2))
    engine = Engine(scene(**own(y), energy__latents=96))
    # Radii so large that the ring passes by the data, wherever these are.
    engine.state.weights["w"].copy_(torch.tensor([1.0, 1.0]) * max(1.0, offset * math.sqrt(2)))
    a = engine.snapshot(("nearest", "manifold")).arrays
    e = energies(a["manifold"].astype(np.float64), engine.task.data.double().numpy())
    assert np.array_equal(a["nearest"], a["manifold"][e.argmin(1)])


def test_only_the_first_thousand_have_a_nearest_point() -> None:
    a = shoot(("nearest",), data__kind="ellipse", data__count=1500).arrays
    assert a["nearest"].shape == (basic.NEAREST_POINTS, 2)


@pytest.mark.parametrize("beta", BETAS)
def test_arrows_lead_from_the_manifold_to_the_data_with_the_weight_of_each_latent(
    beta: float,
) -> None:
    engine = Engine(scene(objective__beta=beta, view__beta=7, view__arrows="data"))
    a = engine.snapshot(("arrows", "data")).arrays
    p = posterior(manifold(), a["data"], beta)
    found = np.zeros_like(p)
    for start, end, weight in zip(a["arrow_start"], a["arrow_end"], a["arrow_weight"], strict=True):
        k = int(np.abs(manifold() - start).sum(1).argmin())
        n = int(np.abs(a["data"] - end).sum(1).argmin())
        assert np.abs(manifold()[k] - start).max() < 1e-6
        assert np.array_equal(a["data"][n], end)
        assert found[n, k] == 0, "drawn twice"
        found[n, k] = weight
    drawn = found > 0
    assert np.abs(found - p)[drawn].max() < 1e-3 * max(1.0, min(beta, 1e3) / 100)
    assert p[~drawn].max(initial=0) <= basic.ARROW_FLOOR + 1e-6
    if math.isinf(beta):
        assert found.sum(1).tolist() == [1] * 24


def test_the_arrows_of_the_probe_weigh_by_the_view_s_beta() -> None:
    probe = (0.5, -0.25)
    a = shoot(
        ("arrows",),
        view__arrows="probe",
        view__probe=probe,
        view__beta=2,
        objective__beta=math.inf,
    ).arrays
    assert np.abs(a["arrow_end"] - probe).max() < 1e-6
    p = posterior(manifold(), np.array([probe]), 2)[0]
    assert np.sort(a["arrow_weight"]) == pytest.approx(np.sort(p[p >= 0.01]), abs=1e-5)


def test_arrows_are_limited_to_the_strongest() -> None:
    a = shoot(
        ("arrows",),
        objective__beta=0.5,
        energy__latents=4000,
        data__kind="ellipse",
        data__count=500,
    ).arrays
    assert len(a["arrow_weight"]) == basic.ARROW_LIMIT
    ends = {tuple(end) for end in a["arrow_end"].tolist()}
    assert len(ends) <= basic.ARROW_POINTS


# the section --------------------------------------------------------------------------


def test_the_section_holds_one_curve_per_beta_and_the_view_s_own_last() -> None:
    cut = (-1.0, -2.0, 1.5, 1.0)
    section = (0.0, 1e-3, 1.0, 1e6, math.inf)
    a = shoot(("section",), view__cut=cut, view__section=section, view__beta=3).arrays
    assert a["section_beta"].tolist() == [*section, 3]
    assert a["section"].shape == (6, basic.SECTION_SAMPLES)
    assert a["section_at"][0].tolist() == [-1, -2]
    assert a["section_at"][-1].tolist() == [1.5, 1]
    assert a["section_s"][-1] == pytest.approx(math.hypot(2.5, 3))
    t = np.linspace(0, 1, basic.SECTION_SAMPLES)[:, None]
    at = (1 - t) * np.array(cut[:2]) + t * np.array(cut[2:])
    for beta, row in zip(a["section_beta"], a["section"], strict=True):
        assert np.abs(free(manifold(), at, beta) - row).max() < 2e-5


# the lens -----------------------------------------------------------------------------


@pytest.mark.parametrize("beta", BETAS)
def test_the_lens_keeps_the_identity_of_helmholtz(beta: float) -> None:
    probe = (0.9, -0.6)
    shot = shoot(("lens",), view__beta=beta, view__probe=probe)
    a, m = shot.arrays, shot.metrics
    e = energies(manifold(), np.array([probe]))[0]
    p = posterior(manifold(), np.array([probe]), beta)[0]
    assert np.abs(a["lens_energy"] - e).max() < 1e-5
    assert np.abs(a["lens_p"] - p).max() < 1e-4 * max(1.0, min(beta, 1e3) / 100)
    assert float(a["lens_p"].sum()) == pytest.approx(1, abs=1e-5)
    f = free(manifold(), np.array([probe]), beta)[0]
    assert m["lens_free_energy"] == pytest.approx(f, abs=1e-5)
    assert m["lens_mean_energy"] == pytest.approx(float(p @ e), abs=1e-5)
    # F = ⟨E⟩ − TS, and S is minus the KL divergence of P from the uniform p(z).
    assert m["lens_mean_energy"] - m["lens_ts"] == pytest.approx(f, abs=1e-5)
    kl = float((p[p > 0] * np.log(p[p > 0] * 48)).sum())
    if 0 < beta < math.inf:
        assert m["lens_ts"] * beta == pytest.approx(-kl, abs=2e-5 * max(1.0, beta))
    else:
        assert m["lens_ts"] == pytest.approx(0, abs=1e-5)
    assert m["lens_ts"] < 1e-6
    cold = int(e.argmin())
    assert m["lens_z_cold"] == pytest.approx(cold * 2 * math.pi / 48, abs=1e-6)
    assert m["lens_energy_cold"] == pytest.approx(e[cold], abs=1e-5)


def test_the_lens_walks_down_from_the_latent_that_was_picked() -> None:
    shot = shoot(("lens",), view__probe=(1.2, 0.1), view__latent=2.5)
    path = shot.arrays["lens_path"]
    assert path.ndim == 2
    assert path.shape[1] == 2
    assert path[0, 0] == 2.5
    w = np.array([-1.45263, 0.35856])
    for z, e in path:
        y = w * [math.cos(z), math.sin(z)]
        assert e == pytest.approx(float(((np.array([1.2, 0.1]) - y) ** 2).sum()), abs=1e-6)


def valley(w: Array, y: Array, z0: float, count: int = 20_000) -> float:
    """E at the bottom of the valley that holds z0, on a fine ring."""
    z = np.arange(count) * (2 * np.pi / count)
    e = (y[0] - w[0] * np.cos(z)) ** 2 + (y[1] - w[1] * np.sin(z)) ** 2
    i = round(z0 / (2 * np.pi) * count) % count
    while True:
        best = min((i - 1) % count, (i + 1) % count, key=lambda k: e[k])
        if e[best] >= e[i]:
            return float(e[i])
        i = best


@pytest.mark.parametrize("scale", [0.3, 1.0, 5.0])
def test_descent_never_rises_and_ends_at_the_bottom_of_its_valley(scale: float) -> None:
    rng = np.random.default_rng(11)
    energy: Any = Ellipse(EllipseParams())
    for _ in range(60):
        w, y, z0 = rng.normal(size=2), scale * rng.normal(size=2), rng.uniform(0, 2 * np.pi)
        z, e = descend(energy, {"w": torch.tensor(w)}, torch.tensor(y), z0)
        assert len(z) == len(e) <= MAX_STEPS + 1
        assert z[0] == z0
        assert all(after < before for before, after in itertools.pairwise(e))
        bottom = valley(w, y, z0)
        assert e[-1] == pytest.approx(bottom, abs=1e-5 * (1 + bottom))


def test_descent_may_end_in_the_wrong_valley() -> None:
    energy: Any = Ellipse(EllipseParams())
    weights, y = {"w": torch.tensor([1.0, 2.0])}, torch.tensor([0.1, 0.0])
    z, e = descend(energy, weights, y, 2.5)
    assert e[-1] == pytest.approx(1.21, abs=1e-5)  # at z = π, though E(0) = 0.81
    assert z[-1] == pytest.approx(math.pi, abs=1e-3)


def test_descent_from_the_bottom_stays() -> None:
    energy: Any = Ellipse(EllipseParams())
    z, e = descend(energy, {"w": torch.tensor([2.0, 1.5])}, torch.tensor([1.0, 0.0]), 0.0)
    assert (z, e) == ([0.0], [1.0])


# curves -------------------------------------------------------------------------------


def test_the_curves_are_the_history() -> None:
    engine = Engine(scene())
    engine.train(30)
    a = engine.snapshot(("curves",)).arrays
    assert a["curve_step"].tolist() == list(range(31))
    assert math.isnan(a["curve_loss"][0])
    assert a["curve_loss"][1:].tolist() == engine.history.losses[1:]
    assert a["curve_energy"].tolist() == engine.history.energies


@pytest.mark.parametrize("count", [1, 1024, 1025, 2048, 3000])
def test_long_curves_are_thinned_to_the_newest(count: int) -> None:
    engine = Engine(scene())
    steps = list(range(count))
    engine.history = History(1, steps, [0.5 * s for s in steps], [0.1 * s for s in steps], [])
    subject = Subject(engine.task, {}, engine.scene.view, engine.history)
    a = measures.measure(subject, ("curves",))
    assert len(a["curve_step"]) < 2 * basic.CURVE_POINTS
    assert a["curve_step"][-1] == count - 1
    assert len(set(np.diff(a["curve_step"]))) <= 1
    assert np.array_equal(a["curve_loss"], 0.5 * a["curve_step"])


# all of them --------------------------------------------------------------------------


@pytest.mark.parametrize("beta", [0.0, 1e-3, 1e6, math.inf])
@pytest.mark.parametrize("arrows", ["data", "probe", "descent"])
def test_no_limit_gives_a_nan(beta: float, arrows: str) -> None:
    shot = shoot(
        EVERYTHING,
        view__beta=beta,
        objective__beta=beta,
        view__arrows=arrows,
        view__section=(0, 1e-3, 1e6, math.inf),
        view__window=(-1e3, 1e3, -1e3, 1e3),
    )
    for name, array in shot.arrays.items():
        if name not in ("contours", "curve_loss", "section_beta"):
            assert np.isfinite(array).all(), name
    assert all(math.isfinite(v) for k, v in shot.metrics.items() if k != "loss")


def test_the_documented_needs_are_the_measured_ones() -> None:
    table = [line for line in (basic.__doc__ or "").splitlines() if "| `" in line]
    rows = [line.split("|")[1].strip() for line in table]
    assert sorted(rows) == sorted(basic.BASIC)
    for need, measured in measures.MEASURES.items():
        documented = sys.modules[measured.__module__].__doc__ or ""
        told = f"`{need}`" in documented or f"| {need} |" in documented
        told = told or "`" in (measured.__doc__ or "")  # or the function lists its arrays
        assert need in rows or told, f"{need}: say what arrays it gives"


def test_every_figure_asks_for_what_is_measured() -> None:
    for figure in FIGURES.values():
        assert set(figure.needs) <= set(measures.MEASURES), figure.name


def test_a_need_measures_nothing_else() -> None:
    assert shoot(()).arrays == {}
    assert set(shoot(("data",)).arrays) == {"data"}
