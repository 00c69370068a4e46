"""Loads a person's own files, and loads one anew when it holds something else.

What a file brings is checked as a whole before anything of it counts: a broken one leaves what was
loaded of it before as it is. What is wrong is a sentence that names the file and the line.
"""

from __future__ import annotations

import ast
import contextlib
import itertools
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from ebmviz.core import outside
from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean

KEPT, LEFT_OUT = "its last good version stays", "it is left out"
_versions = itertools.count(1)


class Broken(Exception):
    """What is wrong, and in which line of the file; 0 where there is none to name. clash: with what
    another file has brought, which may be about to leave it.
    """

    def __init__(self, what: str, line: int = 0, clash: bool = False) -> None:
        super().__init__(what)
        self.line, self.clash = line, clash


Take = Callable[[str, Path, bytes], None]
Begins = Callable[[str], None]


class Loader:
    """Of one side of the program. held: what it has brought so far, by file."""

    def __init__(self, held: Mapping[str, object]) -> None:
        self._held = held
        self._digests: dict[str, bytes] = {}

    def load(
        self, files: list[Path], take: Take, begins: Begins = lambda _: None
    ) -> tuple[str, ...]:
        """A sentence for each that is broken. take(key, path, source): load one, check it and put
        it among those held; raises Broken, with everything as it was. begins(file): called before.
        """
        faults: dict[Path, Broken] = {}
        for file in files:
            self._try(file, take, begins, faults)
        for file in [file for file, fault in faults.items() if fault.clash]:
            self._try(file, take, begins, faults)  # the other may have left by now
        return tuple(self._sentence(file, fault) for file, fault in faults.items())

    def forget(self, keys: Iterable[str]) -> None:
        """What these files hold is loaded anew the next time."""
        for key in keys:
            self._digests.pop(key, None)

    def _try(self, file: Path, take: Take, begins: Begins, faults: dict[Path, Broken]) -> None:
        faults.pop(file, None)
        key = str(file.resolve())
        try:
            source = read(file)
            digest = sha256(source).digest()
            if self._digests.get(key) == digest and key in self._held:
                return
            begins(str(file))
            outside.name(file.stem, "its name")
            take(key, file, source)
            self._digests[key] = digest
        except UserError as error:
            faults[file] = Broken(str(error))
        except Broken as error:
            faults[file] = error

    def _sentence(self, file: Path, fault: Broken) -> str:
        return sentence(str(file), fault, kept=str(file.resolve()) in self._held)


def sentence(shown: str, fault: Broken, kept: bool = False) -> str:
    """What is wrong, and what becomes of it."""
    where = f"{clean(shown)}, line {fault.line}" if fault.line else clean(shown)
    return f"plug-in {where}: {clean(str(fault))}; {KEPT if kept else LEFT_OUT}"


def read(file: Path) -> bytes:
    """What it holds. Raises Broken where there is none that can be read."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise Broken("no such file") from None
    except OSError as error:
        raise Broken(error.strerror or str(error)) from None


def fresh(path: Path, source: bytes) -> ModuleType:
    """A module made of a file's text, whatever was made of it before: each version has a name of
    its own, for what is left of the former must not meet the names of the new.
    """
    name = f"_ebmviz_plugin_{next(_versions)}_" + re.sub(r"\W", "_", path.stem)
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module  # msgspec and inspect look for it there
    try:
        run(lambda: exec(compile(source, str(path), "exec"), vars(module)), str(path))
    except BaseException:
        del sys.modules[name]
        raise
    return module


def run(work: Callable[[], object], path: str) -> object:
    """What a file's own code gives. Raises Broken of whatever it raises."""
    try:
        with contextlib.redirect_stdout(sys.stderr):  # stdout may be JSON, or the engine's stream
            return work()
    except (Exception, SystemExit) as error:
        raise broken(error, path) from None


def broken(error: BaseException, path: str) -> Broken:
    """What an error of a file's own code is, with its last line there."""
    if isinstance(error, Broken):
        return error
    if isinstance(error, SyntaxError):
        return Broken(error.msg, (error.filename == path and error.lineno) or 0)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename == path]
    text = " ".join(str(error).split())[:200]
    said = text if isinstance(error, UserError) else f"{type(error).__name__}: {text}"
    return Broken(said, lines[-1] if lines else 0)


def line_of(source: bytes, value: str) -> int:
    """The line in which a variable is given its value; 0 where none is."""
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(each, ast.Name) and each.id == value for each in targets):
            return node.lineno
    return 0
