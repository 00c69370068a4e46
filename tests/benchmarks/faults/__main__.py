"""python -m tests.benchmarks.faults PART [--times N] [--scene S …] [--kind K …] [--error E …]

Prints a table: what went wrong at what, in how many cases, and what was lost. Ends with 1 where
something was. Linux; saves need strace.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import sys
import tempfile
from pathlib import Path

from ebmviz.core import assets
from ebmviz.engine.model import registry
from tests.benchmarks.faults import engine, numbers, saves, window
from tests.benchmarks.faults.kinds import KINDS
from tests.benchmarks.faults.saves import ERRORS, KILLED

SHORT = "short"
SLOW_S = 5.0  # from which on a case of numbers is told
_HOW = (*ERRORS, KILLED, SHORT)


def main() -> int:
    """One part of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("part", choices=["saves", "engine", "window", "numbers"])
    parser.add_argument("--kind", action="append", choices=[*KINDS], help="of files: all")
    parser.add_argument("--error", action="append", choices=[*_HOW], help="of calls: all")
    parser.add_argument(
        "--times", type=int, default=200, help="how often one is lost; in each scene"
    )
    parser.add_argument("--scene", action="append", choices=assets.scene_names(), help="all")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--stopped", type=float, default=engine.STOPPED_S, help="seconds")
    args = parser.parse_args()
    faulthandler.enable()
    parts = {"saves": _saves, "engine": _engine, "window": _window, "numbers": _numbers}
    return parts[args.part](args)


def _saves(args: argparse.Namespace) -> int:
    lost = 0
    print("| file | what fails | cases | faults |\n|---|---|---|---|")
    for kind in args.kind or KINDS:
        for how in args.error or _HOW:
            found = list(saves.short(kind) if how == SHORT else saves.cases(kind, how))
            bad = [case for case in found if case.fault]
            print(f"| {kind} | {how} | {len(found)} | {len(bad)} |", flush=True)
            for case in bad:
                print(f"{kind}, {how} at call {case.number}, {case.call}: {case.fault}", flush=True)
            lost += len(bad)
        if said := saves.unflushed(kind):
            print(f"{kind}: {said}")
            lost += 1
    return 1 if lost else 0


def _engine(args: argparse.Namespace) -> int:
    found = []
    with tempfile.TemporaryDirectory(prefix="ebmviz-faults-") as home:
        for case in engine.cases(Path(home), args.times, args.seed, args.stopped):
            found.append(case)
            said = f"{case.back_s:.1f} s, held {case.held_ms:.0f} ms, lost {case.lost:.1f} s"
            what = f"{len(found)} {case.harm}, {case.deed}, {case.scene}"
            print(f"{what}: {said} {case.fault}", file=sys.stderr, flush=True)
    print("| what happens | cases | back after, median and worst | held up, worst |", end="")
    print(" training lost, worst | faults |\n|---|---|---|---|---|---|")
    for harm in engine.HARMS:
        rows = [case for case in found if case.harm == harm]
        if rows:
            back = sorted(case.back_s for case in rows)
            held, lost = max(case.held_ms for case in rows), max(case.lost for case in rows)
            times = f"{back[len(back) // 2]:.1f}, {back[-1]:.1f} s"
            bad = sum(bool(case.fault) for case in rows)
            print(f"| {harm} | {len(rows)} | {times} | {held:.0f} ms | {lost:.1f} s | {bad} |")
    return 1 if any(case.fault for case in found) else 0


def _window(args: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="ebmviz-faults-") as home:
        found = []
        for case in window.cases(Path(home), args.times, args.seed):
            found.append(case)
            print(f"{len(found)}: {case.saves} saved {case.fault}", file=sys.stderr, flush=True)
    saves, bad = sum(case.saves for case in found), sum(bool(case.fault) for case in found)
    print("| what happens | cases | saves | faults |\n|---|---|---|---|")
    print(f"| the window is killed while it saves | {len(found)} | {saves} | {bad} |")
    return 1 if bad else 0


def _numbers(args: argparse.Namespace) -> int:
    found, slowest, most, bad = 0, 0.0, 0.0, 0
    stopped = refused = 0
    for case in numbers.cases(registry.catalogue(), args.times, args.seed, tuple(args.scene or ())):
        found, bad = found + 1, bad + bool(case.fault)
        slowest, most = max(slowest, case.seconds), max(most, case.megabytes)
        stopped += "diverged" in case.said
        refused += bool(case.said) and "diverged" not in case.said
        if case.fault or case.said or case.seconds > SLOW_S:
            said = f"{case.scene} {dict(case.changes)}, {case.seconds:.1f} s: {case.said}"
            print(said, case.fault, file=sys.stderr, flush=True)
    print("| what happens | cases | diverged, and told | refused | slowest | memory | faults |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| numbers at the ends of their ranges | {found} | {stopped} | {refused} |"
        f" {slowest:.1f} s | {most:.0f} MB | {bad} |"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # Qt objects die in an undefined order at exit
