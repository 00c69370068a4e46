"""House rules that a machine can keep: small files and functions, rooms that say what they are."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

import ebmviz

PACKAGE = Path(ebmviz.__file__).parent
TESTS = Path(__file__).parent
COMPILED = PACKAGE / "engine" / "landscape" / "fused.py"  # by triton, which reads one function
MODULES = sorted(PACKAGE.rglob("*.py"))
FOLDERS = sorted({module.parent for module in MODULES})
ONE_EACH = {
    "commands",
    "engine/datasets",
    "engine/energies",
    "engine/experiments",
    "engine/losses",
    "engine/measures",
    "engine/optimizers",
    "engine/samplers",
    "figures",
}
"""Component folders: as many files as there are components."""
LONGEST_FILE, MEDIAN_FILE, LONGEST_FUNCTION, FULLEST_FOLDER = 350, 110, 60, 25


def name(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()


def length(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def longer(source: str, most: int) -> dict[str, int]:
    """Functions of more lines, the signature and the docstring included."""
    return {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > most
    }


def test_the_package_is_found() -> None:
    assert len(MODULES) > 400
    assert {FOLDER for FOLDER in ONE_EACH if (PACKAGE / FOLDER).is_dir()} == ONE_EACH


def test_files_are_small() -> None:
    lengths = {name(path): length(path) for path in MODULES}
    assert {k: n for k, n in lengths.items() if n > LONGEST_FILE} == {}
    assert statistics.median(lengths.values()) <= MEDIAN_FILE


def test_test_files_are_small() -> None:
    lengths = {name(path): length(path) for path in TESTS.rglob("*.py")}
    assert {k: n for k, n in lengths.items() if n > LONGEST_FILE} == {}


def test_a_long_function_is_found() -> None:
    body = "    x = 1\n" * 60
    assert longer(f"def short():\n{body[:-10]}", 60) == {}
    nested = "\n".join(f"    {line}" for line in f"def long():\n{body}".splitlines())
    assert longer(f"class A:\n{nested}", 60) == {"long": 61}


@pytest.mark.parametrize("root", [PACKAGE, TESTS], ids=["ebmviz", "tests"])
def test_functions_are_small(root: Path) -> None:
    found = {
        f"{name(path)}: {function}": lines
        for path in root.rglob("*.py")
        if path != COMPILED
        for function, lines in longer(path.read_text("utf-8"), LONGEST_FUNCTION).items()
    }
    assert found == {}


def test_what_is_too_long_for_the_rule_is_compiled() -> None:
    source = COMPILED.read_text("utf-8")
    assert longer(source, LONGEST_FUNCTION)
    assert "import triton" in source


def test_folders_hold_one_idea() -> None:
    counts = {
        folder.relative_to(PACKAGE).as_posix(): len(list(folder.glob("*.py"))) - 1
        for folder in FOLDERS
    }
    crowded = {k: n for k, n in counts.items() if n > FULLEST_FOLDER and k not in ONE_EACH}
    assert crowded == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_a_folder_says_what_it_is_and_what_it_may_import(folder: Path) -> None:
    source = folder / "__init__.py"
    assert source.exists()
    said = ast.get_docstring(ast.parse(source.read_text("utf-8"))) or ""
    assert "may import" in " ".join(said.split()), said
