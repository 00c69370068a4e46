"""Inference drawn on the map: where descents from some starts lead, and where they should.

| need | arrays |
|---|---|
| `descents` | `descent_path` (M, 2) lines broken by NaN; `descent_start`, `descent_end` (S, 2); |
| | `descent_good`, `descent_ended`, `descent_escaped` (S,) bool; `argmin` (1, 2), or on the |
| | (x, y) plane (S, 2) |

All in coordinates of the map, if view.inference asks. On the y-plane a descent looks for ŷ(x) over
both coordinates; on the (x, y) plane x is given, and it moves along its column. The exhaustive
minimum is that of the map, or of the column, polished by a descent of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.descents import (
    EVALUATIONS,
    Descents,
    Method,
    Slopes,
    broken,
    by_autograd,
    descents,
)
from ebmviz.engine.analysis.pointwise import free_energy_slopes
from ebmviz.engine.energies.base.capabilities import Angle, Continuous
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.streams import Stream, stream
from ebmviz.engine.training.box import widened

Function = Callable[[Tensor], Tensor]
"""Energies (S,) at places (S, A)."""

HURRIED = 40  # evaluations while something moves
COLUMN = 256  # answers looked at exhaustively at each x
_ROUNDING = 1e-9  # of the energies, in float64
NEAR = 1e-3  # of the way from the least to a typical energy: an end this low is a right one
ROOM = 0.25  # that starts reach beyond the data, as a part of their range
_STRIDE = 0.05  # of the window's height: a longer step could leave the valley


class _Inferred(NamedTuple):
    """Descents in coordinates whose first are the map's, (T, S, ≥2); the exhaustive minimum, its
    energy (S,) or (1,), and the energy up to which an end is as good.
    """

    found: Descents
    argmin: Array
    limit: Array


def falls(s: Subject) -> dict[str, Array]:
    """The measure `descents`."""
    view, energy = s.view, s.task.energy
    if view.inference == "off":
        return {}
    starts = places(s)
    if energy.over == "xy":
        result = _columns(s, starts[:, :2])
    elif view.over == "yz" and s.decoder and isinstance(energy, Angle):
        result = _jointly(s, starts)
    else:
        result = _plane(s, starts[:, :2])
    path, value, ended, escaped = result.found
    return {
        "descent_path": broken(path[..., :2]).astype(np.float32),
        "descent_start": path[0, :, :2].astype(np.float32),
        "descent_end": path[-1, :, :2].astype(np.float32),
        "descent_good": (value[-1] <= result.limit) & ~escaped,
        "descent_ended": ended,
        "descent_escaped": escaped,
        "argmin": result.argmin.astype(np.float32),
    }


def places(s: Subject) -> Array:
    """The starts, (S, 3): the probe first, then those drawn by hand and random ones around the
    data; last column z̃.
    """
    data = s.task.data[:, list(s.task.energy.plane)].cpu().double()
    around = widened(data.amin(0), data.amax(0), ROOM)
    low, high = (np.append(end.numpy(), z) for end, z in zip(around, (0.0, 2 * np.pi), strict=True))
    share = stream(s.task.seed, Stream.STARTS).random((64, 3))[: s.view.starts]
    places = np.reshape((*s.view.probe, *s.view.drawn), (-1, 2))
    given = np.column_stack([places, np.full(len(places), s.view.latent)])
    return np.concatenate([given, low + share * (high - low)])


def _plane(s: Subject, starts: Array) -> _Inferred:
    """Over y, the latent marginalised at the view's β (minimised at ∞)."""
    lowest, typical = _exhaustive(s)
    found = _descend(s, _closed(s) or by_autograd(_free(s)), np.concatenate([starts, lowest]))
    return _split(found, len(starts), typical)


