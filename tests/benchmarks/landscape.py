"""The landscape kernel against its peers, its cost by size, and its memory: a table and JSON.

    uv run --group bench python -m tests.benchmarks.landscape [--json FILE] [--part NAME …]

All figures of one table come from one run, ours and the peers' in turn, on all cores: the machine's
noise hits both. Times are the least of several runs, in ms. A peer that is not installed is named.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ebmviz.engine.landscape.grid import free_energy_grid, landscape_grid
from tests.benchmarks.peers import PEERS

PARTS = ("peers", "beta", "size", "parts", "memory")
LATENTS = (48, 1024)
BETAS = (1.0, 10.0, 100.0, 1000.0, math.inf)
FINE_BETAS = (0.0, 1e-3, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 1e4, 1e5, 1e6, math.inf)
SIDES = (256, 512, 1024, 2048)
COUNTS = (48, 256, 1024, 4096, 16384)
SIZE_BETAS = (1.0, 100.0, math.inf)
DEAR = 1 << 30  # elements of a temporary beyond which the lecture's formula is left out
SECONDS = 1.0  # of repeated runs, at least three


def ellipse(count: int) -> Tensor:
    """The lecture's decoder with radii that fill the window."""
    z = torch.arange(count, dtype=torch.float64) * (2 * math.pi / count)
    return torch.stack([2.0 * z.cos(), 1.5 * z.sin()], 1).float()


def axis(side: int) -> Tensor:
    """The window's side."""
    return torch.linspace(-2.5, 2.5, side)


def exact(points: Tensor, y: Tensor, beta: float) -> Tensor:
    """F in float64 by its definition on y × y."""
    p, y = points.double(), y.double()
    rows = []
    for v in y:
        energy = (y[:, None] - p[:, 0]) ** 2 + (v - p[:, 1]) ** 2
        if math.isinf(beta):
            rows.append(energy.amin(1))
        else:
            log_sum = torch.logsumexp(-beta * energy, 1) - math.log(len(p))
            rows.append(-log_sum / beta)
    return torch.stack(rows)


def best(work: Callable[[], Any], seconds: float = SECONDS) -> float:
    """Milliseconds of the fastest run."""
    work()
    times: list[float] = []
    while sum(times) < seconds or len(times) < 3:
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return 1e3 * min(times)


def peers(side: int = 512) -> dict[str, Any]:
    """Ours and every peer, by latents and β; the error of each against float64."""
    y, rows, absent = axis(side), [], {}
    for count in LATENTS:
        points = ellipse(count)
        for beta in BETAS:
            reference = exact(points, y[::8], beta)

            def error(found: Any, reference: Tensor = reference) -> float:
                some = torch.as_tensor(np.array(found))[::8, ::8].double()
                return float(((some - reference).abs() / reference.clamp(min=1)).max())

            row: dict[str, Any] = {"latents": count, "beta": number(beta)}
            row["ebmviz"] = best(partial(free_energy_grid, points, y, y, beta))
            errors = {"ebmviz": error(free_energy_grid(points, y, y, beta))}
            for name, build in PEERS.items():
                if name == "lecture" and side * side * count * 2 > DEAR:
                    continue
                try:
                    work = build(points, y, y, beta)
                    errors[name] = error(work())
                    row[name] = best(work)
                except Exception as trouble:  # not installed, no compiler, no memory: named below
                    absent[name] = f"{type(trouble).__name__}: {str(trouble).splitlines()[0]}"
            others = {name: row[name] for name in PEERS if name in row}
            row["best_peer"] = min(others, key=lambda name: others[name])
            row["ratio"] = min(others.values()) / row["ebmviz"]
            row["errors"] = errors
            rows.append(row)
            show(row)
    return {"side": side, "rows": rows, "absent": absent}


