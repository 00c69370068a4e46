"""Every text that the program can say, found in its source: the template of a translation.

A text is a constant that reads like words; what an f-string puts in stands as {0}, {1} … Texts of
components and scenes are those of the catalogue. What is for the log, for `--help` or for machines
is left out as far as it can be told.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ebmviz.core import assets

ROOMS = ("core", "engine", "export", "figures", "files", "ui")
_CODED = ("engine/landscape/tiles/", "engine/llvm/", "engine/tape/fused/")
"""Where texts are LLVM's language."""
_PACKAGE = Path(__file__).parents[2]
_RESOURCES = ("catalogue.json", "glossary.json")
_TOLD = {"choices", "doc", "forbids", "help", "label", "requires", "says", "term", "title", "unit"}
"""Keys of those files whose values are shown."""
_MUTE = {
    "Unrecordable",
    "compile",
    "debug",
    "getLogger",
    "setObjectName",
    "setProperty",
    "setattr",
    "getattr",
}
"""Calls whose arguments nobody sees."""
_SHOWN = {"label", "title", "word", "words", "name", "did", "unit", "text", "said", "control"}
"""Arguments that are shown, be they a single word in small letters."""
_LABELLED = {"Axis": 0, "Group": 1, "Text": 0, "append": 0}
"""Calls that have an argument in that place which is shown, as those are."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_PARTS = " · "
_CODE = re.compile(r"\\|</?\w|://|\(\?|^[\w.]+[./]\w+$")  # patterns, tags, paths
_HOLE = re.compile(r"(?<![_^]){[^{}]*}")


class Text(NamedTuple):
    """One text, and the files that say it, as `ui/window.py`."""

    template: str
    files: tuple[str, ...]


def texts() -> list[Text]:
    """All of them, by the alphabet."""
    found: dict[str, set[str]] = {}
    for room in ROOMS:
        for path in sorted((_PACKAGE / room).rglob("*.py")):
            file = path.relative_to(_PACKAGE).as_posix()
            if file.startswith(_CODED):
                continue
            for template in _said_in(ast.parse(path.read_text("utf-8"))):
                found.setdefault(template, set()).add(file)
    for name in _RESOURCES:
        for template in _told(json.loads(assets.resource(name).read_text("utf-8"))):
            found.setdefault(template, set()).add(f"resources/{name}")
    for name in assets.scene_names():
        title = str(assets.scene_json(name)["title"])
        found.setdefault(title, set()).add(f"resources/scenes/{name}.json")
    for whole in [template for template in found if _PARTS in template]:  # shown in two places
        for part in _renumbered(whole.split(_PARTS)):
            found.setdefault(part, set()).update(found[whole])
    return [Text(template, tuple(sorted(files))) for template, files in sorted(found.items())]


def _renumbered(parts: list[str]) -> Iterator[str]:
    """Parts of a template that say something, each with holes from {0} on."""
    for part in parts:
        numbers = {hole: f"{{{i}}}" for i, hole in enumerate(dict.fromkeys(_HOLE.findall(part)))}
        if _prose(_HOLE.sub("0", part)):
            yield _HOLE.sub(lambda hole, numbers=numbers: numbers[hole[0]], part)  # type: ignore[misc]


def _told(value: object, shown: bool = False) -> Iterator[str]:
    """The texts of a JSON file under keys that are shown."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _told(each, key in _TOLD or (shown and isinstance(each, str)))
    elif isinstance(value, list):
        for each in value:
            yield from _told(each, shown)
    elif isinstance(value, str) and shown and _WORD.search(value):
        yield _escaped(value)


def _said_in(tree: ast.Module) -> Iterator[str]:
    """The templates of a source file."""
    mute = set(_mute(tree))
    for node in ast.walk(tree):
        if id(node) in mute:
            continue
        if isinstance(node, ast.JoinedStr):
            template = _template(node)
            if _prose(_HOLE.sub("0", template)):
                yield template
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _prose(node.value):
                yield _escaped(node.value)
        elif isinstance(node, ast.keyword) and node.arg in _SHOWN:
            yield from (_escaped(word) for word in _words(node.value))
        elif isinstance(node, ast.Call) and _called(node) in _LABELLED:
            place = _LABELLED[_called(node)]
            for each in node.args[place : place + 1]:
                yield from (_escaped(word) for word in _words(each))


def _mute(tree: ast.Module) -> Iterator[int]:
    """What nobody sees: docstrings, names of attributes, patterns, what the log says, keys."""
    for node in ast.walk(tree):
        silent: list[ast.AST] = []
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            silent = [at.value for at in node.body if isinstance(at, ast.Expr) and _constant(at)]
        elif isinstance(node, ast.Call) and _called(node) in _MUTE:
            silent = [*node.args]
        elif isinstance(node, ast.Subscript):
            silent = [node.slice]
        elif isinstance(node, ast.Compare):
            silent = [node.left, *node.comparators]
        elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            silent = [node.annotation]
        elif isinstance(node, ast.JoinedStr):  # its pieces are told as one
            silent = [each for each in node.values if isinstance(each, ast.Constant)]
        yield from (id(each) for part in silent for each in _below(part))


def _constant(statement: ast.Expr) -> bool:
    return isinstance(statement.value, ast.Constant)


def _below(node: ast.AST) -> Iterator[ast.AST]:
    """A node and its children, but for those of an f-string, which is one text."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _below(child)


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _template(node: ast.JoinedStr) -> str:
    pieces, holes = [], 0
    for each in node.values:
        if isinstance(each, ast.Constant):
            pieces.append(_escaped(str(each.value)))
        else:
            pieces.append(f"{{{holes}}}")
            holes += 1
    return "".join(pieces)


def _escaped(text: str) -> str:
    """With braces of its own doubled, as in a format."""
    return text.replace("{", "{{").replace("}", "}}")


def _words(node: ast.expr) -> Iterator[str]:
    """A text in place, or those of a choice between some."""
    if isinstance(node, ast.IfExp):
        yield from _words(node.body)
        yield from _words(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from (each for each in (node.value,) if _WORD.search(each))


def _prose(text: str) -> bool:
    """Whether it reads like words, and not like a name, a path or a pattern."""
    if not _WORD.search(text) or text.count("\n") > 2 or _CODE.search(text):
        return False
    bare = text.strip(" .:;,…()“”·")
    single = bare.replace("-", "").isalpha() and bare[0].isupper() and bare[1:].islower()
    return " " in bare or single or text.endswith("…")
