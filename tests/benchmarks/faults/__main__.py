"""python -m tests.benchmarks.faults saves [--kind KIND …] [--error NAME …]

Prints a table: kinds of files, what went wrong, cases, and what was lost. Ends with 1 where
something was. Linux, with strace.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from tests.benchmarks.faults import saves
from tests.benchmarks.faults.kinds import KINDS
from tests.benchmarks.faults.saves import ERRORS, KILLED, Case


def main() -> int:
    """All kinds, each of whose calls fails in each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["saves"])
    parser.add_argument("--kind", action="append", choices=[*KINDS])
    parser.add_argument("--error", action="append")
    args = parser.parse_args()
    lost = 0
    print("| file | what fails | cases | faults |\n|---|---|---|---|")
    for kind in args.kind or KINDS:
        for how in args.error or (*ERRORS, KILLED, "short"):
            found = list(_tried(kind, how))
            bad = [case for case in found if case.fault]
            print(f"| {kind} | {how} | {len(found)} | {len(bad)} |", flush=True)
            for case in bad:
                print(f"{kind}, {how} at call {case.number}, {case.call}: {case.fault}", flush=True)
            lost += len(bad)
        if said := saves.unflushed(kind):
            print(f"{kind}: {said}")
            lost += 1
    return 1 if lost else 0


def _tried(kind: str, how: str) -> Iterator[Case]:
    return saves.short(kind) if how == "short" else saves.cases(kind, how)


sys.exit(main())
