"""Train a grid of runs, in processes beside each other; a table and small multiples of them.

Started again with the same words, it does only the runs that are missing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ebmviz.commands.base import arguments
from ebmviz.commands.base.numbers import count

SUMMARY = "train a grid of runs: a table and small multiples"
ORDER = 35

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ebmviz.commands.base.sweep.folder import Folder
    from ebmviz.commands.base.sweep.outcome import Outcome
    from ebmviz.commands.base.sweep.plan import Plan
    from ebmviz.core.lanes.lane import Lane


def configure(parser: argparse.ArgumentParser) -> None:
    """SCENE|FILE, --over, --set, --steps or --epochs, --workers, --format, --theme, -o."""
    arguments.add(parser)
    parser.add_argument(
        "--over",
        action="append",
        default=[],
        required=True,
        metavar="PATH=a,b,c",
        help="what varies, such as optimizer.lr=0.1,0.2 or seed=1..12 (twice for a grid)",
    )
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--steps", type=count, metavar="N", help="optimiser steps of each run")
    amount.add_argument(
        "--epochs", type=count, default=1, metavar="N", help="passes over the data (default: 1)"
    )
    parser.add_argument(
        "--workers", type=count, metavar="N", help="processes (default: as many as cores)"
    )
    arguments.add_formats(parser)
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="default: NAME-sweep, here"
    )


def run(args: argparse.Namespace) -> int:
    """Do the runs that are missing; write table.csv, table.json and the small multiples."""
    import os

    from ebmviz.cli import INTERRUPTED
    from ebmviz.commands.base.sweep.folder import Folder
    from ebmviz.commands.base.sweep.plan import Amount, planned
    from ebmviz.core.errors import UsageError, UserError
    from ebmviz.files.atomic import shown
    from ebmviz.files.opening import looks_like_file

    catalogue = arguments.catalogue(args)
    found = arguments.opened(args.source, args.set, catalogue, args.columns)
    if args.workers == 0:
        raise UsageError("--workers 0: at least one process does the runs")
    long = Amount(args.epochs) if args.steps is None else Amount(args.steps, "steps")
    try:
        plan = planned(found, args.over, long, catalogue, args.plugin, args.without)
    except UserError as error:
        raise UsageError(str(error)) from None
    stem = Path(args.source).stem if looks_like_file(args.source) else found.scene.name
    folder = Folder(args.output or Path(f"{stem}-sweep"), plan)
    lanes = plan.lanes(catalogue)
    done = folder.done(len(lanes))
    if done:
        print(f"{len(done)} of {len(lanes)} runs are there already")
    try:
        _do(plan, folder, done, len(lanes), args.workers or os.cpu_count() or 1)
    except KeyboardInterrupt:
        kept = f"{len(done)} of {len(lanes)} runs are kept in {shown(folder.path)}"
        print(f"ebmviz: interrupted: {kept}, the same command does the rest", file=sys.stderr)
        return INTERRUPTED
    _write(args, plan, lanes, done, folder.path)
    return 0


def _do(plan: Plan, folder: Folder, done: dict[int, Outcome], count: int, workers: int) -> None:
    """All runs that are missing from `done`, each kept as it comes."""
    from tqdm import tqdm

    from ebmviz.commands.base.sweep.pool import outcomes

    missing = [number for number in range(count) if number not in done]
    shown = sys.stderr.isatty()
    with tqdm(total=count, initial=len(done), unit="run", disable=not shown, leave=False) as bar:
        for outcome in outcomes(plan, missing, workers, _ready_to_draw):
            folder.keep(outcome)
            done[outcome.number] = outcome
            bar.update()


def _ready_to_draw() -> None:
    """What draws is imported once in any case, a second or so: not after the last run."""
    from ebmviz.commands.base.sweep import picture  # noqa: F401
    from ebmviz.export import render  # noqa: F401


def _write(
    args: argparse.Namespace,
    plan: Plan,
    lanes: Sequence[Lane],
    done: dict[int, Outcome],
    folder: Path,
) -> None:
    from ebmviz.commands.base.sweep.picture import multiples
    from ebmviz.commands.base.sweep.table import rows, table
    from ebmviz.export.render import write
    from ebmviz.files.atomic import write_bytes

    ordered = [done[number] for number in range(len(lanes))]
    for name, data in (("table.csv", table(ordered)), ("table.json", rows(ordered))):
        write_bytes(folder / name, data)
        print(folder / name)
    if fallen := sum(bool(each.row["diverged"]) for each in ordered):
        print(f"{fallen} of {len(ordered)} runs diverged")
    drawn = multiples(plan.overs, lanes, done)
    if drawn is None:
        print("no small multiples: this scene has no map")
        return
    for format in args.format:
        target = folder / f"multiples.{format}"
        write(drawn, target, theme=args.theme)
        print(target)
