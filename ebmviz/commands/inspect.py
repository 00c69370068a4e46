"""Show what a session file holds, as JSON."""

from __future__ import annotations

import argparse
import json

import numpy as np

from ebmviz.commands import source
from ebmviz.core.snapshot import Array

_WHOLE = 64  # tensors up to this many values are printed in full


def configure(parser: argparse.ArgumentParser) -> None:
    """FILE."""
    parser.add_argument("file", metavar="FILE", help="a session, or a figure made by ebmviz")


def run(args: argparse.Namespace) -> int:
    """scene, step, weights, verdict, metrics."""
    from ebmviz.core import scene
    from ebmviz.core.doctor import diagnose
    from ebmviz.core.errors import UserError
    from ebmviz.core.strictjson import number
    from ebmviz.opening import open_file

    session = open_file(args.file, source.catalogue(args)).session
    if session is None:
        raise UserError(f"{args.file}: a table of points, not a session")
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


def _values(array: Array) -> object:
    from ebmviz.core.strictjson import number

    if array.size > _WHOLE:
        summary = {k: number(float(getattr(array, k)())) for k in ("min", "max", "mean")}
        return {"shape": list(array.shape), "dtype": str(array.dtype), **summary}
    if array.dtype.kind != "f":
        return array.tolist()
    words = np.array([number(v) for v in array.ravel().tolist()], object)  # NaN has no JSON
    return words.reshape(array.shape).tolist()
