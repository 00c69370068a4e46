"""What is kept of the house: component files know no neighbours, and nobody asks for a kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ebmviz
from ebmviz.core.catalogue import PARTS, selector
from ebmviz.engine.model import registry

PACKAGE = Path(ebmviz.__file__).parent
FOLDERS = [
    "commands",
    *(
        f"engine/{name}"
        for name in (
            "datasets",
            "energies",
            "experiments",
            "losses",
            "measures",
            "optimizers",
            "regularizers",
            "samplers",
        )
    ),
    "figures",
]
LISTS = {"registry", "slots", "on_screen", "plugins"}  # of figures, built on what is found
COMPOSED = {"compare", "lecture", "surface"}  # their figures are made of others
SELECTORS = {selector(part) for part in PARTS if selector(part)}
KINDS = {cls.kind for cls in registry.COMPONENTS}


def imports(path: Path) -> Iterator[str]:
    """Whole names of all that a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


@pytest.mark.parametrize("folder", FOLDERS)
def test_component_files_know_no_neighbours(folder: str) -> None:
    files = {p.stem: p for p in (PACKAGE / folder).glob("*.py") if p.stem != "__init__"}
    assert files, folder
    here = f"ebmviz.{folder.replace('/', '.')}."
    found = {
        f"{name} imports {other}"
        for name, path in files.items()
        for other in files
        if name not in LISTS | COMPOSED and other != name and here + other in set(imports(path))
    }
    assert not found, "what several share goes into base"


def asked(tree: ast.AST) -> Iterator[str]:
    """Kinds that a file compares with, or names in a fact such as energy.kind=NAME."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for part in PARTS:
                for word in node.value.split("|"):
                    if "=" in word and word.removeprefix(f"{selector(part)}=") in KINDS:
                        yield word
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(_is_kind(side) for side in sides):
                others = (side for side in sides if not _is_kind(side))
                constants = (n for side in others for n in ast.walk(side))
                for each in constants:
                    if isinstance(each, ast.Constant) and each.value in KINDS:
                        yield str(each.value)


def _is_kind(node: ast.AST) -> bool:
    """`x.kind`, `scene.kind(part)` and `scene[selector]`."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return node.slice.value in SELECTORS
    called = node.func if isinstance(node, ast.Call) else node
    return isinstance(called, ast.Attribute) and called.attr == "kind"


def test_nobody_asks_for_a_kind() -> None:
    """What general code needs to know, a component declares: by a class or a trait."""
    found = {
        f"{path.relative_to(PACKAGE)}: {kind}"
        for path in PACKAGE.rglob("*.py")
        for kind in asked(ast.parse(path.read_text("utf-8")))
    }
    assert not found


def test_a_kind_that_is_asked_for_is_seen() -> None:
    for code in (
        'scene.kind("sampler") == "hmc"',
        'loss.kind in ("cd", "pcd")',
        'when = ("energy.kind=horn",)',
        'scene["sampler.kind"] == "sgld"',
    ):
        assert list(asked(ast.parse(code))), code
    assert not list(asked(ast.parse('column.kind == "words"')))