def by_beta(side: int = 512) -> list[dict[str, Any]]:
    """The cost of one map as β grows."""
    y, rows = axis(side), []
    for count in LATENTS:
        points = ellipse(count)
        for beta in FINE_BETAS:
            took = best(partial(free_energy_grid, points, y, y, beta), 0.3)
            rows.append({"latents": count, "beta": number(beta), "ms": took})
            show(rows[-1])
    return rows


def by_size() -> dict[str, Any]:
    """The cost by side and latents, and its exponents: time ∝ places^a latents^b."""
    rows: list[dict[str, Any]] = []
    for beta in SIZE_BETAS:
        for side in SIDES:
            for count in COUNTS:
                y, points = axis(side), ellipse(count)
                took = best(lambda: free_energy_grid(points, y, y, beta), 0.2)  # noqa: B023
                rows.append({"beta": number(beta), "side": side, "latents": count, "ms": took})
                show(rows[-1])
    exponents = []
    for beta in SIZE_BETAS:
        some = [r for r in rows if r["beta"] == number(beta)]
        known = np.array([[math.log(r["side"] ** 2), math.log(r["latents"]), 1.0] for r in some])
        times = np.log([r["ms"] for r in some])
        (places, latents, _), *_ = np.linalg.lstsq(known, times, rcond=None)
        exponents.append({"beta": number(beta), "places": places, "latents": latents})
        show(exponents[-1])
    return {"rows": rows, "exponents": exponents}


def parts(side: int = 512) -> list[dict[str, Any]]:
    """What ∇F, the nearest point and the split cost beside F, in times of F alone."""
    y, rows = axis(side), []
    for count in LATENTS:
        points = ellipse(count)
        for beta in (0.1, *BETAS):
            alone = best(partial(free_energy_grid, points, y, y, beta), 0.3)
            row: dict[str, Any] = {"latents": count, "beta": number(beta), "ms": alone}
            for want in ("gradient", "nearest", "split"):
                wanted: dict[str, Any] = {want: True}
                work = partial(landscape_grid, points, y, y, beta, **wanted)
                row[want] = best(work, 0.3) / alone
            rows.append(row)
            show(row)
    return rows


def memory() -> list[dict[str, Any]]:
    """Peak memory of one map over what the process held before, in times of the map (Linux)."""
    rows = []
    for count in (48, 1024, 16384):
        for beta in (0.1, 1.0, 100.0, math.inf):
            y, points = axis(2048), ellipse(count)
            free_energy_grid(points, y, y, beta)
            before = _resident(reset=True)
            kept = free_energy_grid(points, y, y, beta)
            peak = _resident() - before
            size = kept.numel() * 4
            rows.append({"latents": count, "beta": number(beta), "times_output": peak / size})
            del kept
            show(rows[-1])
    return rows


def _resident(reset: bool = False) -> int:
    """The most memory held since the last reset, in bytes."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    line = next(s for s in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in s)
    return 1024 * int(line.split()[1])


def number(beta: float) -> float | str:
    """β as JSON can hold it."""
    return "inf" if math.isinf(beta) else beta


def show(row: dict[str, Any]) -> None:
    """One line on the screen."""
    cells = (
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in row.items()
        if name != "errors"
    )
    worst = f"  error {row['errors']['ebmviz']:.1e}" if "errors" in row else ""
    print("  ".join(cells) + worst, flush=True)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="also write all figures there")
    parser.add_argument("--part", nargs="*", choices=PARTS, default=list(PARTS))
    args = parser.parse_args()
    found: dict[str, Any] = {
        "processor": platform.processor() or platform.machine(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "python": sys.version.split()[0],
    }
    show(found)
    measures: dict[str, Callable[[], Any]] = {
        "peers": peers,
        "beta": by_beta,
        "size": by_size,
        "parts": parts,
        "memory": memory,
    }
    for part in args.part:
        print(f"\n{part}: {(measures[part].__doc__ or '').splitlines()[0]}")
        found[part] = measures[part]()
    for name, why in found.get("peers", {}).get("absent", {}).items():
        print(f"absent: {name} ({why})")
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
