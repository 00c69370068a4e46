"""Which files words of the command line name, and for whom each is.

Nobody runs a file to find that out: one that imports `ebmviz.figures` draws, and is the window's;
one that ends in .json is a scene; every other measures or trains, and is the engine's.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

Side = Literal["engine", "window", "scene"]

_FIGURES = "ebmviz.figures"
_LINE = re.compile(rf"^(from|import) +({re.escape(_FIGURES)}\b|ebmviz +import +figures\b)", re.M)
_HEAVY = ("torch", "ebmviz.engine", "ebmviz.plugin")
_SUFFIXES = (".py", ".json")
_known: dict[Path, Side] = {}


def of(
    side: Side,
    words: Sequence[str | Path],
    held: Mapping[str, object],
    without: Container[str] = (),
) -> list[Path]:
    """The files of one side, each once: of a folder all that end in .py or .json, but for those
    that begin with an underscore or a dot. held: by file, what was loaded before; one that has gone
    from its folder is still among them. without: files left out.
    """
    every = (file for word in words for file in _in(Path(word), held))
    wanted = (file for file in dict.fromkeys(every) if str(file) not in without)
    return [file for file in wanted if side_of(file) == side]


def side_of(path: Path) -> Side:
    """For whom a file is. One that cannot be told, being empty, gone or half written, stays whose
    it was, and is the engine's if it was nobody's.
    """
    at = path.resolve()
    if found := _told(path):
        _known[at] = found
    return _known.get(at, "engine")


def heavy(source: bytes) -> tuple[str, int] | None:
    """The first import of what the window never loads, and its line."""
    return next((each for each in _imports(source) if is_heavy(each[0])), None)


def is_heavy(name: str) -> bool:
    """Whether a module is one that the window never loads."""
    return any(_is(name, each) for each in _HEAVY)


def _in(path: Path, held: Mapping[str, object]) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    there = {file for file in path.iterdir() if file.suffix in _SUFFIXES and file.is_file()}
    there |= {path / Path(key).name for key in held if Path(key).parent == path.resolve()}
    yield from sorted(file for file in there if file.name[0] not in "_.")


def _told(path: Path) -> Side | None:
    if path.suffix == ".json":
        return "scene"
    try:
        source = path.read_bytes()
    except OSError:
        return None
    try:
        names = [name for name, _ in _imports(source)]
    except (SyntaxError, ValueError):
        return "window" if _LINE.search(source.decode("utf-8", "replace")) else None
    if any(_is(name, _FIGURES) for name in names):
        return "window"
    return "engine" if names else None


def _imports(source: bytes) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _is(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")
