"""Figures of a person's own: files named on the command line that import `ebmviz.figures`.

They are run and drawn in the window's process, which never loads torch: one that imports it, or the
engine, is refused. What a figure raises when it is drawn is a sentence with the file and the line.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType

from ebmviz.core.errors import UserError
from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.plugins import files
from ebmviz.core.plugins.loading import Begins, Broken, Loader, fresh, line_of, run
from ebmviz.figures.base.figure import Figure, Shot
from ebmviz.figures.registry import FIGURES, plug

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_HELD: dict[str, tuple[Figure, ...]] = {}
_LOADER = Loader(_HELD)


def load(
    words: Sequence[str | Path],
    begins: Begins = lambda _: None,
    without: Sequence[str] = (),
) -> tuple[str, ...]:
    """Offer what these files, and files of folders, draw; a sentence per broken one. Again, as
    `ebmviz.engine.model.plugins.load`.
    """
    return _LOADER.load(files.of("window", words, _HELD, without), _take, begins)


def _take(key: str, path: Path, source: bytes) -> None:
    with contextlib.suppress(SyntaxError, ValueError):  # what is wrong is said below
        if found := files.heavy(source):
            raise Broken(_refused(found[0]), found[1])
    with _light():
        module = fresh(path, source)
    before = _HELD.get(key, ())
    others = FIGURES.keys() - {figure.name for figure in before}
    try:
        made = tuple(_checked(module, source, others))
    finally:
        del sys.modules[module.__name__]
    _HELD[key] = tuple(_guarded(figure, path) for figure in made)
    plug(figure for each in _HELD.values() for figure in each)


def _checked(module: ModuleType, source: bytes, taken: set[str]) -> Iterator[Figure]:
    made = [
        (name, figure)
        for name, value in vars(module).items()
        if name.isupper()
        for figure in (value if isinstance(value, tuple) else (value,))
        if isinstance(figure, Figure)
    ]
    if not made:
        raise Broken("it defines no figure: a FIGURE")
    for name, figure in made:
        line = line_of(source, name)
        if not isinstance(figure.name, str) or not _NAME.fullmatch(figure.name):
            raise Broken("the name of a figure is of small letters, digits and hyphens", line)
        if figure.name in taken:
            raise Broken(f"there is another figure “{figure.name}”", line, clash=True)
        if not isinstance(figure.needs, tuple) or not isinstance(figure.when, tuple):
            raise Broken(f"figure “{figure.name}”: `needs` and `when` are tuples", line)
        taken = taken | {figure.name}
        yield figure


def _guarded(figure: Figure, path: Path) -> Figure:
    """The same; what goes wrong while it is drawn is a UserError."""

    def draw(shots: tuple[Shot, ...]) -> Plot | Sheet:
        return _drawn(figure, lambda: figure.draw(shots), path)

    return dataclasses.replace(figure, draw=draw)


def _drawn(figure: Figure, work: Callable[[], object], path: Path) -> Plot | Sheet:
    try:
        value = run(work, str(path))
    except Broken as error:
        line = f", line {error.line}" if error.line else ""
        raise UserError(f"figure “{figure.name}”: {path.name}{line}: {error}") from None
    if not isinstance(value, Plot | Sheet):
        said = f"draws a {type(value).__name__}, not a Plot"
        raise UserError(f"figure “{figure.name}”: {path.name} {said}")
    return value


def _refused(name: str) -> str:
    top = "torch" if name.partition(".")[0] == "torch" else ".".join(name.split(".")[:2])
    return (
        f"it imports `{top}`, which the window that draws it never loads: a measure in a file of"
        " its own hands over numbers"
    )


class _Light(MetaPathFinder):
    """Refuses what the window never loads, to the thread that loads a figure."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()

    def find_spec(self, name: str, *_: object) -> None:
        if threading.get_ident() == self._thread and files.is_heavy(name):
            raise ImportError(_refused(name))


@contextlib.contextmanager
def _light() -> Iterator[None]:
    finder = _Light()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
