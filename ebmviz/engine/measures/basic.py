"""The measures that every scene has, one function per need of a figure.

A figure names its needs; the engine runs only those. A measure that makes no sense for the energy
(a manifold, where there is none) gives no arrays. Names, arrays and shapes:

| need | arrays |
|---|---|
| map | `map` (H, W): F_β at the centres of H × W cells of view.window, row 0 at the bottom |
| contours | `contours` (M, 2) lines broken by NaN, `contour_start` (L+1,), `contour_level` (L,) |
| gradient | `gradient_at`, `gradient` (G, 2): ∇F_β on a coarse grid, if view.arrows asks |
| manifold | `manifold` (K, 2), `z` (K,) |
| data | `data` (N, 2) in the map's plane; `data_x` or `data_class` (N,), where there is one |
| field | `gradient_at`, `gradient` as there, whatever view.arrows asks |
| nearest | `nearest` (min(N, 1000), 2): the manifold point ỹ(ž) nearest to each datum |
| arrows | `arrow_start`, `arrow_end` (A, 2), `arrow_weight` (A,): P(z|y), if view.arrows asks |
| section | `section_at` (S, 2), `section_s` (S,), `section` (B, S), `section_beta` (B,) |
| lens | `z` (K,), `lens_energy` (K,), `lens_p` (K,), `lens_path` (T, 2): z and E of the descent |
| curves | `curve_step`, `curve_loss`, `curve_energy` (T,) |

`map_level` and `section_level` are what energies are shown above: the least of the map where only
differences count, see `measures.base.level`, else 0. `range_low` and `range_high` are the ends of
the colours above that.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.analysis.contours import contour_cells, isolines
from ebmviz.engine.analysis.latent_descent import descend
from ebmviz.engine.landscape.softmin import posterior_of
from ebmviz.engine.measures.base.subject import Subject

SECTION_SAMPLES = 241
GRADIENT_CELLS = (25, 17)
NEAREST_POINTS = 1000
ARROW_POINTS = 64
ARROW_LIMIT = 1500  # more are a haze, and take Qt a quarter of a second to stroke
ARROW_FLOOR = 0.01
PROBE_FLOOR = 1e-5
CURVE_POINTS = 400


def _map(s: Subject) -> dict[str, Array]:
    s.metrics["map_min"] = float(s.map.min())
    s.metrics["map_max"] = float(s.map.max())
    s.metrics["map_level"] = s.level
    s.metrics["range_low"], s.metrics["range_high"] = s.range
    return {"map": s.map}


def _levels(s: Subject) -> list[float]:
    """The energies of the contours: equal steps up to the end of the colour range."""
    low, high = s.range
    count = s.view.contours
    return [s.level + low + (high - low) * (i + 1) / count for i in range(count)]


def _contours(s: Subject) -> dict[str, Array]:
    levels = _levels(s)
    cells = contour_cells(s.side, len(levels), s.detail.lines)
    lines, start = isolines(s.map, s.view.window, levels, cells)
    return {
        "contours": lines,
        "contour_start": start,
        "contour_level": np.asarray(levels, np.float64),
    }


def _gradient(s: Subject) -> dict[str, Array]:
    return _field(s) if s.view.arrows in ("ascent", "descent") else {}


def _field(s: Subject) -> dict[str, Array]:
    """∇F whatever arrows the map shows: a lecture figure has both."""
    y1, y2 = s.cells(*GRADIENT_CELLS)
    at = torch.cartesian_prod(y1, y2)
    slope = s.landscape(y1, y2, gradient=True).gradient
    assert slope is not None
    slopes = slope.permute(2, 1, 0).flatten(0, 1)  # in the order of `at`
    return {"gradient_at": at.cpu().numpy(), "gradient": slopes.cpu().numpy()}


def _manifold(s: Subject) -> dict[str, Array]:
    if s.points is None:
        return {}
    return {"manifold": s.points.cpu().numpy(), "z": s.z.cpu().numpy()}


def _data(s: Subject) -> dict[str, Array]:
    rows, (i, j) = s.task.data, s.task.energy.plane
    found = {"data": rows[:, [i, j]].cpu().numpy()}
    if "conditional" in s.task.energy.traits:
        found["data_x"] = rows[:, 0].cpu().numpy()
    if "discrete" in s.task.energy.traits:
        count = s.task.energy.classes(s.weights)
        s.metrics["classes"] = float(count)
        found["data_class"] = (rows[:, -1] % count).cpu().numpy()
    return found


def _nearest(s: Subject) -> dict[str, Array]:
    if s.decoder is None or s.points is None or "conditional" in s.decoder.traits:
        return {}
    y = s.task.data[:NEAREST_POINTS]
    cold = s.decoder.energies(s.weights, y).argmin(1)
    return {"nearest": s.points[cold].cpu().numpy()}


def _arrows(s: Subject) -> dict[str, Array]:
    probe = s.view.arrows == "probe"
    conditional = "conditional" in s.task.energy.traits
    if s.decoder is None or s.points is None:
        return {}
    if not probe and (s.view.arrows != "data" or conditional):
        return {}
    # A picture of every pull is a haze: the strongest of the first points tell the story.
    targets = s.at(*s.view.probe) if probe else s.task.data[:ARROW_POINTS]
    beta = s.view.beta if probe else s.task.loss.params.beta
    rows = s.decoder.rows(s.view, targets) if probe else targets
    p = s.decoder.posterior(s.weights, rows, beta)
    # One point has few arrows, so that weak ones may be seen.
    floor = min(PROBE_FLOOR if probe else ARROW_FLOOR, 0.5 / p.shape[1])
    n, k = torch.nonzero(p >= floor, as_tuple=True)
    weight = p[n, k]
    if len(weight) > ARROW_LIMIT:
        keep = weight.topk(ARROW_LIMIT).indices
        n, k, weight = n[keep], k[keep], weight[keep]
    return {
        "arrow_start": s.points[k].cpu().numpy(),
        "arrow_end": targets[n].cpu().numpy(),
        "arrow_weight": weight.cpu().numpy(),
    }


def _section(s: Subject) -> dict[str, Array]:
    x0, y0, x1, y1 = s.view.cut
    t = np.linspace(0, 1, SECTION_SAMPLES)
    at = np.stack([x0 + t * (x1 - x0), y0 + t * (y1 - y0)], 1)
    betas = [*s.view.section, s.view.beta]
    where = torch.as_tensor(at, dtype=torch.float32, device=s.task.data.device)
    thermal = {"latent", "discrete"} & set(s.task.energy.traits)
    if not thermal or ("discrete" in thermal and s.view.answer >= 0):
        betas = [s.view.beta]
    rows = [s.free(where, beta) for beta in betas]
    s.metrics["section_level"] = s.level
    s.metrics["range_low"], s.metrics["range_high"] = s.range
    return {
        "section_at": at.astype(np.float32),
        "section_s": (t * math.hypot(x1 - x0, y1 - y0)).astype(np.float32),
        "section": torch.stack(rows).cpu().numpy(),
        "section_beta": np.asarray(betas),
    }


def _lens(s: Subject) -> dict[str, Array]:
    if s.decoder is None or s.points is None or s.z.dim() != 1:
        return {}
    energy, beta = s.decoder, s.view.beta
    row = energy.rows(s.view, s.at(*s.view.probe))
    e = energy.energies(s.weights, row)[0]
    p = posterior_of(e[None], beta, energy.log_weights(s.weights))[0]
    free = float(s.free(s.at(*s.view.probe), beta))
    mean = float((p.cpu().double() * e.cpu().double()).sum())
    with torch.enable_grad():
        path = descend(energy, s.weights, row[0], s.view.latent)
    cold = int(e.argmin())
    s.metrics |= {
        "lens_free_energy": free,
        "lens_mean_energy": mean,
        "lens_ts": mean - free,
        "lens_entropy": _entropy(p, energy.log_weights(s.weights)),
        "lens_z_cold": float(s.z[cold]),
        "lens_energy_cold": float(e[cold]),
    }
    return {
        "z": s.z.cpu().numpy(),
        "lens_energy": e.cpu().numpy(),
        "lens_p": p.cpu().numpy(),
        "lens_path": np.asarray(path, np.float64).T.copy(),
    }


def _entropy(p: torch.Tensor, log_weights: torch.Tensor | None) -> float:
    """−KL of P(z|y), (K,), from the uniform distribution or from the prior, in nats: ≤ 0."""
    p = p.cpu().double()
    prior = torch.full_like(p, 1 / len(p)) if log_weights is None else log_weights.cpu().exp()
    return -float(torch.xlogy(p, p / prior.double())[p > 0].sum())


def _curves(s: Subject) -> dict[str, Array]:
    h = s.history
    stride = max(1, len(h.steps) // CURVE_POINTS)
    pick = slice((len(h.steps) - 1) % stride if h.steps else 0, None, stride)
    energy = np.asarray(h.energies[pick], np.float64)
    if h.steps and h.steps[-1] == s.now[0]:
        energy[-1] = s.now[1]  # the record was made under the data and the β of its time
    return {
        "curve_step": np.asarray(h.steps[pick], np.float64),
        "curve_loss": np.asarray(h.losses[pick], np.float64),
        "curve_energy": energy,
    }


BASIC: dict[str, Callable[[Subject], dict[str, Array]]] = {
    "map": _map,
    "contours": _contours,
    "gradient": _gradient,
    "field": _field,
    "manifold": _manifold,
    "data": _data,
    "arrows": _arrows,
    "nearest": _nearest,
    "section": _section,
    "lens": _lens,
    "curves": _curves,
}
