"""Whether a control does anything: to the next steps, or to what the figures draw.

`python -m tests.figures.effects` looks under every loss of every scene, for some minutes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import zip_longest
from typing import Any

import msgspec
import numpy as np
import torch

from ebmviz.core import library
from ebmviz.core.assets import scene_names
from ebmviz.core.errors import NumericError, UserError
from ebmviz.core.params import Affects, Param, Value
from ebmviz.core.scene import Scene, model, replace, visible
from ebmviz.engine.measures.base.looked import Looked
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import opened
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.on_screen import seen
from ebmviz.figures.registry import FIGURES, offered
from tests.scenes import CATALOGUE, built_in

PACE = frozenset({"sampler.pace", "view.speed"})
"""When things happen, not which."""
SCREEN = frozenset(
    {
        *("view.link", "view.cards", "view.azimuth", "view.elevation"),
        *("view.losses", "view.lanes", "view.lane", "view.lane_scale", "view.lane_order"),
        *("view.dimension", "view.bookmarks", "device"),
    }
)
"""What the window does with what it is given, or where it is worked out."""
BESIDE: dict[str, dict[str, object]] = {
    "energy.regularizer": {"energy.strength": 1.0},
    "view.picture": {"view.beta": 2.0},
    "objective.negatives": {"objective.beta": 2.0},
    "energy.update": {"energy.bath": 0.3},
}
"""What must be on, for the choice to be one: R(z) needs a price, P and an expected ŷ a finite β."""
SAME = frozenset({("data.source", "painted")})
"""A choice that begins as another left it."""
_WORDS = frozenset({"title", "label", "caption", "text", "labels", "name"})
_STEPS, _OWN = 4, 40  # of a loss, of steps of its own kind


def small(scene: Scene, **more: object) -> Scene:
    """Quick to train and to draw."""
    wanted = {
        "view.resolution": 16,
        "optimizer.batch": 8,
        "data.count": 40,
        "energy.hidden": 6,
        "energy.latents": 25,
        "energy.units": 40,
        "energy.iterations": 6,
        "objective.answers": 8,
        "objective.steps": 5,
        "sampler.chains": 40,
    }
    declared = visible(scene, CATALOGUE)
    fitting = {at: v for at, v in wanted.items() if at in declared and declared[at].type == "int"}
    return replace(scene, {**fitting, **more}, CATALOGUE)


class Effect:
    """What comes of a scene: weights after some steps, and figures, as digests."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._drawn: list[tuple[str, str]] = []

    @cached_property
    def engine(self) -> Model:
        one = opened(self.scene)
        one.train(_STEPS if "loss" in self.scene.facts else _OWN)
        one.sample(2)
        return one

    @cached_property
    def step(self) -> str:
        return digest(self.engine.weights)

    def drawn(self) -> Iterator[tuple[str, str]]:
        """Each figure and its digest, in the order of the menu; none is drawn before it is asked
        for, nor twice.
        """
        for i, figure in enumerate(self._figures):
            if i == len(self._drawn):
                needs = tuple(dict.fromkeys(n for f in self._figures[: i + 1] for n in f.needs))
                shot = Shot(self.scene, self.engine.snapshot(needs, subject=self._subject))
                shown = digest(figure.draw((shot,))) if figure.ready(shot) else ""
                self._drawn.append((figure.name, shown))
            yield self._drawn[i]

    @cached_property
    def _figures(self) -> list[Figure]:
        return [FIGURES[name] for name in offered(self.scene) if FIGURES[name].live]

    @cached_property
    def _subject(self) -> Looked:
        return self.engine.subject()


def idle(scene: Scene, parts: tuple[str, ...] = ()) -> Iterator[str]:
    """Every visible parameter of these parts, or of all, and every choice, that changes nothing."""
    base: dict[tuple[tuple[str, object], ...], Effect] = {(): Effect(scene)}
    for at, param in visible(seen(scene, False), CATALOGUE).items():
        if at in PACE | SCREEN or (parts and at.partition(".")[0] not in parts):
            continue
        beside = {k: v for k, v in BESIDE.get(at, {}).items() if k in scene.values}
        own = base.setdefault((*beside.items(),), Effect(replace(scene, beside, CATALOGUE)))
        others = list(_others(param, own.scene[at], own.scene))
        if param.type == "choice":
            same = [v for v in others if not _differs(own, at, param, v)]
            dead = len(same) == len(others) > 0
            yield from [at] if dead else (f"{at}={v}" for v in same if (at, v) not in SAME)
        elif others and not any(_differs(own, at, param, v) for v in others):
            yield at


def _differs(base: Effect, at: str, param: Param, value: Value) -> bool:
    try:
        other = Effect(replace(base.scene, {at: value}, CATALOGUE))
        if param.affects >= Affects.TRAIN and other.step != base.step:
            return True
        return any(a != b for a, b in zip_longest(other.drawn(), base.drawn()))
    except (UserError, NumericError):
        return True  # it says why


def _others(param: Param, now: Value, scene: Scene) -> list[Value]:
    """Other values: all choices, some numbers."""
    if param.type == "bool":
        return [not now]
    if param.type == "choice":
        return [v for v in param.offered(scene.facts) if v != now]
    if isinstance(now, tuple):
        return [tuple(1.3 * v + 0.1 for v in now)]
    if isinstance(now, str):
        return []
    span = param.slider or (max(param.low, -1.0), min(param.high, 1.0))
    middle = math.sqrt(span[0] * span[1]) if param.log else sum(span) / 2
    wanted = [*span, middle, *([] if math.isinf(now) else [2 * now + 1, now / 2])]
    found = [round(v) if param.type == "int" else v for v in wanted]
    return [v for v in dict.fromkeys(found) if v != now and param.low <= v <= param.high]


def digest(value: object) -> str:
    """Of all numbers, colours and shapes in it, but for what is told in words."""
    into = hashlib.sha256()
    _feed(into, value)
    return into.hexdigest()


def _feed(into: Any, value: object) -> None:
    if isinstance(value, torch.Tensor | np.ndarray):
        into.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, Mapping):
        _feed(into, [value[key] for key in sorted(value)])
    elif isinstance(value, tuple | list):
        into.update(b"[%d" % len(value))
        for each in value:
            _feed(into, each)
    elif isinstance(value, msgspec.Struct) or dataclasses.is_dataclass(value):
        names = getattr(value, "__struct_fields__", None) or [
            f.name
            for f in dataclasses.fields(value)  # type: ignore[arg-type]
        ]
        _feed(into, [getattr(value, name) for name in names if name not in _WORDS])
    else:
        into.update(repr(value).encode())


def every_loss(name: str) -> list[str]:
    """The losses that a scene may be trained under."""
    scene = library.scene(name, CATALOGUE)
    own = model(scene, CATALOGUE)
    return [loss.kind for loss in CATALOGUE.offered("objective", own)]


def main() -> int:
    """All parameters of all scenes, under each of their losses."""
    torch.set_num_threads(1)
    found = 0
    for name in scene_names():
        for loss in every_loss(name) or [""]:
            scene = small(built_in(name, {"objective.loss": loss} if loss else {}))
            for at in idle(scene, ("objective", "regularizer") if loss else ()):
                print(f"{name} {loss} {at}", flush=True)
                found += 1
        for at in idle(small(built_in(name))):
            print(f"{name} {at}", flush=True)
            found += 1
    return found > 0


if __name__ == "__main__":
    sys.exit(main())
