"""Numbers at the ends of what may be asked for, alone and together: does anything break?

Each case is a built-in scene with one numeric setting at an end of its range, or with several at
once, which is trained, sampled and shown in every figure that it has. It must work, or be refused
or stopped in a sentence of the project's own; no warning of numpy or torch may come up, no metric
may be NaN, every figure must be drawn or say why not, and the memory stays within what there is.
"""

from __future__ import annotations

import contextlib
import math
import random
import resource
import time
import traceback
import warnings
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ebmviz.core import assets, library
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import NumericError, UserError
from ebmviz.core.params import Param, number
from ebmviz.core.scene import Scene, replace, visible
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import opened
from ebmviz.figures.base.figure import Shot, drawn_or_why_not
from ebmviz.figures.registry import FIGURES

TINY, LARGE, VAST = 1e-300, 1e6, 1e12  # tried within every range that holds them
STEPS, CHAIN_STEPS, ENOUGH_S = 6, 3, 2.0
TOGETHER = (2, 3, 5)  # settings at an end in one case
SMALL = {"view.resolution": 32, "device": "cpu", "view.follow": True}
_COUNTED = 10**6  # more of anything is refused by its range or by the memory, as tests show


class Case(NamedTuple):
    """changes: path → value; said: a refusal, or why training has stopped; fault: empty where all
    was well; megabytes: the most that the process has held so far.
    """

    scene: str
    changes: Mapping[str, float]
    said: str
    seconds: float
    megabytes: float
    fault: str


def ends(param: Param) -> list[float]:
    """What is tried of a numeric parameter: the ends of its range, and numbers far out in it."""
    low, high = (number(x) if x is not None else x for x in (param.low, param.high))
    inner = (TINY, LARGE, VAST, math.inf) if param.type == "float" else (1, 2, 3)
    found = {float(x) for x in (low, high) if x is not None}
    found |= {float(x) for x in inner if (low is None or low <= x) and (high is None or x <= high)}
    if param.type == "int":
        return [int(x) for x in sorted(found) if x <= _COUNTED]
    return sorted(found)


def asked(scene: Scene, catalogue: Catalogue) -> dict[str, list[float]]:
    """Path → what is tried, of every numeric setting that a scene shows."""
    shown = visible(scene, catalogue)
    return {path: ends(p) for path, p in shown.items() if p.type in ("int", "float")}


def alone(name: str, catalogue: Catalogue) -> Iterator[dict[str, float]]:
    """Each setting of a scene at each of its ends."""
    for path, values in asked(library.scene(name, catalogue), catalogue).items():
        yield from ({path: value} for value in values)


def together(
    name: str, catalogue: Catalogue, dice: random.Random, times: int
) -> Iterator[dict[str, float]]:
    """So many times some settings of a scene at once."""
    tried = asked(library.scene(name, catalogue), catalogue)
    for _ in range(times):
        paths = dice.sample(sorted(tried), min(len(tried), dice.choice(TOGETHER)))
        yield {path: dice.choice(tried[path]) for path in paths}


def cases(
    catalogue: Catalogue, times: int, seed: int, names: tuple[str, ...] = ()
) -> Iterator[Case]:
    """All of single settings, and `times` of several in each scene."""
    dice = random.Random(seed)
    for name in names or assets.scene_names():
        for changes in (*alone(name, catalogue), *together(name, catalogue, dice, times)):
            yield tried(name, changes, catalogue)


def tried(name: str, changes: Mapping[str, float], catalogue: Catalogue) -> Case:
    """One case, here and now."""
    began, said, fault = time.monotonic(), "", ""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            scene = replace(library.scene(name, catalogue), {**SMALL, **changes}, catalogue)
            model = opened(scene)
            said = _worked(model)
            fault = " ".join(_figures(model))
        except (UserError, NumericError) as refusal:
            said = str(refusal)
        except Exception:
            fault = traceback.format_exc(limit=-3)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return Case(name, changes, said, time.monotonic() - began, held, fault)


def _worked(model: Model) -> str:
    """Trained and sampled; why that has stopped."""
    said = ""
    try:
        model.train(STEPS, ENOUGH_S)
    except NumericError as stopped:
        said = str(stopped)
    with contextlib.suppress(NumericError):
        model.sample(CHAIN_STEPS, ENOUGH_S)
    return said


def _figures(model: Model) -> Iterator[str]:
    """What is wrong with what the figures of a model show."""
    for figure in FIGURES.values():
        if not figure.live or not figure.fits(model.scene):
            continue
        shot = Shot(model.scene, model.snapshot(figure.asks(model.scene)))
        wrong = [k for k, v in shot.snapshot.metrics.items() if math.isnan(v)]
        if wrong:
            yield f"{figure.name}: NaN of {', '.join(wrong)}."
        if figure.ready(shot):
            drawn_or_why_not(figure, shot)
