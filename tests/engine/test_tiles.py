"""The walk over tiles as machine code: the same numbers by any way that a processor may need, and
torch in its place where there is none.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import logging
import math
from typing import Any

import numpy as np
import pytest
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.landscape import free_energy_grid, quadtree
from ebmviz.engine.landscape.grid import landscape_grid
from ebmviz.engine.landscape.tiles import code, layout
from ebmviz.engine.landscape.tiles.walk import written
from ebmviz.engine.llvm import made
from ebmviz.engine.llvm.made import Made, compiled
from tests.engine.clouds import ellipse, flat

Y = torch.linspace(-2, 2, 70)
WAYS = {"AVX-512": (True, 16), "others": (False, 4)}
"""What `walk.written` is told of processors: any of them can run either, if slowly."""


@functools.cache
def functions(way: str) -> Made:
    return Made([compiled(written(*WAYS[way]), level=1)])


def test_it_is_there() -> None:
    assert code.walk() is not None
    assert code.walk() is code.walk()


@pytest.mark.parametrize("beta", [1.0, 300.0, float("inf")])
def test_threads_change_nothing(beta: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quadtree, "_WARM", 0)  # small as the map is
    monkeypatch.setattr(quadtree, "_COLD", 0)
    before = torch.get_num_threads()
    maps = []
    try:
        for threads in (1, 2, 5):
            torch.set_num_threads(threads)
            maps.append(free_energy_grid(ellipse(), Y, Y, beta))
    finally:
        torch.set_num_threads(before)
    assert torch.equal(maps[0], maps[1])
    assert torch.equal(maps[0], maps[2])


@pytest.mark.parametrize("count", [1, 3, 48, 700])
@pytest.mark.parametrize("beta", [2.0, 40.0, 3e3, math.inf])
def test_any_processor_finds_the_same(
    count: int, beta: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = torch.Generator().manual_seed(count)
    points = torch.randn(count, 2, generator=generator)
    y1, y2 = torch.linspace(-2, 3, 150), torch.linspace(-1, 2, 83)
    found = []
    for way in WAYS:
        monkeypatch.setattr(made, "kept", lambda _path, _write, way=way: _object(way))
        walk = code.Walk()
        monkeypatch.setattr("ebmviz.engine.landscape.grid.made", lambda walk=walk: walk)
        cold = math.isinf(beta)
        found.append(
            landscape_grid(points, y1, y2, beta, gradient=not cold, nearest=cold, split=not cold)
        )
    one, other = found
    assert torch.allclose(one.free_energy, other.free_energy, rtol=1e-6, atol=1e-6)
    for a, b in zip(one[1:], other[1:], strict=True):
        assert (a is None) == (b is None)
        assert a is None or b is None or torch.allclose(a, b, rtol=1e-5, atol=1e-5)
    energy = (flat(y1, y2).double()[:, None] - points.double()).square().sum(-1)
    exact = energy.amin(1) if math.isinf(beta) else -torch.logsumexp(-beta * energy, 1) / beta
    exact = exact if math.isinf(beta) else exact + math.log(count) / beta
    assert float((one.free_energy.flatten() - exact).abs().max()) <= 5e-6 * float(exact.max())


@functools.cache
def _object(way: str) -> bytes:
    return compiled(written(*WAYS[way]), level=1)


def test_where_there_is_none_torch_serves(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    by_tiles = free_energy_grid(ellipse(), Y, Y, 20.0)
    monkeypatch.setattr(code, "_made", functools.cache(code._made.__wrapped__))

    def broken(*_given: object) -> bytes:
        raise RuntimeError("no such processor")

    monkeypatch.setattr(made, "kept", broken)
    with caplog.at_level(logging.WARNING):
        torch_alone = free_energy_grid(ellipse(), Y, Y, 20.0)
        free_energy_grid(ellipse(), Y, Y, 20.0)
    assert torch.allclose(torch_alone, by_tiles, rtol=1e-6, atol=1e-6)
    assert caplog.text.count("no such processor") == 1


def seen(way: str, points: Array, tile: list[float]) -> tuple[Array, Array, Array]:
    """`sight.see`: what is kept, (count, half, first), the largest distances."""
    count = points.shape[1]
    room = layout.room(count, 0)
    given = np.zeros((layout.FIELDS, room.stride))
    given[:, :count], given[layout.ENERGY, count:] = points, 1e300
    kept, above, extent = np.zeros_like(given), np.zeros(room.stride), np.zeros(2)
    found, place = np.zeros(3, np.int64), np.asarray(tile)
    kinds: list[Any] = [ctypes.c_void_p, ctypes.c_int64] * 2 + [ctypes.c_int64]
    call = ctypes.CFUNCTYPE(None, *kinds, *[ctypes.c_void_p] * 4)
    see = call(*functions(way).addresses(["see"]))
    start, to, *rest = (x.ctypes.data for x in (given, kept, above, place, found, extent))
    see(start, count, to, layout.FIELDS, room.stride, *rest)
    return kept, found, extent


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("beta", [1.0, 100.0, 1e5])
def test_dropped_points_weigh_nothing(way: str, beta: float) -> None:
    """The bound itself: what a tile drops is below float32's last bit of what it keeps, at every
    place in it.
    """
    points = torch.randn(300, 2, generator=torch.Generator().manual_seed(3)).double()
    given = np.zeros((5, 300))
    given[:2], given[4] = points.t().numpy(), np.arange(300)
    slack = (24 * math.log(2) + math.log(300)) / beta
    axis = torch.linspace(-2.2, 2.2, 96, dtype=torch.float64).view(3, 32)
    fewest = 300
    for y1, y2 in itertools.product(axis, axis):
        centre = [float(y[0] / 2 + y[-1] / 2) for y in (y1, y2)]
        sides = [float(y[-1] / 2 - y[0] / 2) for y in (y1, y2)]
        kept, (count, half, first), extent = seen(way, given, [*centre, *sides, slack])
        here = flat(y1, y2)
        energy = (here[:, None] - points).square().sum(-1)
        sees = kept[4, :count].astype(int)
        assert len(set(sees)) == count
        assert np.array_equal(kept[:4, :count], given[:4, sees])
        nearest = (points - torch.tensor(centre)).square().sum(1).argmin()
        assert sees[first] == int(nearest)
        some = torch.logsumexp(-beta * energy[:, sees], 1)
        everything = torch.logsumexp(-beta * energy, 1)
        assert float((everything - some).max()) <= 2.0**-24
        away = (points[sees] - points[sees[first]]).abs().amax(0)
        assert extent.tolist() == pytest.approx(away.tolist())
        assert half <= count
        fewest = min(fewest, int(count))
    assert beta < 10 or fewest < 300
