"""Code that asks for a fact of a scene or a trait by its name asks for one that there is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ebmviz
from ebmviz.core import traits
from ebmviz.core.errors import UserError
from ebmviz.engine.capability import capability
from ebmviz.engine.model import registry

PACKAGE = Path(ebmviz.__file__).parent
ASKED = {"facts", "traits"}


def named(node: ast.AST) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def words(node: ast.AST) -> Iterator[str]:
    """The texts of a constant, or of a set, tuple or list of them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Set | ast.Tuple | ast.List):
        for each in node.elts:
            yield from words(each)


def sides(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """What is asked, and of what: `asked in of`, `asked & of`, `of.isdisjoint(asked)`."""
    if isinstance(node, ast.Compare):
        pairs = zip([node.left, *node.comparators], node.comparators, strict=False)
        for (left, right), op in zip(pairs, node.ops, strict=True):
            if isinstance(op, ast.In | ast.NotIn | ast.LtE | ast.Lt):
                yield left, right
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
        yield node.left, node.right
        yield node.right, node.left
    elif isinstance(node, ast.Call) and named(node.func) == "isdisjoint" and node.args:
        assert isinstance(node.func, ast.Attribute)
        yield node.args[0], node.func.value


def asked(source: str) -> set[str]:
    """Names of facts and traits that a module asks for."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        for what, of in sides(node):
            inner = of.args[0] if isinstance(of, ast.Call) and of.args else of  # set(x.traits)
            if named(inner) in ASKED:
                found |= set(words(what))
    return found


def test_what_is_asked_is_found() -> None:
    source = """
"one" in scene.facts
"two" not in energy.traits
{"three", "four"} & set(energy.traits)
facts & {"five"}
facts.isdisjoint({"six"})
{"seven"} <= set(traits)
"no" in words
"""
    assert asked(source) == {"one", "two", "three", "four", "five", "six", "seven"}


@pytest.mark.parametrize("folder", sorted(p.name for p in PACKAGE.iterdir() if p.is_dir()))
def test_every_fact_that_is_asked_for_is_one(folder: str) -> None:
    wrong = []
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        for fact in sorted(asked(path.read_text("utf-8"))):
            try:
                traits.check([fact], where)
            except UserError as error:
                wrong.append(str(error))
    assert wrong == []


def test_the_engine_asks_classes_not_words() -> None:
    """Of energies and samplers: what has a class, or an attribute, is asked for by that."""
    valued = {fact for fact in traits.TRAITS if fact.startswith(("plane:", "takes:"))}
    wrong = {
        path.relative_to(PACKAGE).as_posix(): words
        for path in (PACKAGE / "engine").rglob("*.py")
        if (words := {w for w in asked(path.read_text("utf-8")) if capability(w) or w in valued})
    }
    assert wrong == {}
    assert registry.COMPONENTS
    assert capability("encodes")


def test_the_window_asks_for_many() -> None:
    every = [asked(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")]
    assert len(set().union(*every)) > 30
