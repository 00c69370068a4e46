"""What can vary in the lab of a scene, by the names of the panel, and values to begin with."""

from __future__ import annotations

import math

from ebmviz.core.catalogue import PARTS, Catalogue, selector
from ebmviz.core.lanes.over import word
from ebmviz.core.params import Affects, Param, Value
from ebmviz.core.scene import Scene, model, visible
from ebmviz.core.traits import PLANES

_FEW, _MOST = 6, 12  # values of a number, and of a choice
_ELSEWHERE = ("device",)  # where it is worked out, and not what
_NUMBERS = ("float", "int")


def varied(scene: Scene, catalogue: Catalogue) -> dict[str, str]:
    """Path to name of all that changes what is trained, in the order of the panel."""
    found = {}
    shown = visible(scene, catalogue)
    for part in scene.parts:
        if (at := selector(part)) and len(_kinds(at, part, scene, catalogue)) > 1:
            found[at] = "Loss" if part == "objective" else PARTS[part]
        for path, param in shown.items():
            if _part(path) == part and _varies(path, param):
                found[path] = _named(param)
    return found


def suggested(at: str, scene: Scene, catalogue: Catalogue) -> str:
    """A few values of a path, the scene's own among them, as they are written between commas."""
    part = next((part for part in scene.parts if selector(part) == at), "")
    if part:
        return ",".join(_kinds(at, part, scene, catalogue)[:_MOST])
    param = visible(scene, catalogue)[at]
    if param.type == "bool":
        return "no,yes"
    if param.type == "choice":
        return ",".join(list(param.offered(scene.facts))[:_MOST])
    return ",".join(word(value) for value in _numbers(param, scene.number(at)))


def choices(at: str, scene: Scene, catalogue: Catalogue) -> dict[str, str]:
    """What a path can be, as it is written, with the words of the panel; nothing for numbers."""
    part = next((part for part in scene.parts if selector(part) == at), "")
    if part:
        own = model(scene, catalogue)
        if part == own.part:
            kinds = _kinds(at, part, scene, catalogue)
            return {k: catalogue.component(part, k).title for k in kinds}
        return {c.kind: c.title for c in catalogue.offered(part, own)}
    param = visible(scene, catalogue).get(at)
    return param.offered(scene.facts) if param else {}


def _kinds(at: str, part: str, scene: Scene, catalogue: Catalogue) -> list[str]:
    """Components that a lane may have: losses that share a batch; energies over the same plane."""
    own = model(scene, catalogue)
    if at == selector(own.part):
        plane = {*own.traits} & {*PLANES}
        return [k for k, c in catalogue.kinds(part).items() if {*c.traits} & {*PLANES} == plane]
    return [c.kind for c in catalogue.offered(part, own) if not c.alone]


def _named(param: Param) -> str:
    """The label and the symbol, each once."""
    twice = param.symbol in param.label.split()
    return param.label if twice else f"{param.label} {param.symbol}".strip()


def _part(path: str) -> str:
    before, dot, _ = path.partition(".")
    return before if dot else "run"


def _varies(path: str, param: Param) -> bool:
    kinds = (*_NUMBERS, "bool", "choice")
    trains = param.affects >= Affects.TRAIN and not param.hidden
    return trains and param.type in kinds and path not in _ELSEWHERE


def _numbers(param: Param, own: float) -> list[Value]:
    """About the scene's own: in steps of a factor where the slider is logarithmic, else over the
    slider; one after the other where there is none.
    """
    if param.slider is None:
        steps: list[float] = [own + i for i in range(_FEW)]
    elif param.log:
        middle = own if 0 < own < math.inf else math.sqrt(param.slider[0] * param.slider[1])
        steps = [middle * 2.0 ** (i - 3) for i in range(_FEW)]
    else:
        low, high = param.slider
        steps = [own, *(low + (high - low) * i / (_FEW - 2) for i in range(_FEW - 1))]
    whole = param.type == "int"
    few = (round(v) if whole else float(f"{v:.3g}") for v in steps if math.isfinite(v))
    inside = {min(max(v, param.low), param.high) for v in few}
    values: list[Value] = [int(v) if whole else v for v in sorted(inside)]
    if param.inf:
        values.append(math.inf)
    return values
