"""Show what a session file holds, as JSON."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from ebmviz.commands import source
from ebmviz.core.snapshot import Array

_WHOLE = 64  # tensors up to this many values are printed in full


def configure(parser: argparse.ArgumentParser) -> None:
    """FILE."""
    parser.add_argument(
        "file", metavar="FILE", help="a session, a figure made by ebmviz, or a table of points"
    )


def run(args: argparse.Namespace) -> int:
    """scene, step, weights, verdict, metrics; of a table its columns."""
    from ebmviz.core import scene
    from ebmviz.core.doctor import diagnose
    from ebmviz.core.strictjson import number
    from ebmviz.opening import TABLES, open_file

    if Path(args.file).suffix.lower() in TABLES:
        print(json.dumps(_table(args.file), indent=2, ensure_ascii=False, allow_nan=False))
        return 0
    session = open_file(args.file, source.catalogue(args)).session
    assert session is not None
    described = scene.to_json(session.scene)
    if "points" in described["data"]:
        described["data"]["points"] = f"{len(described['data']['points']) * 3 // 4 // 16} points"
    found = {
        "scene": described,
        "step": session.step,
        "weights": {k: _values(a) for k, a in session.weights.items() if "/" not in k},
        "verdict": diagnose(session.metrics, session.scene.facts).text,
        "metrics": {k: number(v) for k, v in session.metrics.items()},
    }
    print(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False))
    return 0


def _table(path: str) -> dict[str, object]:
    """What is in a table, whether or not two of its columns are plainly the points."""
    from ebmviz.core.columns import said
    from ebmviz.core.table import read_table

    table = read_table(path)
    columns = [
        {"column": c.at, "name": c.name, "unit": c.unit, "holds": c.kind, "fault": c.fault}
        | ({"min": float(c.numbers.min()), "max": float(c.numbers.max())}
           if c.numbers is not None else {})
        for c in table.columns
    ]  # fmt: skip
    read = said(table, table.roles()) if table.clear else f"{len(table.offered)} columns"
    return {"table": Path(path).name, "read": read, "rows": table.count,
            "headings": table.headings, "notes": table.notes, "columns": columns}  # fmt: skip


def _values(array: Array) -> object:
    from ebmviz.core.strictjson import number

    if array.size > _WHOLE:
        summary = {k: number(float(getattr(array, k)())) for k in ("min", "max", "mean")}
        return {"shape": list(array.shape), "dtype": str(array.dtype), **summary}
    if array.dtype.kind != "f":
        return array.tolist()
    words = np.array([number(v) for v in array.ravel().tolist()], object)  # NaN has no JSON
    return words.reshape(array.shape).tolist()
