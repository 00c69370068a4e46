"""Surfaces seen from anywhere: against closed forms, and rays cast one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core import palette
from ebmviz.core.relief import Camera, Horizon, project, render, shares
from ebmviz.core.relief.render import depth
from ebmviz.core.relief.shading import AMBIENT, DIFFUSE, lambert

VIEWS = [(-60.0, 40.0), (20.0, 15.0), (135.0, 70.0), (90.0, 30.0), (-180.0, 5.0)]


def hill(size: int, floor: tuple[float, float] = (1.0, 1.0)) -> np.ndarray:
    """Two hills and a valley, (size, size) in [0, 1]."""
    x, y = cells(size, floor)
    ups = np.exp(-8 * ((x - 0.3) ** 2 + (y + 0.2) ** 2)), np.exp(-12 * ((x + 0.4) ** 2 + y**2))
    return np.asarray(0.2 + 0.7 * ups[0] + 0.5 * ups[1] - 0.15 * x, np.float32)


def cells(size: int, floor: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """The centres of cells over a floor."""
    at = (np.arange(size) + 0.5) / size * 2 - 1
    x, y = np.meshgrid(at * floor[0], at * floor[1])
    return x, y


def cast(heights: np.ndarray, camera: Camera, across: float, up: float) -> tuple[float, float]:
    """One ray through (across, up), from the near side on in small steps: how far toward the
    viewer it meets the surface from above, and how close it has come to any ridge before.
    """
    c, s = camera.turn
    rise, down = camera.rise
    t = np.linspace(2, -2, 40_001)
    x, y = c * t - s * across, s * t + c * across
    inside = (np.abs(x) <= camera.floor[0]) & (np.abs(y) <= camera.floor[1])
    t, x, y = t[inside], x[inside], y[inside]
    if len(t) < 2:
        return math.nan, 0.0
    rows, columns = heights.shape
    i = np.clip((x / camera.floor[0] + 1) / 2 * columns - 0.5, 0, columns - 1)
    j = np.clip((y / camera.floor[1] + 1) / 2 * rows - 0.5, 0, rows - 1)
    i0, j0 = np.minimum(i.astype(int), columns - 2), np.minimum(j.astype(int), rows - 2)
    a, b = i - i0, j - j0
    h = heights.astype(float)
    z = (1 - b) * ((1 - a) * h[j0, i0] + a * h[j0, i0 + 1])
    z += b * ((1 - a) * h[j0 + 1, i0] + a * h[j0 + 1, i0 + 1])
    over = camera.height * z * rise - down * t - up  # of the surface, over the ray
    if over[0] >= 0:
        return math.nan, float(over[0])  # the block's near side, or what is below it
    met = np.flatnonzero(over >= 0)
    if not len(met):
        return math.nan, float(-over.max())
    before = over[: met[0]]
    tops = before[1:-1][(before[1:-1] > before[:-2]) & (before[1:-1] >= before[2:])]
    return float(t[met[0]]), float(-tops.max()) if len(tops) else 1.0


@pytest.mark.parametrize(("azimuth", "elevation"), VIEWS)
def test_every_pixel_shows_what_a_ray_meets_first(azimuth: float, elevation: float) -> None:
    heights = hill(40, (1.0, 0.7))
    camera = Camera(azimuth, elevation, 0.9, (1.0, 0.7))
    size = 31, 29
    found = depth(heights, camera, size, 1600)
    left, right, bottom, top = camera.extent
    compared = empty = 0
    for row in range(0, size[1], 2):
        for column in range(0, size[0], 2):
            across = left + (column + 0.5) / size[0] * (right - left)
            up = bottom + (row + 0.5) / size[1] * (top - bottom)
            expected, clear = cast(heights, camera, across, up)
            if abs(clear) < 2e-3:
                continue  # it only just grazes a ridge or an edge
            got = found[row, column]
            assert math.isnan(expected) == math.isnan(got), (row, column)
            if math.isnan(expected):
                empty += 1
            else:
                # Where the surface runs along the ray, little height is much depth.
                assert got == pytest.approx(expected, abs=0.02), (row, column)
                compared += 1
    assert compared > 40
    assert empty > 10


@pytest.mark.parametrize(("azimuth", "elevation"), VIEWS)
def test_a_plane_lies_where_the_projection_puts_it(azimuth: float, elevation: float) -> None:
    """z = h (0.5 + a x + b y): depth has a closed form, as the ray of a pixel meets a plane."""
    camera = Camera(azimuth, elevation, 0.5, (1.0, 1.0))
    x, y = cells(64, camera.floor)
    a, b = 0.2, -0.1
    heights = np.asarray(0.5 + a * x + b * y, np.float32)
    size = 40, 40
    found = depth(heights, camera, size, 400)
    (c, s), (rise, down) = camera.turn, camera.rise
    left, right, bottom, top = camera.extent
    u = left + (np.arange(40) + 0.5) / 40 * (right - left)
    v = bottom + (np.arange(40) + 0.5) / 40 * (top - bottom)
    # up = rise h (½ + a (ct − su) + b (st + cu)) − down t
    slope = rise * camera.height * (a * c + b * s) - down
    offset = rise * camera.height * (0.5 + (b * c - a * s) * u)
    expected = (v[:, None] - offset) / slope
    there = np.isfinite(found)
    at_x, at_y = c * expected - s * u, s * expected + c * u
    inner = (np.abs(at_x) < 0.95) & (np.abs(at_y) < 0.95)  # cells end half a cell before the edge
    assert there[inner].all()
    assert found[inner] == pytest.approx(expected[inner], abs=1e-3)
    assert inner.sum() > 100


def test_the_silhouette_of_a_hemisphere_is_a_circle() -> None:
    """Of radius r at (0, 0): seen at elevation e, its outline above the floor is the circle."""
    radius, e = 0.6, 30.0
    x, y = cells(400, (1.0, 1.0))
    heights = np.sqrt(np.maximum(radius**2 - x**2 - y**2, 0)).astype(np.float32) / radius
    camera = Camera(17.0, e, radius, (1.0, 1.0))
    size = 240, 240
    found = depth(heights, camera, size, 1200)
    left, right, bottom, top = camera.extent
    u = left + (np.arange(240) + 0.5) / 240 * (right - left)
    v = bottom + (np.arange(240) + 0.5) / 240 * (top - bottom)
    rim = np.hypot(u, v[:, None])
    toward = np.sqrt(np.maximum(radius**2 - rim**2, 0))
    # The point of the ball there, toward the viewer by `toward`: along the floor and upwards.
    along = toward * math.cos(math.radians(e)) - v[:, None] * math.sin(math.radians(e))
    upward = toward * math.sin(math.radians(e)) + v[:, None] * math.cos(math.radians(e))
    ball = (rim < radius - 0.02) & (upward > 0.08)  # its foot is steeper than the cells
    assert found[ball] == pytest.approx(along[ball], abs=0.02)
    assert ball.sum() > 3000
    floor = -v[:, None] / math.sin(math.radians(e)) + 0 * u
    behind = (rim > radius + 0.01) & (rim < radius + 0.05) & (v[:, None] > 0) & (floor > -0.7)
    assert behind.sum() > 100
    assert found[behind] == pytest.approx(floor[behind], abs=0.02), "and beside it the floor"


def test_the_light_is_lambert_s_and_stays_with_the_viewer() -> None:
    x, y = cells(50, (1.0, 1.0))
    for azimuth, elevation in VIEWS:
        camera = Camera(azimuth, elevation, 0.8, (1.0, 1.0))
        a, b = 0.3, 0.2
        found = lambert(np.asarray(0.5 + a * x + b * y, np.float32), camera)
        normal = np.array([-0.8 * a, -0.8 * b, 1.0])
        normal /= np.linalg.norm(normal)
        expected = AMBIENT + DIFFUSE * max(0.0, float(normal @ camera.light))
        assert found == pytest.approx(np.full_like(found, expected), abs=1e-4)
        assert np.linalg.norm(camera.light) == pytest.approx(1)
        # Seen by the viewer the light is always in the same place.
        ends = np.array([camera.light])
        across, up = project(ends, azimuth, elevation)
        assert (across[0], up[0]) == pytest.approx((-0.419, 0.499), abs=2e-3)


def test_what_lies_behind_a_ridge_is_hidden_and_what_stands_before_it_is_not() -> None:
    x, y = cells(200, (1.0, 1.0))
    heights = np.asarray(np.exp(-60 * x**2), np.float32)  # a ridge along y
    camera = Camera(0.0, 20.0, 1.0, (1.0, 1.0))  # from x = +∞
    seen = Horizon(heights, camera, 300, 400)
    places = np.array([[0.5, 0.1, 0.0], [-0.4, 0.1, 0.0], [0.02, 0.0, 0.98], [np.nan, 0, 0]])
    assert seen.hides(places).tolist() == [False, True, False, False]
    # Just behind the crest it is lower by less than the slack, but the slope faces away.
    assert seen.hides(np.array([[-0.02, 0.0, 0.976]])).tolist() == [True]
    # From above nothing hides anything.
    above = Horizon(heights, Camera(33.0, 90.0, 1.0, (1.0, 1.0)), 300, 400)
    inside = np.random.default_rng(0).uniform(-0.9, 0.9, (200, 2))
    on = np.column_stack([inside, np.exp(-60 * inside[:, 0] ** 2)])
    assert not above.hides(on).any()
    # As each ray says of places on the surface, but for those at an edge.
    camera = Camera(-60.0, 35.0, 0.9, (1.0, 1.0))
    ground = hill(80)
    horizon = Horizon(ground, camera, 400, 600)
    i, j = (inside * 40 + 40).astype(int).T
    centre = np.column_stack([(i + 0.5) / 40 - 1, (j + 0.5) / 40 - 1])
    xyz = np.column_stack([centre, camera.height * ground[j, i]])
    across, up = camera.at(xyz)
    hidden = horizon.hides(xyz)
    toward = camera.turn[0] * xyz[:, 0] + camera.turn[1] * xyz[:, 1]
    for k in range(0, 200, 2):
        # A ray a little above the place meets the surface in front of it, or nothing does.
        met, _ = cast(ground, camera, across[k], up[k] + 0.02)
        if met > toward[k] + 0.05:
            assert hidden[k], k
        met, _ = cast(ground, camera, across[k], up[k])
        if abs(met - toward[k]) < 0.01:
            assert not hidden[k], k
    assert 5 < hidden.sum() < 100


def test_from_above_it_is_the_map_itself() -> None:
    """With its colours, under the light of each slope."""
    heights = hill(32)
    camera = Camera(-90.0, 90.0, 0.5, (1.0, 1.0))
    pixels = render(heights, heights, "viridis", camera, (32, 32), steps=641)
    rgba = pixels.view(np.uint8).reshape(32, 32, 4)
    assert (rgba[..., 3] == 255).all()
    light = lambert(heights, camera)
    table = palette.colormap("viridis")[np.clip(heights * 256, 0, 255).astype(int)]
    expected = np.clip(light[..., None] * table, 0, 255)
    assert np.abs(rgba[1:-1, 1:-1, :3] - expected[1:-1, 1:-1]).max() <= 5


def test_holes_flat_ground_and_huge_ranges_are_drawn() -> None:
    camera = Camera(-60.0, 40.0, 0.8, (1.0, 0.8))
    for values, low, high in (
        (np.full((8, 8), np.nan), 0.0, 1.0),
        (np.zeros((8, 8)), 0.0, 1e-30),
        (np.full((8, 8), np.inf), -1e38, 1e38),
        (np.full((1, 1), 0.5), 0.0, 1.0),
        (np.full((2, 1), -np.inf), 0.0, 1.0),
    ):
        heights = shares(values, low, high)
        rgba = render(heights, heights, "magma", camera, (50, 40)).view(np.uint8)
        alpha = rgba.reshape(40, 50, 4)[..., 3]
        assert set(np.unique(alpha)) <= {0, 255}
        assert (alpha[20, 25] == 0) == np.isnan(values).all(), "a hole is seen through"
    one = np.full((64, 64), 0.5, np.float32)
    one[30:34, 30:34] = np.nan
    pixels = render(one, one, "viridis", Camera(0.0, 90.0, 0.5, (1.0, 1.0)), (64, 64))
    alpha = pixels.view(np.uint8).reshape(64, 64, 4)[..., 3]
    assert (alpha[31:33, 31:33] == 0).all()
    assert (alpha == 255).mean() > 0.98
    assert np.isnan(shares(np.array([np.nan]), 0, 1)[0])
    assert shares(np.array([-np.inf, np.inf, 1e300]), 0, 1).tolist() == [-1, 2, 2]


def test_what_is_cut_off_is_the_block_and_its_edge_lies_between_the_cells() -> None:
    """A cone from above, cut at half of its height: the cut is a disc, not a heap of cells."""
    x, y = cells(40, (1.0, 1.0))
    heights = shares(2 - 2 * np.hypot(x, y), 0.0, 1.0)  # 1 at a radius of ½
    pixels = render(heights, heights, "viridis", Camera(0.0, 90.0, 0.5, (1.0, 1.0)), (400, 400))
    rgb = pixels.view(np.uint8).reshape(400, 400, 4)[..., :3]
    cut = (rgb == rgb[200, 200]).all(2)
    across, up = cells(400, (1.0, 1.0))
    radius = np.hypot(across, up)
    assert cut[radius < 0.49].all()
    assert not cut[radius > 0.51].any()
    ink = palette.color("block", "dark")
    block = np.array([int(ink[i : i + 2], 16) for i in (1, 3, 5)])
    light = AMBIENT + DIFFUSE * Camera(0.0, 90.0, 0.5, (1.0, 1.0)).light[2]
    assert np.abs(rgb[200, 200] - np.minimum(light * block, 255)).max() <= 1


def test_a_part_of_the_picture_is_that_part() -> None:
    heights = hill(48)
    camera = Camera(30.0, 35.0, 0.7, (1.0, 1.0))
    left, right, bottom, top = camera.extent
    whole = render(heights, heights, "viridis", camera, (80, 60), steps=300)
    middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
    part = render(
        heights,
        heights,
        "viridis",
        camera,
        (40, 30),
        steps=300,
        frame=(left, middle_x, middle_y, top),
    )
    assert (part == whole[30:, :40]).mean() > 0.99
