"""Values of one path, as a person writes them: `optimizer.lr=0.1,0.2`, `objective.loss=nll,hinge`,
`seed=1..12`.

Values are read by the parameter's own declaration. Commas part them, so numbers have a decimal
point.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from ebmviz.core.catalogue import Catalogue, selector, suggestion
from ebmviz.core.errors import UserError
from ebmviz.core.params import Param, Value, format_value, to_json_value
from ebmviz.core.scene import Scene, fields, replace, visible

AXES = 2
"""Paths that vary at once: rows and columns."""
BETWEEN = ";"
"""Stands between two of them."""
VALUES = 10_000
"""Of one path, at most."""
_SPAN = re.compile(r"(-?\d{1,10})\.\.(-?\d{1,10})")
_LISTS = ("floats", "text", "table")


class Over(msgspec.Struct, frozen=True):
    """A path, and values that it takes in turn: checked, each once. names: what each is in the
    words of the panel, such as “η 0.1”, “seed 3”, “Hinge”.
    """

    path: str
    values: tuple[Value, ...]
    names: tuple[str, ...]

    @property
    def text(self) -> str:
        """The form that `parsed` reads."""
        return f"{self.path}={','.join(map(word, self.values))}"


def word(value: Value) -> str:
    """A value as it is written between commas: `check` gives it back exactly."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(to_json_value(value)).removesuffix(".0")


def parsed(
    text: str, scene: Scene, catalogue: Catalogue, where: str, most: int = VALUES
) -> tuple[Over, ...]:
    """What `PATH=a,b,c` says, or two of them with `;` between: at most `most` values together.

    Raises UserError naming `where` and what is wrong: no such path or value, a path that does
    nothing in this scene or has no values that commas could part.
    """
    parts = [part.strip() for part in text.split(BETWEEN) if part.strip()]
    return read(parts, scene, catalogue, where, most)


def read(
    parts: Sequence[str], scene: Scene, catalogue: Catalogue, where: str, most: int = VALUES
) -> tuple[Over, ...]:
    """The same of texts that are apart already."""
    if len(parts) > AXES:
        raise UserError(f"{where}: {len(parts)} paths, at most {AXES} vary at once")
    found: list[Over] = []
    for part in parts:
        at, equals, values = (word.strip() for word in part.partition("="))
        if not equals or not at:
            raise UserError(f"{where}: “{part[:80]}” is not PATH=a,b,c, such as seed=1,2,3")
        if any(one.path == at for one in found):
            raise UserError(f"{where}: {at} comes twice")
        found.append(_over(at, values, scene, catalogue, where, found))
    count = 1
    for one in found:
        count *= len(one.values)
    if count > most:
        raise UserError(f"{where}: {count} runs, at most {most} train at once")
    return tuple(found)


def _over(
    at: str,
    text: str,
    scene: Scene,
    catalogue: Catalogue,
    where: str,
    before: Sequence[Over],
) -> Over:
    words = [each.strip() for each in text.split(",") if each.strip()]
    if not words:
        raise UserError(f"{where}: {at} has no values")
    parts = {selector(part): part for part in scene.parts if selector(part)}
    try:
        if at in parts:
            chosen = {each: catalogue.component(parts[at], each).title for each in words}
            return Over(at, tuple(chosen), tuple(chosen.values()))
        param = declared(at, scene, catalogue, before)
        if param.type in _LISTS:
            raise UserError(f"{at}: “{param.label}” is no number, choice or switch")
        values = [v for each in words for v in _values(param, each, at)]
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    if len(values) > VALUES:
        raise UserError(f"{where}: {at} has {len(values)} values, at most {VALUES} are accepted")
    return _named(at, param, values)


def _named(at: str, param: Param, values: Sequence[Value]) -> Over:
    once = tuple(dict.fromkeys(values))
    if param.choices:
        return Over(at, once, tuple(f"{param.label}: {param.choices[str(v)]}" for v in once))
    what = param.symbol or param.label.lower()
    return Over(at, once, tuple(f"{what} {format_value(v)}" for v in once))


def _values(param: Param, text: str, at: str) -> list[Value]:
    span = _SPAN.fullmatch(text) if param.type == "int" else None
    if span is None:
        return [param.check(text, at)]
    first, last = int(span[1]), int(span[2])
    if last - first >= VALUES or last < first:
        raise UserError(f"{at}: “{text}” is not a span such as 1..12")
    return [param.check(value, at) for value in range(first, last + 1)]


def declared(at: str, scene: Scene, catalogue: Catalogue, before: Sequence[Over] = ()) -> Param:
    """The parameter at a path, where it does something: in the scene, or under some value of what
    varies before it. UserError where it does nothing or is not there.
    """
    others = (replace(scene, {one.path: v}, catalogue) for one in before for v in one.values)
    known: set[str] = set()
    for each in (scene, *others):
        if at in (found := visible(each, catalogue)):
            return found[at]
        known |= fields(each, catalogue).keys()
    if at in known:
        raise UserError(f"{at}: it does nothing in this scene")
    raise UserError(f"{at}: no such parameter here{suggestion(at, known)}")
