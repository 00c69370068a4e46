"""What no file may make a program do: noted by a hook that Python itself calls."""

from __future__ import annotations

import os
import resource
import signal
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

LIMIT_S = 1.0
"""Of this processor's time, for one file."""
MEMORY = 1 << 30
_TOLD = 6  # callers
_NEVER = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "os.fork",
    "os.system",
    "os.startfile",
    "ctypes.",
    "pickle.",
    "ftplib.",
    "http.",
    "smtplib.",
    "urllib.",
    "webbrowser.",
    "shutil.unpack",
    "sqlite3.",
    "os.kill",
    "os.putenv",
    "os.setxattr",
    "code.",
    "marshal.load",
)
_CHANGES = (
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
    "os.truncate",
    "os.utime",
    "shutil.",
)
_OURS = (
    str(Path(__file__).parents[3]),
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")},
    *(sys.prefix, sys.base_prefix),
)


class Hang(BaseException):
    """It takes longer than `LIMIT_S`. No reader catches it."""


class Watch:
    """folder: the only place that may be written to, or read beside the program itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder.resolve())
        self.acts: list[str] = []
        self._on = False
        sys.addaudithook(self._hear)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Note what is done in here."""
        self.acts.clear()
        self._on = True
        try:
            yield
        finally:
            self._on = False

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._on:
            return
        self._on = False  # what follows may be heard itself
        try:
            if said := self._forbidden(event, args):
                self.acts.append(said)
        finally:
            self._on = True

    def _forbidden(self, event: str, args: tuple[Any, ...]) -> str:
        if event == "open":
            return self._opened(*args)
        if event == "exec":
            code = args[0]
            ours = isinstance(code, CodeType) and _within(code.co_filename, _OURS)
            frozen = isinstance(code, CodeType) and code.co_filename.startswith("<frozen")
            fine = ours or frozen or _importing() or _of_a_class()
            return "" if fine else f"exec of {code!r} by {_callers()}"
        if event == "import":
            return "" if args[0] in sys.modules or _known(args[0]) else f"import of {args[0]}"
        if event.startswith("marshal.load"):
            return "" if _importing() else event
        if event.startswith(_NEVER):
            return "" if _importing() else f"{event} {str(args)[:120]}"
        if event.startswith(_CHANGES):
            out = [path for path in _changed(event, args) if not _within(path, (self.folder,))]
            return f"{event} {out[0][:120]}" if out else ""
        return ""

    def _opened(self, path: Any, mode: str | None, flags: int) -> str:
        if isinstance(path, int):
            return ""
        at = os.path.abspath(os.fsdecode(path))
        writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)) or (
            mode is not None and bool(set(mode) & set("wax+"))
        )
        places = (self.folder,) if writes else (self.folder, *_OURS, "/proc/self")
        if _within(at, places) or (writes and "__pycache__" in at):
            return ""
        return f"{'writing' if writes else 'reading'} {at[:160]}"


def _changed(event: str, args: tuple[Any, ...]) -> list[str]:
    """The paths of what is changed. Each name may stand in a folder that is open, by number."""
    names = [os.fsdecode(each) for each in args if isinstance(each, str | bytes | os.PathLike)]
    if event.startswith("shutil.") or event == "os.truncate":
        return [os.path.abspath(name) for name in names]
    folders = args[-2:] if event in ("os.rename", "os.link") else args[-1:]
    if event in ("os.symlink", "os.link"):  # to wherever: it stands in its folder
        names, folders = names[1:], folders[-1:]
    return [_absolute(name, folder) for name, folder in zip(names, folders, strict=False)]


def _absolute(name: str, folder: int) -> str:
    start = os.readlink(f"/proc/self/fd/{folder}") if folder >= 0 else ""
    return os.path.abspath(os.path.join(start, name))


def _within(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or path.startswith(place.rstrip("/") + "/") for place in places)


def _known(name: str) -> bool:
    """Whether a module belongs to the program or to what it stands on."""
    head = name.partition(".")[0]
    return head in sys.stdlib_module_names or head in sys.modules or head in _LIBRARIES


_LIBRARIES = ("ebmviz", "ziamath", "ziafont", "latex2mathml", "polib", "safetensors", "tests")


def _callers() -> str:
    """Who asks for it, the last first."""
    frame: FrameType | None = sys._getframe(3)
    found: list[str] = []
    while frame is not None and len(found) < _TOLD:
        found.append(f"{'/'.join(frame.f_code.co_filename.split('/')[-2:])}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(found)


def _of_a_class() -> bool:
    """Whether it is Python that makes a class of names, or reads the types of its parts."""
    makers = ("/collections/__init__.py", "/dataclasses.py", "/typing.py")
    return any(sys._getframe(depth).f_code.co_filename.endswith(makers) for depth in (3, 4))


def _importing() -> bool:
    """Whether it is the program that loads a part of itself."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


@contextmanager
def limited(seconds: float = LIMIT_S) -> Iterator[None]:
    """Raises Hang in here, once that has taken so long; never where it is 0."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def roomy(limit: int) -> Iterator[None]:
    """No more than so many bytes of addresses in here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def spent() -> float:
    """Seconds of the processor's time that this process has taken."""
    return time.process_time()


def most() -> int:
    """Bytes of memory that this process has had at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
