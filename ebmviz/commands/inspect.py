"""Show what a session file holds, as JSON."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ebmviz.commands.base import arguments
from ebmviz.core.numerals import counted
from ebmviz.core.snapshot import Array
from ebmviz.core.view.compare import called

if TYPE_CHECKING:
    from ebmviz.files.session import Session

SUMMARY = "show what a session file holds"
ORDER = 60

_WHOLE = 64  # tensors up to this many values are printed in full


def configure(parser: argparse.ArgumentParser) -> None:
    """FILE."""
    parser.add_argument(
        "file", metavar="FILE", help="a session, a figure made by ebmviz, or a table of points"
    )
    arguments.add_columns(parser)


def run(args: argparse.Namespace) -> int:
    """scene, step, weights, verdict, metrics, what there is of its past; of a table its columns."""
    from ebmviz.core import scene
    from ebmviz.core.diagnosis import diagnose
    from ebmviz.core.errors import UserError
    from ebmviz.core.samples import samples_of
    from ebmviz.files.opening import TABLES, open_file
    from ebmviz.files.strictjson import number
    from ebmviz.files.thinning import entries

    if Path(args.file).suffix.lower() in TABLES:
        found = _table(args.file, args.columns)
        print(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False))
        return 0
    opened = open_file(args.file, arguments.catalogue(args), args.columns)
    if opened.lesson:
        raise UserError(f"{args.file} is a lesson: `ebmviz lessons {args.file}` tells its stops")
    session = opened.session
    assert session is not None
    described = scene.to_json(session.scene)
    if made := samples_of(session.scene):  # thousands of letters otherwise
        described["data"][made.shape.holds] = counted(len(made.y))
    found = {
        "scene": described,
        "step": session.checkpoint.step,
        "weights": {k: _values(a) for k, a in session.checkpoint.weights.items() if "/" not in k},
        "verdict": diagnose(session.checkpoint.metrics, session.scene.facts).text,
        "metrics": {k: number(v) for k, v in session.checkpoint.metrics.items()},
        "recorded_steps": entries(session.checkpoint),
        "branches": _branches(session),
        "left_out": session.left_out.said,
    }
    print(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False))
    return 0


def _branches(session: Session) -> list[str]:
    """What they are called; none of one alone."""
    names = {each.number: each.name for each in session.branches}
    return [called(number, names) for number in names] if len(names) > 1 else []


def _table(path: str, columns: str) -> dict[str, object]:
    """What is in a table, and what was taken: where two of its columns are plainly the points, or
    `columns` says which.
    """
    from ebmviz.core.axes import typed
    from ebmviz.files.tables.roles import roles, said, samples, sole
    from ebmviz.files.tables.table import read_table

    table = read_table(path)
    held = [
        {"column": c.at, "name": c.name, "unit": c.unit, "holds": c.kind, "fault": c.fault}
        | ({"min": float(c.numbers.min()), "max": float(c.numbers.max())}
           if c.numbers is not None else {})
        for c in table.columns
    ]  # fmt: skip
    taken = roles(table, columns) if columns else sole(table)
    read: dict[str, object] = {"read": f"{len(table.offered)} columns"}
    if taken:
        made = samples(table, taken) if columns else None
        read = {"read": said(table, taken, made), "scene": taken.shape.scene}
        called = typed((taken.shape.over,))
        read["roles"] = {called[role]: column.name for role, column in taken.columns.items()}
        if made and made.classes:
            read["classes"] = made.classes
    return {"table": Path(path).name, **read, "rows": table.count, "headings": table.headings,
            "notes": table.notes, "columns": held}  # fmt: skip


def _values(array: Array) -> object:
    from ebmviz.files.strictjson import number

    if array.size > _WHOLE:
        summary = {k: number(float(getattr(array, k)())) for k in ("min", "max", "mean")}
        return {"shape": list(array.shape), "dtype": str(array.dtype), **summary}
    if array.dtype.kind != "f":
        return array.tolist()
    words = np.array([number(v) for v in array.ravel().tolist()], object)  # NaN has no JSON
    return words.reshape(array.shape).tolist()
