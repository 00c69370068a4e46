"""The state of a stop and the head of a lesson as TOML: read from hostile hands, and written."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from ebmviz.core import outside
from ebmviz.core.catalogue import suggestion
from ebmviz.core.errors import UserError
from ebmviz.core.lesson.pieces import Fault
from ebmviz.core.lesson.stop import (
    LONGEST,
    MAP,
    NAME,
    SECONDS,
    SLIDERS,
    STEPS,
    WAYS,
    Lesson,
    Reveal,
    Stop,
)
from ebmviz.core.outside import clean
from ebmviz.core.params import Value

_HEAD = ("title", "about", "order")
_KEYS = ("scene", "step", "way", "seconds", "large", "show", "chains", "run", "reveal", "set")
_STEP = "step"
_BARE = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_ABOUT, _PATHS, _RUNS, _SHOWN = 1000, 200, 10**6, 12
_DEEPEST = 8  # parts of a path; those of a scene have two
T = TypeVar("T")
N = TypeVar("N", int, float)


def head(text: str, at: int) -> Lesson:
    """Title, sentence and order of a lesson, whose first line is at a line of the whole."""
    found = _table(text, at)
    _known(found, _HEAD, text, at)

    def of(key: str, default: T, most: int = NAME) -> T:
        return _plain(found.get(key, default), type(default), key, text, at, most)

    if not of("title", ""):
        raise Fault(at, "a lesson has a title")
    return Lesson(of("title", ""), of("about", "", _ABOUT), of("order", 1000))


def state(text: str, at: int) -> Stop:
    """A stop without its name and text."""
    found = _table(text, at)
    _known(found, _KEYS, text, at)

    def of(key: str, default: T) -> T:
        return _plain(found.get(key, default), type(default), key, text, at)

    def count(key: str, most: int) -> int:
        return _between(of(key, 0), 0, most, key, text, at)

    way, scene, large = of("way", WAYS[0]), of("scene", ""), of("large", MAP)
    if way not in WAYS:
        raise _fault("way", f"“{clean(way, 40)}” is none: there is {', '.join(WAYS)}", text, at)
    for key, word in (("scene", scene), ("large", large)):
        try:
            outside.name(word, f"the name of {key}")
        except UserError as error:
            raise _fault(key, str(error), text, at) from None
    seconds = _number(found, "seconds", SECONDS, text, at)
    _between(seconds, 0, LONGEST, "seconds", text, at)
    return Stop(
        "",
        scene,
        dict(_changes(found.get("set", {}), "set", text, at)),
        count(_STEP, STEPS),
        way,
        seconds,
        large,
        _reveal(found["reveal"], text, at) if "reveal" in found else None,
        count("run", _RUNS) if "run" in found else None,
        chains=_switch(found.get("chains", False), "chains", text, at),
        show=_names(found.get("show", []), "show", text, at),
    )


def _switch(raw: object, key: str, text: str, at: int) -> bool:
    if not isinstance(raw, bool):
        raise _fault(key, "is neither true nor false", text, at)
    return raw


def _names(raw: object, key: str, text: str, at: int) -> tuple[str, ...]:
    if not isinstance(raw, list) or len(raw) > _SHOWN or not all(isinstance(w, str) for w in raw):
        said = f'is a list of at most {_SHOWN} names, such as ["loss-curve", "view.beta"]'
        raise _fault(key, said, text, at)
    for word in raw:
        if word not in SLIDERS:
            try:
                outside.name(word, f"a name of {key}")
            except UserError as error:
                raise _fault(key, str(error), text, at) from None
    return tuple(raw)


def _reveal(raw: object, text: str, at: int) -> Reveal:
    if not isinstance(raw, dict):
        raise _fault("reveal", "is a table such as { step = 400 }", text, at)
    step = raw.get(_STEP)
    if _STEP in raw:
        step = _between(_plain(step, int, _STEP, text, at), 0, STEPS, _STEP, text, at)
    rest = {key: value for key, value in raw.items() if key != _STEP}
    return Reveal(dict(_changes(rest, "reveal", text, at)), step)


def line_of(text: str, path: str, at: int) -> int:
    """The line of a path in a block that begins at a line of the whole; its own without one."""
    last = re.escape(path.rpartition(".")[2])
    names = re.compile(rf"^\s*\[{last}\]|(^|[\s.,{{\"']){last}[\"']?\s*=")
    found = (i for i, line in enumerate(text.splitlines()) if names.search(line.partition("#")[0]))
    return at + next(found, 0)


# read -------------------------------------------------------------------------------


def _table(text: str, at: int) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise Fault(at, "nested too deeply") from None
    except (tomllib.TOMLDecodeError, ValueError) as error:
        said = str(error)
        where = _AT.search(said)
        lines = max(0, text.count("\n") - 1)
        line = int(where[1]) - 1 if where and where[1] else lines
        raise Fault(at + line, f"not TOML: {clean(_AT.sub('', said), 120)}") from None


def _known(found: Mapping[str, object], keys: tuple[str, ...], text: str, at: int) -> None:
    for key in found:
        if key not in keys:
            said = f"is not known{suggestion(key, keys)}; available: {', '.join(keys)}"
            raise _fault(key, said, text, at)


def _changes(
    raw: object, where: str, text: str, at: int, depth: int = 0
) -> Iterator[tuple[str, Value]]:
    """path -> value of a table, whose tables are the beginnings of paths."""
    if not isinstance(raw, dict):
        raise _fault(where, "is a table of paths, such as view.beta = 1.0", text, at)
    if len(raw) > _PATHS:
        raise _fault(where, f"{len(raw)} paths, at most {_PATHS} are read", text, at)
    if depth > _DEEPEST:
        raise _fault(where, "nested too deeply", text, at)
    for key, value in raw.items():
        if isinstance(value, dict):
            rest = _changes(value, where, text, at, depth + 1)
            yield from ((f"{key}.{path}", each) for path, each in rest)
        else:
            yield key, _value(value, key, text, at)


def _value(raw: object, key: str, text: str, at: int) -> Value:
    if isinstance(raw, list) and all(_is_number(each) for each in raw):
        return tuple(_as_float(each, key, text, at) for each in raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        _as_float(raw, key, text, at)
    if isinstance(raw, bool | int | float | str) and raw == raw:  # NaN is not
        return raw
    raise _fault(key, "is neither yes or no, a number, a word nor a list of numbers", text, at)


def _as_float(raw: Any, key: str, text: str, at: int) -> float:
    try:
        return float(raw)
    except OverflowError:
        raise _fault(key, "the number is too large", text, at) from None


def _is_number(raw: object) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _plain(raw: object, kind: type[T], key: str, text: str, at: int, most: int = NAME) -> T:
    """A whole number, or a line of text."""
    if type(raw) is not kind:
        word = "a whole number" if kind is int else "a text in quotes"
        raise _fault(key, f"is not {word}", text, at)
    if isinstance(raw, str) and (len(raw) > most or not raw.isprintable()):
        raise _fault(key, f"is not one line of at most {most} letters", text, at)
    return raw


def _number(found: Mapping[str, object], key: str, default: float, text: str, at: int) -> float:
    raw = found.get(key, default)
    if not _is_number(raw):
        raise _fault(key, "is not a number", text, at)
    return _as_float(raw, key, text, at)


def _between(value: N, low: float, high: float, key: str, text: str, at: int) -> N:
    if not low <= value <= high:  # nor is NaN
        raise _fault(key, f"is not between {low:g} and {high:g}", text, at)
    return value


def _fault(key: str, said: str, text: str, at: int) -> Fault:
    return Fault(line_of(text, key, at), f"{clean(key, 80)}: {said}")


# written ----------------------------------------------------------------------------


def head_text(lesson: Lesson) -> str:
    """The inverse of `head`."""
    rows = [(key, getattr(lesson, key)) for key in _HEAD]
    return "".join(f"{key} = {_toml(value)}\n" for key, value in rows)


def state_text(stop: Stop) -> str:
    """The inverse of `state`."""
    rows: list[tuple[str, Value]] = [("scene", stop.scene), (_STEP, stop.step), ("way", stop.way)]
    if stop.way != WAYS[0] or stop.seconds != SECONDS:
        rows.append(("seconds", stop.seconds))
    if stop.large != MAP:
        rows.append(("large", stop.large))
    if stop.chains:
        rows.append(("chains", True))
    if stop.run is not None:
        rows.append(("run", stop.run))
    lines = [f"{key} = {_toml(value)}\n" for key, value in rows]
    if stop.show:
        lines.append(f"show = [{', '.join(map(_toml, stop.show))}]\n")
    if stop.reveal:
        step = {} if stop.reveal.step is None else {_STEP: stop.reveal.step}
        lines += _rows("reveal", {**step, **stop.reveal.changes})
    if stop.changes:
        lines += _rows("set", stop.changes)
    return "".join(lines)


def _rows(name: str, changes: Mapping[str, Value]) -> list[str]:
    return [f"[{name}]\n", *(f"{_key(path)} = {_toml(v)}\n" for path, v in changes.items())]


def _key(path: str) -> str:
    return path if _BARE.fullmatch(path) else json.dumps(path, ensure_ascii=False)


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return repr(value)  # inf and 1e-05 are TOML's, too


def same_state(one: Stop, other: Stop) -> bool:
    """Whether two stops differ at most in what is said."""
    said = ("name", "text", "answer", "notes", "source", "picture")
    fields = (f for f in Stop.__struct_fields__ if f not in said)
    return all(getattr(one, f) == getattr(other, f) for f in fields)


def same_head(one: Lesson, other: Lesson) -> bool:
    """Whether two lessons begin alike."""
    return all(getattr(one, key) == getattr(other, key) for key in _HEAD)
