"""Scene: one frozen value that determines everything drawn.

A scene maps paths such as `energy.latents` to values. Which paths it has follows from
the catalogue: the parameters of the components it picks, of the view and of the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import msgspec

from ebmviz.core import outside
from ebmviz.core.catalogue import (
    MODELS,
    PARTS,
    Catalogue,
    Component,
    parts,
    path,
    selector,
    suggestion,
)
from ebmviz.core.errors import UserError
from ebmviz.core.making import declared, older
from ebmviz.core.making.facts import PLUGIN, model_of, settled
from ebmviz.core.params import Affects, Param, T, Value, number, to_json_value, typed, word
from ebmviz.core.traits import PLANES
from ebmviz.core.view import Run, View, bookmarks, compare, finest

__all__ = ["Scene", "build", "diff", "fields", "from_json", "replace", "to_json", "visible"]


_TITLE, _MOST = 200, 100


class Scene(msgspec.Struct, frozen=True, dict=True):  # dict: for what is made once
    """A name, a title, the figures it offers, and a value for every path.

    Its model is an energy, which has data, a loss and all else that trains it, or an experiment.

    facts follow from the values: the traits of its components, "path=value" for every choice,
    "card=NAME" for every side card asked for, "loss" where steps go down one, and "chains" where
    there are some to walk over the map; "control:PATH" for every parameter that does something,
    "offers:TRAIT" for those of the losses that fit the energy, "offers:PATH=VALUE" for choices.
    Parameters, figures and controls say which of them they depend on.
    """

    name: str
    title: str
    figures: tuple[str, ...]
    values: dict[str, Value]
    facts: frozenset[str] = frozenset()

    def __getitem__(self, where: str) -> Value:
        return self.values[where]

    def number(self, where: str, default: float | None = None) -> float:
        """The value of a numeric parameter, `default` without such a path; otherwise TypeError."""
        return number(self.values.get(where, default), where)

    def word(self, where: str, default: str | None = None) -> str:
        """The same of a choice or a text."""
        return word(self.values.get(where, default), where)

    def part(self, part: str, cls: type[T]) -> T:
        """The typed parameters of one part."""
        if part == "run":
            return typed(cls, self.values)
        prefix = part + "."
        return typed(
            cls,
            {k.removeprefix(prefix): v for k, v in self.values.items() if k.startswith(prefix)},
        )

    @cached_property
    def view(self) -> View:
        """The parameters of the view."""
        return self.part("view", View)

    @property
    def in_lab(self) -> bool:
        """Whether the lab is what trains and is shown: it is on, and can be."""
        return self.view.lab and not self.facts.isdisjoint(PLANES)

    @cached_property
    def run(self) -> Run:
        """The parameters of the run."""
        return self.part("run", Run)

    def kind(self, part: str) -> str:
        """Which component the scene picks for `part`; empty for a part that it has not."""
        return str(self.values.get(selector(part), ""))

    @property
    def parts(self) -> tuple[str, ...]:
        """Those it has, in the order of the panel."""
        return parts(_model_in(self.values))

    @property
    def picked(self) -> declared.Picked:
        """Its parts, each with the component that it picks, "" where there is only one."""
        return tuple((part, self.kind(part)) for part in self.parts)


def model(scene: Scene, catalogue: Catalogue) -> Component:
    """The scene's energy or experiment."""
    return _component(scene.values, _model_in(scene.values), catalogue)


def visible(scene: Scene, catalogue: Catalogue) -> Mapping[str, Param]:
    """The parameters that do something in this scene: none of a component that has nothing to do
    with its model.
    """
    return declared.visible(catalogue, scene.picked, scene.facts)


def fields(scene: Scene, catalogue: Catalogue) -> Mapping[str, Param]:
    """Every parameter of the scene's chosen components: path -> Param, in panel order."""
    return declared.fields(catalogue, scene.picked)


