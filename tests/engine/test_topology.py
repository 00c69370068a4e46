"""Minima, saddles, barriers and basins, against maps that are known and against flood fills."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.basins import outlines, refined
from ebmviz.engine.analysis.topology import Topology, topology

AXIS = np.linspace(-2, 2, 101)
X, Y = np.meshgrid(AXIS, AXIS)
CELL = float(AXIS[1] - AXIS[0])


def place(cells: Array) -> Array:
    """x and y of cells of an AXIS × AXIS map."""
    rows, columns = np.divmod(cells, len(AXIS))
    return np.stack([AXIS[columns], AXIS[rows]], 1)


def neighbours(shape: tuple[int, int], cell: tuple[int, int]) -> list[tuple[int, int]]:
    around = itertools.product((-1, 0, 1), repeat=2)
    near = [(cell[0] + i, cell[1] + j) for i, j in around if (i, j) != (0, 0)]
    return [(i, j) for i, j in near if 0 <= i < shape[0] and 0 <= j < shape[1]]


def flooded(values: Array, start: tuple[int, int], level: float) -> set[tuple[int, int]]:
    """What water up to a level reaches from a cell."""
    found, todo = {start}, [start]
    while todo:
        for near in neighbours(values.shape, todo.pop()):
            if near not in found and values[near] <= level:
                found.add(near)
                todo.append(near)
    return found


def by_flooding(values: Array) -> dict[tuple[int, int], tuple[float, float]]:
    """Barrier and depth of every minimum of a map without equal cells, level by level."""
    cells = list(np.ndindex(values.shape))
    lowest = [c for c in cells if all(values[c] < values[n] for n in neighbours(values.shape, c))]
    found = {}
    for m in lowest:
        barrier = depth = math.inf
        for level in np.sort(values, axis=None):
            met = flooded(values, m, level) & set(lowest) - {m} if level >= values[m] else set()
            if met:
                barrier = min(barrier, level - values[m])
            if any(values[o] < values[m] for o in met):
                depth = level - values[m]
                break
        found[m] = (barrier, depth)
    return found


def cells_of(found: Topology) -> list[tuple[int, int]]:
    rows, columns = np.divmod(found.minimum, found.labels.shape[1])
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(6))
def test_a_random_map_is_as_its_flood_fills_say(seed: int) -> None:
    shape = (9, 9) if seed % 2 else (6, 13)
    values = np.random.default_rng(seed).random(shape)
    found, expected = topology(values), by_flooding(values)
    assert set(cells_of(found)) == set(expected)
    for i, cell in enumerate(cells_of(found)):
        assert found.barrier[i] == pytest.approx(expected[cell][0])
        assert found.depth[i] == pytest.approx(expected[cell][1])
    assert len(found.minimum) > 3
    assert found.joins.sum() == len(found.minimum) - 1


@pytest.mark.parametrize("seed", range(4))
def test_shallow_minima_are_dropped_and_the_others_stay(seed: int) -> None:
    values = np.random.default_rng(seed).random((10, 10))
    every = topology(values)
    least = float(np.sort(every.depth)[len(every.depth) // 2])
    some = topology(values, least)
    deep = every.depth > least
    assert 1 < len(some.minimum) < len(every.minimum)
    assert some.minimum.tolist() == every.minimum[deep].tolist()
    assert some.depth.tolist() == every.depth[deep].tolist()
    assert set(some.labels.flat) == set(range(len(some.minimum)))
    # A basin is the union of some of the former ones.
    pairs = {(a, b) for a, b in zip(every.labels.flat, some.labels.flat, strict=True)}
    assert len(pairs) == len(every.minimum)


def test_every_cell_runs_down_to_the_minimum_of_its_basin() -> None:
    values = np.random.default_rng(3).random((12, 12))
    found = topology(values)
    for start in np.ndindex(values.shape):
        cell = start
        while True:
            around = neighbours(values.shape, cell)

            def slope(to: tuple[int, int], here: tuple[int, int] = cell) -> float:
                return float(values[to] - values[here]) / math.dist(to, here)

            down = min(around, key=slope)
            if values[down] >= values[cell]:
                break
            cell = down
        assert cells_of(found)[found.labels[start]] == cell


def test_a_double_well() -> None:
    found = topology((X**2 - 1) ** 2 + Y**2)
    assert sorted(place(found.minimum).tolist()) == [[-1, 0], [1, 0]]
    assert place(found.saddle).tolist() == [[0, 0]]
    assert found.barrier == pytest.approx([1, 1])
    assert found.depth[0] == math.inf
    assert found.depth[1] == pytest.approx(1)
    assert found.pair.tolist() == [[0, 1]]
    assert found.joins.tolist() == [True]
    assert not found.border.any()
    assert len(set(found.labels[X > 0])) == len(set(found.labels[X < 0])) == 1


def test_four_wells_around_a_peak_have_a_loop() -> None:
    found = topology((X**2 - 1) ** 2 + (Y**2 - 1) ** 2)
    expected = [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    assert np.sort(place(found.minimum).round(9), 0).tolist() == np.sort(expected, 0).tolist()
    assert sorted(place(found.saddle).tolist()) == [[-1, 0], [0, -1], [0, 1], [1, 0]]
    assert found.joins.sum() == 3, "the fourth saddle closes the ring"
    assert found.barrier == pytest.approx([1, 1, 1, 1])
    assert len({tuple(pair) for pair in found.pair.tolist()}) == 4
    for pair, at in zip(found.pair, place(found.saddle), strict=True):
        sides = place(found.minimum)[pair]
        assert sides.mean(0) == pytest.approx(at), "a saddle lies between its two minima"


def test_a_ring_valley_has_one_basin_and_its_saddle_on_the_other_side() -> None:
    radius = np.hypot(X, Y)
    found = topology((radius - 1) ** 2 + 0.1 * X)
    assert place(found.minimum) == pytest.approx(np.array([[-1.05, 0]]), abs=CELL)
    assert place(found.saddle) == pytest.approx(np.array([[0.95, 0]]), abs=CELL)
    assert found.pair.tolist() == [[0, 0]]
    assert not found.joins.any()
    assert math.isinf(found.barrier[0])


def test_a_monkey_saddle_leads_down_over_three_edges() -> None:
    values = X**3 - 3 * X * Y**2
    found = topology(values)
    assert sorted(place(found.minimum).tolist()) == [[-2, 0], [2, -2], [2, 2]]
    assert found.border.all()
    assert found.joins.sum() == 2
    assert np.hypot(*place(found.saddle[found.joins]).T).max() < 3 * CELL
    assert abs(values.flat[found.saddle[found.joins]]).max() < 20 * CELL**3


def test_a_bowl_and_a_slope() -> None:
    bowl = topology(X**2 + 2 * Y**2)
    assert place(bowl.minimum).tolist() == [[0, 0]]
    assert (len(bowl.saddle), bowl.border.tolist()) == (0, [False])
    assert (math.isinf(bowl.depth[0]), math.isinf(bowl.barrier[0])) == (True, True)
    slope = topology(X + 0.1 * Y)
    assert (place(slope.minimum).tolist(), slope.border.tolist()) == ([[-2, -2]], [True])


def test_a_plateau_is_one_minimum_in_its_middle() -> None:
    flat = topology(np.zeros((9, 11)))
    assert flat.minimum.tolist() == [4 * 11 + 5]
    assert len(flat.saddle) == 0
    assert not flat.labels.any()
    walls = np.ones((7, 9))
    walls[1:6, 1] = walls[5, 1:8] = walls[1:6, 7] = 0.0  # a horseshoe, in no order of its numbers
    walls[1, 4] = 0.5
    found = topology(walls)
    assert found.depth.tolist() == [math.inf, 0.5]
    assert walls.flat[found.minimum].tolist() == [0.0, 0.5]


def test_cells_across_a_sharp_ridge_are_not_peaks() -> None:
    # A ridge at an odd angle: its samples alternate, and it has no saddle anywhere.
    found = topology(-np.abs(X + 0.37 * Y))
    assert found.joins.sum() == len(found.saddle) == len(found.minimum) - 1


def test_a_rectangular_cell_s_diagonal_is_longer() -> None:
    values = np.array([[0.0, 5, 5], [5, 4, 3.2], [5, 5, 5]])
    assert topology(values).labels[1, 1] == 0, "4 below over √2 is steeper than 0.8"
    assert topology(values, spacing=(1, 100)).labels[1, 1] == 1


@pytest.mark.parametrize("seed", range(5))
def test_places_are_exact_on_a_quadratic(seed: int) -> None:
    generator = np.random.default_rng(seed)
    x0, y0 = generator.uniform(-1, 1, 2)
    for saddle in (False, True):
        a, c = generator.uniform(1, 2, 2) * (1, -1 if saddle else 1)
        b = generator.uniform(-0.5, 0.5)
        u, v = X - x0, Y - y0
        values = 0.3 + a * u * u + 2 * b * u * v + c * v * v
        column, row = np.round((np.array([x0, y0]) + 2) / CELL).astype(int)
        start = np.array([(row + 2 * saddle) * len(AXIS) + column - saddle])
        at, energy = refined(values, start, saddle)
        assert at * CELL - 2 == pytest.approx(np.array([[x0, y0]]), abs=1e-9)
        assert energy == pytest.approx(0.3, abs=1e-9)


def test_where_a_quadratic_says_nothing_the_cell_is_the_place() -> None:
    for values in (np.zeros((5, 5)), X[:5, :5] * 1.0, np.zeros((2, 2))):
        for cell, saddle in itertools.product((0, values.size // 2), (False, True)):
            at, energy = refined(values, np.array([cell]), saddle)
            row, column = divmod(cell, values.shape[1])
            assert at.tolist() == [[column, row]]
            assert energy == values[row, column]


def test_basins_of_points_are_their_voronoi_cells() -> None:
    points = np.array([[-1.2, -0.9], [1.1, -0.7], [0.2, 1.3], [-1.1, 1.0]])
    squares = (X[..., None] - points[:, 0]) ** 2 + (Y[..., None] - points[:, 1]) ** 2
    found = topology(squares.min(2))
    nearest = squares.argmin(2)
    owner = ((place(found.minimum)[:, None] - points) ** 2).sum(2).argmin(1)
    assert sorted(owner) == [0, 1, 2, 3]
    assert (owner[found.labels] == nearest).mean() > 0.98
    lines = outlines(found.labels) * CELL - 2
    lines = lines[~np.isnan(lines[:, 0])]
    gap = np.sort(((lines[:, None] - points) ** 2).sum(2), 1)
    assert np.abs(np.sqrt(gap[:, 1]) - np.sqrt(gap[:, 0])).max() < 6 * CELL


def test_outlines_run_between_the_basins_and_are_smooth() -> None:
    labels = (X + 0.4 * Y > 0.01).astype(int)
    lines = outlines(labels)
    assert np.isnan(lines[-1]).all()
    x, y = (lines[~np.isnan(lines[:, 0])] * CELL - 2).T
    inner = np.abs(y) < 1.8
    assert np.abs(x + 0.4 * y - 0.01)[inner].max() < 0.5 * CELL, "no stairs"
    assert (y.min(), y.max()) == pytest.approx((-2, 2))
    assert outlines(np.zeros((5, 5), int)).shape == (0, 2)
