"""The rows of a sweep as CSV and JSON: the same columns in the same order."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence

from ebmviz.commands.base.sweep.outcome import Cell, Outcome
from ebmviz.files import strictjson


def rows(outcomes: Sequence[Outcome]) -> bytes:
    """JSON: a list of objects. What a run does not have is not in its row; ∞ is the word "inf"."""
    listed = [
        {k: strictjson.number(v) if isinstance(v, float) else v for k, v in each.row.items()}
        for each in outcomes
    ]
    return strictjson.encode(listed)


def table(outcomes: Sequence[Outcome]) -> bytes:
    """CSV with a heading; a place is empty where a run does not have the number."""
    columns = list(dict.fromkeys(name for each in outcomes for name in each.row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for each in outcomes:
        writer.writerow([_written(each.row[k]) if k in each.row else "" for k in columns])
    return out.getvalue().encode("utf-8")


def _written(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return repr(cell) if math.isfinite(cell) else str(cell)
    return str(cell)
