"""The words of the interface are the field's: what no textbook has is said nowhere in sight."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ebmviz
from ebmviz.core import assets
from ebmviz.core.symbols.glossary import entries

ROOT = Path(ebmviz.__file__).parent
ROOMS = (
    "ui",
    "figures",
    "core",
    "commands",
    "engine",
    "export",
    "files",
    "script",
    "handout",
    "film",
)
SAY = {
    r"way of a few|last rides": "trajectories",
    r"\bflew\b|fl(y|ies) away|flies apart": "diverged, unstable",
    r"original window": "fit view",
    r"steepest (wall|slope)": "maximum slope",
    r"the slip’s": "as printed",
    r"\bY\[\d": "datum 23 of the lecture",
    r"digging a canyon": "canyon",
    r"\bhealthy\b": "separates the data",
    r"\bruns away\b": "unbounded below",
    r"\bheld back\b": "over-regularised",
    r"not there yet": "not fitted yet",
    r"\ball answers lie|all answers\"": "candidate answers y",
    r"\b[Rr]ight answers?\b": "correct answer",
    r"\b[Ww]rong answers?\b": "incorrect answer, or negative ŷ",
    r"\b([Ff]resh|first) weights\b": "initial weights",
    r"flat out": "as fast as possible",
    r"wants? to flip": "no single flip lowers E",
    r"’s legs|steady hand": "the fact",
    r"\ba softmax of\b": "softargmax, where it is a distribution",
    r"(?<![\"._-])\blanes?\b(?!\")": "run of the lab",
    r"\b(down|slope of) the slope of\b|[Oo]ne step down the slope": "gradient",
    r"no numbers? any more": "not finite",
    r"\b(begins|begun|began|trains) anew\b": "starts over",
    r"there is: ": "available:",
    r"share (of )?right\b|best border|Best possible": "accuracy, Bayes optimum",
    r"two heaps|heaps of": "histograms, modes",
}
"""What is not said, as a pattern, and what is instead."""
ALSO = re.compile(r"[^\x00-\x7f]|\s")
"""What a string has that is no name of something in the program."""


def strings(path: Path, documented: bool) -> Iterator[str]:
    """Texts of a program, without its comments; `documented`: with docstrings of its classes."""
    tree = ast.parse(path.read_text("utf-8"))
    unseen: set[ast.AST] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            first = 1 if documented and isinstance(node, ast.ClassDef) else 0
            told = [each for each in body[first:] if isinstance(each, ast.Expr)]
            unseen |= {each.value for each in told}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in unseen:
            yield node.value


def seen() -> Iterator[tuple[str, str]]:
    """All that a person can read, and where it stands."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            declares = room == "engine" and path.parent.name != "base"
            for text in strings(path, declares and _components(path)):
                if ALSO.search(text):
                    yield str(path.relative_to(ROOT)), text
    for name in ("about.md", "mathematics.md", "glossary.json", "catalogue.json"):
        yield name, assets.resource(name).read_text("utf-8")
    for folder, kind in (("lessons", "md"), ("scenes", "json")):
        for path in sorted((ROOT.parent / "resources" / folder).glob(f"*.{kind}")):
            yield path.name, path.read_text("utf-8")
    yield "README.md", (ROOT.parent / "README.md").read_text("utf-8")


def _components(path: Path) -> bool:
    """Whether classes of a file are components, whose docstrings are read in the window."""
    folders = ("datasets", "energies", "losses", "samplers", "optimizers", "experiments")
    return path.parent.name in (*folders, "regularizers")


@functools.cache
def texts() -> list[tuple[str, str]]:
    """All of it, looked for once, and not by who runs none of these tests."""
    return list(seen())


@pytest.mark.parametrize("pattern", SAY)
def test_no_text_says_what_the_field_does_not(pattern: str) -> None:
    found = [
        f"{where}: …{text[max(0, hit.start() - 40) : hit.end() + 40]}…: say {SAY[pattern]}"
        for where, text in texts()
        if (hit := re.search(pattern, text))
    ]
    assert not found, "\n".join(found)


def test_texts_of_every_kind_are_read() -> None:
    """That the test above looks where people look."""
    told = {where for where, _ in texts()}
    assert len(texts()) > 3000
    assert {"ui/menus/actions.py", "figures/meter.py", "engine/losses/hinge.py"} <= told
    everything = "\n".join(text for _, text in texts())
    for known in ("Collapse meter · ", "[m + E(y) − E(ŷ)]^+", "Restart the chains", "softargmax"):
        assert known in everything
    assert "What a string has that is no name" not in everything


def test_softmax_is_the_number_and_softargmax_the_distribution() -> None:
    says = {entry.term: f"{entry.says} {entry.formula}" for entry in entries()}
    assert "a number" in says["softmax"]
    assert "a probability for each entry" in says["softargmax"]