def _columns(s: Subject, starts: Array) -> _Inferred:
    """Over y at each start's own x."""
    bottom, top = s.view.window[2:]
    y = bottom + (top - bottom) * (np.arange(COLUMN) + 0.5) / COLUMN
    every = np.stack(np.broadcast_arrays(starts[:, :1], y[None]), 2).reshape(-1, 2)
    free = _free(s)
    with torch.no_grad():
        table = free(torch.from_numpy(every)).numpy().reshape(len(starts), COLUMN)
    lowest, typical = y[table.argmin(1)], np.median(table, 1)
    x = np.concatenate([starts[:, 0], starts[:, 0]])
    given = torch.from_numpy(x)

    def column(at: Tensor) -> Tensor:
        return free(torch.stack([given, at[:, 0]], 1))

    both = np.concatenate([starts[:, 1], lowest])[:, None]
    found = _descend(s, by_autograd(column), both)
    path = np.concatenate([np.broadcast_to(x[:, None], found.path.shape), found.path], 2)
    return _split(found._replace(path=path), len(starts), typical)


def _jointly(s: Subject, starts: Array) -> _Inferred:
    """Over (y, z), of E(y, z) = ‖y − g(z)‖² + R(z): its minimum lies at y = g(z) of least R."""
    energy, weights = s.decoder, _double(s)
    assert energy is not None
    z = energy.latents()
    extra = energy.penalty(z)
    best = 0 if extra is None else int(extra.argmin())

    def joint(at: Tensor) -> Tensor:
        rows = energy.rows(s.view, at[:, :2])
        return energy.energies(weights, rows, at[:, 2]).diagonal()

    assert s.points is not None
    least = np.append(s.points[best].cpu().double().numpy(), float(z[best]))
    found = _descend(s, by_autograd(joint), np.concatenate([starts, least[None]]))
    return _split(found, len(starts), _exhaustive(s)[1])


def _exhaustive(s: Subject) -> tuple[Array, Array]:
    """Where the map is lowest, (1, 2), and a typical energy, (1,)."""
    x, y = (axis.cpu().double().numpy() for axis in s.cells(s.side))
    row, column = divmod(int(np.argmin(s.map)), s.map.shape[1])
    return np.array([[x[column], y[row]]]), np.array([np.median(s.map)], np.float64)


def _descend(s: Subject, slopes: Slopes, starts: Array) -> Descents:
    left, right, bottom, top = s.view.window
    most = EVALUATIONS if s.detail.lines else HURRIED
    method, stride = cast(Method, s.view.inference), _STRIDE * (top - bottom)
    low, high = np.array([left, bottom]), np.array([right, top])
    if starts.shape[1] == 1:  # a column's y
        low, high = low[1:], high[1:]
    elif starts.shape[1] == 3:  # z goes round
        low, high = np.append(low, -np.inf), np.append(high, np.inf)
    size = np.nan_to_num(high - low, posinf=0.0)
    box = (np.minimum(low - size, starts.min(0)), np.maximum(high + size, starts.max(0)))
    return descents(slopes, starts, method, stride, most, box)


def _split(found: Descents, count: int, typical: Array) -> _Inferred:
    """The first `count` are the descents; those after them polish the exhaustive minimum, unless
    it lies at the window's edge and leads away.
    """
    path, value, ended, escaped = found
    away = escaped[count:]
    least = np.where(away, value[0, count:], value[-1, count:])
    argmin = np.where(away[:, None], path[0, count:, :2], path[-1, count:, :2])
    rise = np.maximum(typical - least, 0.0)
    limit = least + NEAR * rise + _ROUNDING * np.maximum(np.abs(least), rise)
    own = Descents(path[:, :count], value[:, :count], ended[:count], escaped[:count])
    return _Inferred(own, argmin, limit)


def _free(s: Subject) -> Function:
    """What the map shows, in float64 on the CPU."""
    energy, weights = s.task.energy, _double(s)
    return lambda at: energy.at(weights, s.view, at, s.view.beta)


def _closed(s: Subject) -> Slopes | None:
    """The same with its slope, in closed form where it is that of a set of points."""
    energy = s.decoder
    if energy is None or type(energy).free is not Decoder.free:
        return None
    weights = _double(s)
    given = (energy.penalty(energy.latents()), energy.log_weights(weights))
    extra, log_p = (None if g is None else g.double().numpy() for g in given)
    points = energy.points(weights, s.view).numpy()
    return free_energy_slopes(points, s.view.beta, extra, log_p)


def _double(s: Subject) -> dict[str, Tensor]:
    return {k: w.detach().cpu().double() for k, w in s.weights.items()}


MEASURE = Measure("descents", falls, energy=(Continuous,))
