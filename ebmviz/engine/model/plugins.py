"""A user's own components and measures: files named on the command line, and entry points.

They are ordinary Python, run in this process: only what the person names is loaded, never what a
session names. A plug-in that is broken is left out as a whole, or stays as it was before it was
saved again; the others still load.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from ebmviz.core import outside
from ebmviz.core.errors import UserError
from ebmviz.core.plugins import files as own
from ebmviz.core.plugins.loading import KEPT, Broken, Loader, fresh, run, sentence
from ebmviz.engine.model.brought import brought
from ebmviz.engine.plugged import PLUGGED

GROUP = "ebmviz.plugins"


def load(
    files: Sequence[str | Path],
    begins: Callable[[str], None] = lambda _: None,
    without: Sequence[str] = (),
) -> tuple[str, ...]:
    """Add what these files, folders of files, and all entry points bring; a sentence per broken
    one.

    A file that is loaded already is loaded again if it holds something else, and takes the place of
    what it was. begins(plugin): called before each, with its file or name, for it may end the
    process, or never end. without: files and names left out.
    """
    faults = [*_LOADER.load(own.of("engine", files, PLUGGED, without), _take, begins)]
    for point in entry_points(group=GROUP):
        if point.name not in without and point.name not in PLUGGED:
            begins(point.name)
            faults += _installed(point.name, point.load)
    return tuple(faults)


def again(
    files: Sequence[str | Path],
    begins: Callable[[str], None],
    without: Sequence[str] = (),
    refused: Callable[[], str] = str,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The same when something was saved: the files that were loaded, and the sentences. refused():
    why there is no model of what they bring now, or ""; all is then as it was before.
    """
    before = dict(PLUGGED)
    faults = load(files, begins, without)
    loaded = tuple(key for key, now in PLUGGED.items() if before.get(key) is not now)
    if loaded and (why := refused()):
        PLUGGED.clear()
        PLUGGED.update(before)
        _LOADER.forget(loaded)
        return (), (*faults, f"{why}; {KEPT}")
    return loaded, faults


def _take(key: str, path: Path, source: bytes) -> None:
    if path.suffix != ".py":
        raise Broken("not a Python file")
    module = fresh(path, source)
    try:
        PLUGGED[key] = brought(module, path.stem, PLUGGED.get(key, ()), source)
    except BaseException:
        del sys.modules[module.__name__]
        raise


def _installed(name: str, get: Callable[[], object]) -> list[str]:
    try:
        outside.name(name, "its name")
        module = run(get, "")
        if not isinstance(module, ModuleType):
            raise Broken("its entry point names no module")
        PLUGGED[name] = brought(module, name)
    except UserError as error:
        return [sentence(f"“{name}”", Broken(str(error)))]
    except Broken as error:
        return [sentence(f"“{name}”", error)]
    return []


_LOADER = Loader(PLUGGED)
