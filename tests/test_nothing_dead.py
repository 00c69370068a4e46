"""What is measured is read, what a hook is given is used, what is drawn as an icon is shown."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ebmviz
from ebmviz.core import assets
from ebmviz.ui.menus.actions import SPECS

ROOT = Path(ebmviz.__file__).parent
READERS = ("figures", "ui", "export", "commands", "core")
"""Who reads snapshots: never the engine, which makes them."""


def trees(*rooms: str) -> Iterator[ast.Module]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield ast.parse(path.read_text("utf-8"))


@functools.cache
def words(*rooms: str) -> tuple[set[str], set[str]]:
    """All strings that stand in the sources of some rooms, and what f-strings begin with."""
    whole, begun = set(), set()
    for tree in trees(*rooms):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
    return whole, begun


def told(path: Path) -> set[str]:
    """What stands between backticks in the docstrings of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    heads = [n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.FunctionDef)]
    return {
        name
        for head in heads
        for name in re.findall(r"`([a-z_0-9]+(?:NAME)?)`", ast.get_docstring(head) or "")
    }


def of_metrics(node: ast.AST) -> bool:
    """Whether a statement is of a subject's metrics or labels: `ebmviz inspect` shows them all."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    bare = [each.value if isinstance(each, ast.Subscript) else each for each in targets]
    return any(isinstance(e, ast.Attribute) and e.attr in ("metrics", "labels") for e in bare)


def keys(node: ast.AST) -> Iterator[str]:
    """What is put into dictionaries there, by a display or by an assignment."""
    names: list[ast.expr | None] = []
    if isinstance(node, ast.Dict):
        names = list(node.keys)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        names = [node.slice]
    for each in names:
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value
        elif isinstance(each, ast.JoinedStr) and isinstance(each.values[0], ast.Constant):
            yield str(each.values[0].value) + "NAME"
    for child in ast.iter_child_nodes(node):
        if not of_metrics(child):
            yield from keys(child)


FILES = sorted((ROOT / "engine" / "measures").glob("*.py"))
GIVEN = sorted(
    (path.stem, name)
    for path in FILES
    for name in told(path).intersection(keys(ast.parse(path.read_text("utf-8"))))
)


def read(name: str) -> bool:
    """`errata_NAME` is every array that begins so."""
    whole, begun = words(*READERS)
    return name in whole or (name.endswith("NAME") and name.removesuffix("NAME") in begun)


def test_there_is_much_to_ask_about() -> None:
    assert len(GIVEN) > 120
    assert ("section", "section_at") in GIVEN
    assert not read("descent_energy")
    assert not read("nothing_NAME")


@pytest.mark.parametrize(("file", "name"), GIVEN)
def test_somebody_reads_every_array(file: str, name: str) -> None:
    """That each is told of at the head of its file: tests/engine/measures/test_registry.py."""
    assert read(name), f"{file}.py measures `{name}`, and no figure or window reads it"


ROOMS = ("datasets", "energies", "experiments", "losses", "optimizers", "regularizers", "samplers")
UNREAD = {("own_step", "rows")}
"""Steps of a plug-in's own may go by the data; no energy of the program has such ones."""


def arguments(room: str) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Of all methods in a room: each argument as (method, argument), and those that one reads."""
    given, used = set(), set()
    for tree in trees(f"engine/{room}"):
        classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
        for method in (m for c in classes for m in c.body if isinstance(m, ast.FunctionDef)):
            nodes = [node for line in method.body for node in ast.walk(line)]
            here = {node.id for node in nodes if isinstance(node, ast.Name)}
            names = {each.arg for each in (*method.args.args, *method.args.kwonlyargs)}
            given |= {(method.name, name) for name in names - {"self", "cls"}}
            used |= {(method.name, name) for name in names & here}
    return given, used


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_hook_is_given_is_used_by_one_component_at_least(room: str) -> None:
    """Ruff cannot tell: what its base declares, a component takes whether it needs it or not."""
    given, used = arguments(room)
    assert used
    assert given - used - UNREAD == set()


def icons_asked_for() -> set[str]:
    """Those of actions, those of calls of icon("…"), and of both ways of an icon(a if … else b),
    also by a variable: then every such choice in the file counts.
    """
    found = {spec.icon for spec in SPECS}
    for tree in trees("ui", "commands"):
        nodes = list(ast.walk(tree))
        calls = [n for n in nodes if isinstance(n, ast.Call) and n.args]
        asked = [c.args[0] for c in calls if getattr(c.func, "attr", "") == "icon"]
        choices = [n for n in nodes if isinstance(n, ast.IfExp) and asked]
        named = [*asked, *(way for choice in choices for way in (choice.body, choice.orelse))]
        found |= {str(n.value) for n in named if isinstance(n, ast.Constant)}
    return found


def test_every_icon_is_shown_and_there() -> None:
    there = {path.stem for path in assets.icon("ebmviz").parent.glob("*.svg")}
    asked = icons_asked_for()
    assert there <= asked, f"nobody shows {sorted(there - asked)}"
    assert {spec.icon for spec in SPECS if spec.icon} <= there
