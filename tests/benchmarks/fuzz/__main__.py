"""python -m tests.benchmarks.fuzz [TARGET …] [--times N] [--seed S] [--processes P] [--only N]

Prints a table, and each file that was neither taken nor refused with a sentence, that took longer
than a second of the processor or a gigabyte, or that made the program do what no file may. Ends
with 1 where there was one. Linux.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.fuzz.parent import Row, run
from tests.benchmarks.fuzz.targets import TARGETS, target_of
from tests.benchmarks.fuzz.tried import case
from tests.benchmarks.fuzz.watch import limited

_CELLS = ("what is read", "mutations", "accepted", "refused with a sentence", "crashes")
_HEAD = f"| {' | '.join((*_CELLS, 'slowest', 'most memory', 'forbidden acts'))} |"
_SHOWN = 40


def main() -> int:
    """All that are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", nargs="*", choices=[[], *TARGETS], help="all of them")
    parser.add_argument("--times", type=int, default=100_000, help="mutations of each")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", type=int, help="one of them, here and not caught")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ebmviz-fuzz-") as folder:
        if args.only is not None:
            return _only(args.target[0], args.seed, args.only, Path(folder))
        print(f"{_HEAD}\n{'|---' * (len(_CELLS) + 3)}|", flush=True)
        bad = 0
        for name in args.target or TARGETS:
            row = run(name, args.times, args.seed, args.processes, Path(folder))
            _tell(row, args.times)
            bad += len(row.faults)
    return 1 if bad else 0


def _tell(row: Row, times: int) -> None:
    cells = [row.what, f"{times}", f"{row.accepted}", f"{row.refused}", f"{row.crashes}"]
    cells += [f"{1e3 * row.slowest:.0f} ms", f"{row.memory / 1e6:.0f} MB", f"{row.acts}"]
    print(f"| {' | '.join(cells)} |", flush=True)
    print(f"{row.name}: slowest is --only {row.slow_at}", file=sys.stderr)
    for number, fault in sorted(row.faults)[:_SHOWN]:
        print(f"{row.name} --only {number}: {fault}", flush=True)


def _only(name: str, seed: int, number: int, folder: Path) -> int:
    target = target_of(name, folder)
    data = case(target, seed, number)
    print(f"{len(data)} bytes: {data[:400]!r}")
    try:
        with limited():
            target.act(data)
    except target.refuses as error:
        print(f"refused: {error}")
    else:
        print("accepted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
