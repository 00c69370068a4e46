"""Sessions of every scene and what was seen of them, for newer programs to be held against.

`python -m tests.corpus.corpus FOLDER` makes it anew: every built-in scene untrained and after
STEPS steps, as a session (file format 1), with a digest of its weights and of every figure. It is
made to be kept: what an older program has written, a newer one must open and show alike.

`nll-hmc` is of a loss that was there once, in a small scene of its own.
Seen anew since: of `jem` what the chains of its loss draw (the wrong answers on the map, the bias
of the gradient), for they are those of any sampler now and take other random numbers.
Of `canyon-50` the bias of the gradient, 0.012°: that much is the rounding of float32, and the same
sums are taken in another order now.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from ebmviz.core.checkpoint import todays_names
from ebmviz.core.plot import Points

STEPS = 50
RESOLUTION = 32  # of maps: their values count here, not how fine they are
HOME = Path(__file__).parent / "sessions"
SEEN = HOME / "seen.json.gz"
_SAMPLES = 6
UNSEEN = {"layer", "entries"}
"""Names that layers can be hidden under: nothing of them is drawn."""


def digest(value: Any) -> Any:
    """A value of figures and checkpoints as JSON: arrays as their shape, sums and some entries."""
    if isinstance(value, np.ndarray):
        return _numbers(value)
    if isinstance(value, msgspec.Struct):
        opaque = isinstance(value, Points) and value.opacity == 1  # as all were before
        unseen = UNSEEN | {"opacity"} if opaque else UNSEEN
        shown = [name for name in value.__struct_fields__ if name not in unseen]
        fields = {name: digest(getattr(value, name)) for name in shown}
        return {"": type(value).__name__} | fields
    if isinstance(value, dict):
        return {str(key): digest(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [digest(each) for each in value]
    if isinstance(value, (float, np.floating)):
        return {"float": repr(float(value))}
    if value is None or isinstance(value, (str, bool, int)):
        return value
    return {"other": type(value).__name__}


def _numbers(array: np.ndarray) -> dict[str, Any]:
    if array.dtype.kind not in "fiub":
        return {"shape": list(array.shape), "text": str(array.tolist())}
    flat = array.astype(np.float64).ravel()
    finite = flat[np.isfinite(flat)]
    places = np.linspace(0, max(0, flat.size - 1), _SAMPLES).astype(int)
    some = flat[places] if flat.size else flat
    return {
        "shape": list(array.shape),
        "finite": int(finite.size),
        "numbers": [repr(float(n)) for n in (finite.sum(), np.abs(finite).sum(), *some)],
    }


def differences(old: Any, new: Any, rtol: float = 2e-4, at: str = "") -> Iterator[str]:
    """Where two digests differ by more than rounding does; numbers are held against the size of
    what stands beside them.
    """
    if isinstance(old, dict) and "numbers" in old and isinstance(new, dict) and "numbers" in new:
        if (old["shape"], old["finite"]) != (new["shape"], new["finite"]):
            yield f"{at}: shape {old['shape']} → {new['shape']}"
            return
        a, b = (np.array([float(n) for n in each["numbers"]]) for each in (old, new))
        size = max(1e-3, a[1] / max(1, old["finite"]) if np.isfinite(a[1]) else 0.0)
        room = rtol * np.array([a[1], a[1], *(np.abs(a[2:]) + size)]) + rtol * 1e-3
        wrong = ~((a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= room))
        if wrong.any():
            yield f"{at}: {a[wrong][0]} → {b[wrong][0]}"
    elif isinstance(old, dict) and "float" in old and isinstance(new, dict) and "float" in new:
        was, now = float(old["float"]), float(new["float"])
        if not (
            was == now
            or (was != was and now != now)
            or abs(was - now) <= rtol * max(abs(was), 1e-2)
        ):
            yield f"{at}: {was} → {now}"
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            if key not in old or key not in new:
                yield f"{at}.{key}: {'gone' if key in old else 'new'}"
            else:
                yield from differences(old[key], new[key], rtol, f"{at}.{key}")
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield f"{at}: {len(old)} → {len(new)}"
        for i, (a, b) in enumerate(zip(old, new, strict=False)):
            yield from differences(a, b, rtol, f"{at}[{i}]")
    elif old != new:
        yield f"{at}: {old!r} → {new!r}"


def read() -> dict[str, Any]:
    """What was seen: session's file name → its digests."""
    seen = dict(json.loads(gzip.decompress(SEEN.read_bytes())))
    return {k: each | {"weights": todays_names(each["weights"])} for k, each in seen.items()}


def write(seen: dict[str, Any], path: Path = SEEN) -> None:
    text = json.dumps(seen, sort_keys=True, separators=(",", ":")).encode()
    path.write_bytes(gzip.compress(text, mtime=0))


def seen_of(path: Path) -> dict[str, Any]:
    """What a session shows: its weights, what they measure, and every figure of theirs."""
    from ebmviz.commands.base.headless import draw, engine
    from ebmviz.figures.registry import FIGURES, offered
    from tests.scenes import CATALOGUE

    found = _opened(path)
    model = engine(found)
    figures = [FIGURES[name] for name in offered(found.scene) if FIGURES[name].live]
    return {
        "weights": digest(model.checkpoint().weights),
        "figures": {each.name: digest(draw(each, found, CATALOGUE)) for each in figures},
    }


def _opened(path: Path) -> Any:
    from ebmviz.files.opening import open_any
    from tests.scenes import CATALOGUE

    return open_any(str(path), CATALOGUE)


def make(folder: Path) -> None:
    """Every scene, untrained and trained, as sessions in a folder, and what is seen of them."""
    from ebmviz.core import assets
    from ebmviz.engine.model.opening import opened
    from ebmviz.files.session import Session, save
    from tests.scenes import CATALOGUE, built_in

    folder.mkdir(parents=True, exist_ok=True)
    seen = {}
    for name in assets.scene_names():
        for steps in (0, STEPS):
            scene = built_in(name, view__resolution=RESOLUTION)
            model = opened(scene)
            model.train(steps)
            path = folder / f"{name}-{steps}.ebmviz"
            save(Session(scene, model.checkpoint().without_history()), path, CATALOGUE)
            seen[path.name] = seen_of(path)
            print(path.name, path.stat().st_size, flush=True)
    write(seen, folder / SEEN.name)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
