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
    from collections.abc import Callable

    from ebmviz.commands.base.sweep.folder import Folder
    from ebmviz.commands.base.sweep.outcome import Outcome
    from ebmviz.commands.base.sweep.plan import Plan
    from ebmviz.commands.base.sweep.results import Results


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
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a Dask cluster whose workers do the runs, such as tcp://10.0.0.1:8786",
    )
    arguments.add_formats(parser)
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="default: NAME-sweep, here"
    )


def run(args: argparse.Namespace) -> int:
    """Do the runs that are missing; write table.csv, table.json and the small multiples."""
    from ebmviz.cli import INTERRUPTED
    from ebmviz.commands.base.sweep.folder import Folder
    from ebmviz.commands.base.sweep.plan import Amount, planned
    from ebmviz.commands.base.sweep.results import Results
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
    results = Results(plan, lanes, done, folder.path, args.format, args.theme)
    if done:
        print(f"{len(done)} of {len(lanes)} runs are there already")
    try:
        _do(args, plan, folder, done, len(lanes), results.look)
    except KeyboardInterrupt:
        kept = f"{len(done)} of {len(lanes)} runs are kept in {shown(folder.path)}"
        print(f"ebmviz: interrupted: {kept}, the same command does the rest", file=sys.stderr)
        return INTERRUPTED
    _write(results, done)
    return 0


def _do(
    args: argparse.Namespace,
    plan: Plan,
    folder: Folder,
    done: dict[int, Outcome],
    count: int,
    look: Callable[[], None],
) -> None:
    """All runs that are missing from `done`, each kept as it comes; look() after each."""
    import os

    from tqdm import tqdm

    from ebmviz.commands.base.sweep.cluster import cluster
    from ebmviz.commands.base.sweep.pool import outcomes

    missing = {number for number in range(count) if number not in done}
    workers = args.workers or os.cpu_count() or 1
    crew = (lambda _: cluster(args.scheduler)) if args.scheduler else None
    shown = sys.stderr.isatty()
    with tqdm(total=count, initial=len(done), unit="run", disable=not shown, leave=False) as bar:
        for outcome in outcomes(plan, count, missing, workers, _ready_to_draw, crew):
            folder.keep(outcome)
            done[outcome.number] = outcome
            bar.update()
            look()


def _ready_to_draw() -> None:
    """What draws is imported once in any case, a second or so: not after the last run."""
    from ebmviz.commands.base.sweep import picture  # noqa: F401
    from ebmviz.export import render  # noqa: F401


def _write(results: Results, done: dict[int, Outcome]) -> None:
    for path in results.tables():
        print(path)
    if fallen := sum(bool(each.row["diverged"]) for each in done.values()):
        print(f"{fallen} of {len(done)} runs diverged")
    drawn = [str(path) for path in results.pictures()]
    print(*(drawn or ["no small multiples: this scene has no map"]), sep="\n")
