"""Prints the verdict table; status 1 where the doctor and the professor disagree."""

from __future__ import annotations

import sys

import torch

from tests.engine.verdicts.models import engine, verdict
from tests.engine.verdicts.table import CASES


def main() -> int:
    """As markdown."""
    torch.set_num_threads(1)
    odd = 0
    print("| scene | way | professor | doctor |\n| --- | --- | --- | --- |")
    for case in CASES:
        said = verdict(engine(case))
        agreed = said.state == case.state and case.words in said.text
        odd += not agreed
        mark = "" if agreed else " ✗"
        line = f"| {case.scene} | {case.how} | {case.state} | {said.text}{mark} |"
        print(line, flush=True)
    return 1 if odd else 0


if __name__ == "__main__":
    sys.exit(main())
