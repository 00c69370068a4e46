"""A user's own components: files named on the command line, and installed entry points.

They are ordinary Python, run in this process: only what the person names is loaded, never what a
session names. A plug-in that is broken is left out as a whole; the others still load.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from ebmviz.core import outside
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.params import ParamSet
from ebmviz.engine.component import Component
from ebmviz.engine.datasets.base.dataset import Dataset
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.experiments.base.experiment import Experiment, StillExperiment
from ebmviz.engine.losses.base.code import CodeLoss
from ebmviz.engine.losses.base.data import DataLoss
from ebmviz.engine.losses.base.embeddings import EmbeddingLoss
from ebmviz.engine.losses.base.every import EveryLoss
from ebmviz.engine.losses.base.inputs import InputLoss
from ebmviz.engine.losses.base.loss import Loss
from ebmviz.engine.losses.base.pair import PairLoss
from ebmviz.engine.model import registry
from ebmviz.engine.optimizers.base.optimizer import Optimizer
from ebmviz.engine.samplers.base.sampler import Sampler

GROUP = "ebmviz.plugins"
_KIND = re.compile(r"[a-z][a-z0-9-]*")
_NEEDED: dict[type[Component[Any]], tuple[str, ...]] = {
    Decoder: ("initial", "latents", "decode"),
    Energy: ("initial", "free"),
    StillExperiment: ("arrays", "value", "shows", "quantity"),
    Experiment: ("start", "step", "arrays", "value", "shows", "quantity"),
    Dataset: ("points",),
    Optimizer: ("update",),
    Sampler: ("step",),
}
_FAMILIES: dict[str, type[Loss[Any]]] = {
    "none": DataLoss,
    "one": PairLoss,
    "all": EveryLoss,
    "embeddings": EmbeddingLoss,
    "inputs": InputLoss,
    "code": CodeLoss,
}
"""Of losses from before there were families: what they called the answers that they look at."""


class _Broken(Exception):
    """What is wrong, and in which line of the file; 0 where there is none to name."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what)
        self.line = line


def load(
    files: Sequence[str | Path],
    begins: Callable[[str], None] = lambda _: None,
    without: Sequence[str] = (),
) -> tuple[str, ...]:
    """Add the components of these files and of all entry points; a sentence per broken one.

    A file that is loaded already is not loaded again. begins(plugin): called before each, with its
    file or name, for it may end the process, or never end. without: files and names left out.
    """
    faults = []
    for file in files:
        if str(file) not in without:
            begins(str(file))
            faults += _add(Path(file).stem, str(file), functools.partial(_from_file, Path(file)))
    for point in entry_points(group=GROUP):
        if point.name not in without:
            begins(point.name)
            faults += _add(point.name, f"“{point.name}”", point.load)
    return tuple(faults)


def _add(name: str, shown: str, get: Callable[[], object]) -> list[str]:
    try:
        outside.name(name, "its name")
        module = _imported(get, shown)
        if module.__name__ not in registry.plugged:
            registry.plugged[module.__name__] = _components(module, name)
    except UserError as error:
        return [f"plug-in {clean(shown)}: {error}; it is left out"]
    except _Broken as error:
        where = f"{clean(shown)}, line {error.line}" if error.line else clean(shown)
        return [f"plug-in {where}: {clean(str(error))}; it is left out"]
    return []


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise _Broken("no such file")
    name = "_ebmviz_plugin_" + re.sub(r"\W", "_", str(path.resolve()))
    if name in registry.plugged:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise _Broken("not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # msgspec and inspect look for it there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _imported(get: Callable[[], object], shown: str) -> ModuleType:
    try:
        with contextlib.redirect_stdout(sys.stderr):  # stdout may be JSON, or the engine's stream
            found = get()
    except _Broken:
        raise
    except SyntaxError as error:
        raise _Broken(f"{error.msg}", error.lineno or 0) from None
    except (Exception, SystemExit) as error:
        lines = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).name == Path(shown).name
        ]
        text = " ".join(str(error).split())[:200]
        said = text if isinstance(error, UserError) else f"{type(error).__name__}: {text}"
        raise _Broken(said, (lines or [0])[-1] or 0) from None
    if not isinstance(found, ModuleType):
        raise _Broken("its entry point names no module")
    return found


def _components(module: ModuleType, plugin: str) -> tuple[type[Component[Any]], ...]:
    """The components that a module defines, checked."""
    own = [
        _in_family(cls)
        for cls in vars(module).values()
        if inspect.isclass(cls)
        and issubclass(cls, Component)
        and cls.__module__ == module.__name__
        and "kind" in vars(cls)
    ]
    if not own:
        raise _Broken("it defines no component: a class with a `kind`")
    taken = {(c.part, c.kind) for c in registry.components()}
    for cls in own:
        cls.plugin = plugin
        try:
            _check(cls, taken)
        except _Broken as error:
            raise _Broken(f"{cls.__name__}: {error}", _line(cls)) from None
        taken.add((cls.part, cls.kind))
    described = tuple(cls.describe() for cls in own)
    try:
        Catalogue((*registry.catalogue().components, *described)).check(described)
    except UserError as error:
        raise _Broken(str(error)) from None
    return tuple(own)


def _in_family(cls: type[Component[Any]]) -> type[Component[Any]]:
    """The class itself, or of a loss that says by a word what it looks at, one of that family."""
    family = _FAMILIES.get(vars(cls).get("answers", ""))
    if family is None or not issubclass(cls, Loss) or cls.formula:
        return cls
    kept = {name: vars(cls).get(name) for name in ("kind", "__doc__", "__module__")}
    return type(cls.__name__, (cls, family), kept)


def _check(cls: type[Component[Any]], taken: set[tuple[str, str]]) -> None:
    bases: tuple[type[Component[Any]], ...] = (Loss, *_NEEDED)
    if not issubclass(cls, bases):
        raise _Broken("not an energy, an experiment, a loss, a data set, an optimiser or a sampler")
    if not isinstance(cls.kind, str) or not _KIND.fullmatch(cls.kind):
        raise _Broken("its kind must be of small letters, digits and hyphens")
    if (cls.part, cls.kind) in taken:
        raise _Broken(f"there is another {cls.part} of the kind “{cls.kind}”")
    if not (vars(cls).get("__doc__") or "").strip():
        raise _Broken("a docstring is missing; its first line is the menu text")
    if not (inspect.isclass(cls.Params) and issubclass(cls.Params, ParamSet)):
        raise _Broken("its Params must be a ParamSet")
    try:
        for param in cls.describe().params:
            param.check(param.default, param.name)
        cls(cls.Params())
    except Exception as error:
        raise _Broken(str(error)) from None
    needed: tuple[str, ...]
    base: type[Component[Any]]
    if issubclass(cls, Loss):
        if not cls.formula:
            raise _Broken("a loss is of a family: a DataLoss, a PairLoss or an EveryLoss")
        base = next(c for c in cls.__mro__ if "formula" in vars(c))
        needed = (cls.formula,)
    else:
        base, needed = next((b, n) for b, n in _NEEDED.items() if issubclass(cls, b))
    for method in needed:
        if getattr(cls, method, None) is getattr(base, method, None):
            raise _Broken(f"it does not define `{method}`")


def _line(cls: type) -> int:
    try:
        return inspect.getsourcelines(cls)[1]
    except (OSError, TypeError):
        return 0
