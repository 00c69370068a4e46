"""The compiled CPU kernels: loaded once each, and in the background where someone is waiting.

numba takes most of a second to import and, the very first time, some ten seconds to compile; the
machine code is then kept in the user's cache folder, under the hash of its sources, of where they
lie, of numba and of the processor (numba itself looks only at the file of the outermost function,
and takes no code of another copy).
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

Walk = Callable[..., None]
_SOURCES = Path(__file__).parent
_KEPT = 30 * 86_400.0  # s; of another version, or another copy of this one
_NAMES = ("quadtree",)  # files with a function `compiled`, in the order of loading

_lock = threading.Lock()
_loading = threading.Lock()  # one after the other: numba's folder is one for the whole process
_kernels: dict[str, Future[Any]] = {}
_patient = True  # whether a kernel that is asked for is waited for


def walk() -> Walk | None:
    """The kernel of landscapes; None while it must not be waited for, and where it cannot be had
    (the log says why).
    """
    found: Walk | None = _get("quadtree")
    return found


def ready() -> bool:
    """Whether it is known of every kernel if there is one."""
    return all(name in _kernels and _kernels[name].done() for name in _NAMES)


def wait_never() -> None:
    """From now on torch alone serves until the kernels have been loaded in the background."""
    global _patient
    _patient = False


def load_in_background() -> None:
    """Begin to load all kernels, once, without waiting for them."""
    if not _kernels:
        threading.Thread(target=_start_all, name="kernels", daemon=True).start()


def _start_all() -> None:
    for name in _NAMES:
        _start(name)


def _get(name: str) -> Any:
    known = _kernels.get(name)
    if known and known.done():
        return known.result()
    return _start(name).result() if _patient else None


def _start(name: str) -> Future[Any]:
    with _lock:
        if name in _kernels:
            return _kernels[name]
        started: Future[Any] = Future()
        _kernels[name] = started
    loaded = None
    try:
        loaded = _load(name)
    except Exception as error:  # whatever numba and LLVM raise: plain torch is slower, and right
        logging.getLogger(__name__).warning("No compiled kernel on this machine: %s", error)
    finally:
        started.set_result(loaded)
    return started


def _load(name: str) -> Any:
    from numba.core import config

    folder = _cache()
    with _loading:
        before = vars(config)["CACHE_DIR"]
        vars(config)["CACHE_DIR"] = str(folder or "")
        try:
            kernel = import_module(f"ebmviz.engine.landscape.kernels.{name}")
            return kernel.compiled(cache=folder is not None)
        finally:
            vars(config)["CACHE_DIR"] = before


def _processor() -> str:
    """Which it is, and who compiles for it: a home can be that of several machines."""
    import llvmlite.binding as llvm

    return f"{version('numba')} {llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"


def _cache() -> Path | None:
    """The folder of this copy's machine code, which no other looks into. None: nowhere to write.
    Those that nobody used for a month are deleted.
    """
    import platformdirs

    digest = hashlib.sha256(os.fsencode(_SOURCES) + _processor().encode())
    for source in sorted(_SOURCES.glob("*.py")):
        digest.update(f"{source.stat().st_mtime_ns}".encode() + source.read_bytes())
    own = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(own or platformdirs.user_cache_dir("ebmviz"), "ebmviz-kernels")
    folder = root / digest.hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "writable").touch()
        os.utime(folder)
        now = folder.stat().st_mtime
    except OSError:
        return None
    for other in root.iterdir():
        with contextlib.suppress(OSError):
            if now - other.stat().st_mtime > _KEPT:
                shutil.rmtree(other)
    return folder
