"""Show what a session file holds, as JSON."""

from __future__ import annotations

import argparse
import json
from typing import Any

_WHOLE = 64  # tensors up to this many values are printed in full


def configure(parser: argparse.ArgumentParser) -> None:
    """FILE."""
    parser.add_argument("file", metavar="FILE", help="a session, or a figure made by ebmviz")


def run(args: argparse.Namespace) -> int:
    """scene, step, weights, metrics."""
    from ebmviz.core import library, scene
    from ebmviz.core.errors import UserError
    from ebmviz.core.params import to_json_value
    from ebmviz.opening import open_file

    session = open_file(args.file, library.shipped_catalogue()).session
    if session is None:
        raise UserError(f"{args.file}: a table of points, not a session")
    described = scene.to_json(session.scene)
    if "points" in described["data"]:
        described["data"]["points"] = f"{len(described['data']['points']) * 3 // 4 // 16} points"
    training = {k: a for k, a in session.weights.items() if k.startswith("train/")}
    weights = {k: a for k, a in session.weights.items() if "/" not in k}
    found = {
        "scene": described,
        "step": int(training["train/step"].flat[0]) if "train/step" in training else 0,
        "weights": {k: _values(a) for k, a in weights.items()},
        "metrics": {k: to_json_value(float(v)) for k, v in session.metrics.items()},
    }
    print(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False, default=str))
    return 0


def _values(array: Any) -> object:
    if array.size <= _WHOLE:
        return array.tolist()
    return {
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "min": float(array.min()),
        "max": float(array.max()),
        "mean": float(array.mean()),
    }