def replace(scene: Scene, changes: Mapping[str, object], catalogue: Catalogue) -> Scene:
    """A scene with `changes` (path -> raw value) checked and applied together.

    Choosing another component keeps the parameters it shares with the old one, where they
    did something there and are still accepted; a choice that does nothing any more gives way.
    Raises UserError naming the path and the value, of a choice that does nothing too.
    """
    changes = older.changes(changes, scene.values, catalogue)
    idle = _idle(scene, changes, catalogue)
    base = {at: value for at, value in scene.values.items() if at not in idle}
    new = build(scene.name, scene.title, scene.figures, changes, catalogue, base)
    for at, param in fields(new, catalogue).items():
        if at in changes and (why := param.refused(changes[at], new.facts)):
            title = model(new, catalogue).title
            raise UserError(
                f"{at}: “{changes[at]}” is not offered for {title}: {why}; available: "
                + ", ".join(param.offered(new.facts))
            )
    return new


def build(
    name: str,
    title: str,
    figures: tuple[str, ...],
    given: Mapping[str, object],
    catalogue: Catalogue,
    base: Mapping[str, Value] | None = None,
) -> Scene:
    """A complete scene from explicit values, over `base`, over the declared defaults. A choice
    that does nothing in it gives way to one that does.
    """
    base = base or {}
    chosen = _choose(given, catalogue, base)
    values: dict[str, Value] = {selector(p): c.kind for p, c in chosen.items() if selector(p)}
    for part, component in chosen.items():
        for param in component.params:
            at = path(part, param.name)
            if at in given:
                values[at] = param.check(given[at], at)
            else:
                values[at] = _kept(param, at, base)
    for at in given:
        if at not in values:
            raise UserError(f"{at}: {_unknown(at, chosen, values)}")
    _check_geometry(values)
    facts = settled(chosen, values)
    picked = tuple((part, c.kind if selector(part) else "") for part, c in chosen.items())
    return Scene(name, title, figures, values, declared.offered(catalogue, picked, facts))


def _unknown(at: str, chosen: Mapping[str, Component], values: Mapping[str, Value]) -> str:
    part = at.partition(".")[0]
    if part in PARTS and part not in chosen:
        own = model_of(chosen)
        other = f"; {selector(part)} chooses one" if part in MODELS else ""
        return f"{own.title} is an {own.part} and has no {PARTS[part].lower()}{other}"
    known = ", ".join(k for k in values if k.partition(".")[0] == part)
    there = f"; available: {known}" if known else ""
    return f"no such parameter here{suggestion(at, values)}{there}"


def diff(old: Scene, new: Scene, catalogue: Catalogue) -> Affects:
    """How much must be redone when `old` becomes `new`."""
    affects = Affects.NOTHING
    params = fields(new, catalogue)
    for at, value in new.values.items():
        if old.values.get(at) == value:
            continue
        affects = max(affects, params[at].affects if at in params else _chosen(at))
    return affects


def to_json(scene: Scene) -> dict[str, Any]:
    """The scene as plain nested JSON, the form of `scene.json` and `resources/scenes/`."""
    out: dict[str, Any] = {
        "name": scene.name,
        "title": scene.title,
        "figures": list(scene.figures),
    }
    if plugins := [f.removeprefix(PLUGIN) for f in scene.facts if f.startswith(PLUGIN)]:
        out["plugins"] = sorted(plugins)
    for at, value in scene.values.items():
        part, dot, name = at.partition(".")
        if dot:
            out.setdefault(part, {})[name] = to_json_value(value)
        else:
            out[at] = to_json_value(value)
    return out


def from_json(raw: object, catalogue: Catalogue) -> Scene:
    """The scene that `raw` describes; UserError says what does not fit."""
    if not isinstance(raw, dict):
        raise UserError("a scene must be a JSON object")
    given: dict[str, object] = {}
    head: dict[str, Any] = {"name": "", "title": "", "figures": [], "plugins": []}
    for key, value in raw.items():
        if key in head:
            head[key] = value
        elif isinstance(value, dict):
            given.update({f"{key}.{name}": item for name, item in value.items()})
        else:
            given[str(key)] = value
    given = older.scene(given, catalogue)
    figures, plugins = head["figures"], head["plugins"]
    texts = head["name"], head["title"]
    lists = isinstance(figures, list) and isinstance(plugins, list)
    if not lists or not all(isinstance(text, str) and len(text) <= _TITLE for text in texts):
        raise UserError("a scene's name, title, figures and plug-ins must be short texts")
    if max(len(figures), len(plugins)) > _MOST:
        raise UserError(f"a scene has at most {_MOST} figures and plug-ins")
    if head["name"]:
        outside.name(head["name"], "the scene's name")
    for kind, names in (("figure", figures), ("plug-in", plugins)):
        for each in names:
            outside.name(each, f"the {kind}'s name")
    there = {component.plugin for component in catalogue.components}
    if missing := [name for name in plugins if name not in there]:
        raise UserError(
            f"needs the plug-in “{missing[0]}”: start ebmviz with --plugin {missing[0]}.py"
        )
    return build(head["name"], head["title"], tuple(figures), given, catalogue)


def _component(values: Mapping[str, Value], part: str, catalogue: Catalogue) -> Component:
    where = selector(part)
    return catalogue.component(part, values[where] if where else part)


def _model_in(values: Mapping[str, object]) -> str:
    """Which part is the model: the experiment where one is picked, else the energy."""
    return next(part for part in MODELS if selector(part) in values or part == MODELS[-1])


def _choose(
    given: Mapping[str, object], catalogue: Catalogue, base: Mapping[str, Value]
) -> dict[str, Component]:
    """Each part's component. One asked for that does not fit the model is refused; one that was
    there before gives way to the first that fits.
    """
    asked = [part for part in MODELS if selector(part) in given]
    if len(asked) > 1:
        raise UserError(f"{selector(asked[0])}: a scene has an experiment or an energy, not both")
    name = asked[0] if asked else _model_in(base)
    own = _asked(name, given, catalogue, base) or _first(catalogue, name)
    chosen = {}
    for part in parts(name):
        component = own if part == name else _asked(part, given, catalogue, base)
        why = component.refused_by(own) if component else ""
        why = why if any(catalogue.offered(part, own)) else ""  # nothing to be had instead
        if component and why and selector(part) in given:
            raise UserError(
                f"{selector(part)}: {component.title} is not offered for {own.title}: {why}"
            )
        chosen[part] = _first(catalogue, part, own) if why or not component else component
    return chosen


def _asked(
    part: str, given: Mapping[str, object], catalogue: Catalogue, base: Mapping[str, Value]
) -> Component | None:
    where = selector(part)
    if not where:
        return catalogue.component(part, part)
    if where not in given and where not in base:
        return None
    return catalogue.component(part, given.get(where, base.get(where)))


def _first(catalogue: Catalogue, part: str, own: Component | None = None) -> Component:
    every = catalogue.kinds(part).values()
    fitting = catalogue.offered(part, own) if own else iter(every)
    return next(fitting, next(iter(every)))


def _idle(scene: Scene, changes: Mapping[str, object], catalogue: Catalogue) -> set[str]:
    """Paths of parts about to change their component, whose values did nothing so far.

    A hinge never looks at the β = ∞ it was given: the log-likelihood after it starts at its own.
    """
    other = [p for p in PARTS if selector(p) in changes and changes[selector(p)] != scene.kind(p)]
    if not other:
        return set()
    shown = visible(scene, catalogue)
    return {
        at
        for at in scene.values
        if at not in shown and at.startswith(tuple(f"{p}." for p in other))
    }


def _kept(param: Param, at: str, base: Mapping[str, Value]) -> Value:
    if at in base:
        try:
            return param.check(base[at], at)
        except UserError:
            pass  # another component's parameter of the same name
    return param.default


def _chosen(at: str) -> Affects:
    # A new model has new weights; new data, loss or optimiser are met by the next step. A sampler
    # walks over the landscape, and leaves it as it is.
    if at == selector("sampler"):
        return Affects.DRAW
    return Affects.BUILD if at in map(selector, MODELS) else Affects.TRAIN


def _check_geometry(values: Mapping[str, Value]) -> None:
    view = typed(View, {k[5:]: v for k, v in values.items() if k.startswith("view.")})
    left, right, bottom, top = view.window
    for low, high in ((left, right), (bottom, top)):
        if not low < high:
            raise UserError("view.window: left must lie below right, and bottom below top")
        if high - low < finest(low, high):
            raise UserError("view.window: narrower than the numbers at its edges can tell apart")
    if not view.levels[1] > view.levels[0]:
        raise UserError("view.levels: the first must lie below the second")
    bookmarks.read(view.bookmarks)
    compare.read(view.compare)
    if len(view.drawn) % 2:
        raise UserError("view.drawn: two numbers for each start of a descent")
    if view.cut[:2] == view.cut[2:]:
        raise UserError("view.cut: the two ends of the cut must differ")
