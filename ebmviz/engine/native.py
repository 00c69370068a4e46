"""The compiled CPU kernel: loaded once, and in the background where someone is waiting.

numba takes most of a second to import and, the very first time, some ten seconds to compile; the
machine code is then kept in the user's cache folder, under the hash of its sources (numba itself
looks only at the file of the outermost function).
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
from pathlib import Path

Walk = Callable[..., None]
_SOURCES = Path(__file__).parent / "kernels"

_lock = threading.Lock()
_walk: Future[Walk | None] | None = None
_patient = True  # whether `walk` waits


def walk() -> Walk | None:
    """The kernel; None while it must not be waited for, and where it cannot be had (the log says
    why).
    """
    if _patient:
        return _start().result()
    return _walk.result() if _walk and ready() else None


def ready() -> bool:
    """Whether it is known if there is a kernel."""
    return _walk is not None and _walk.done()


def wait_never() -> None:
    """From now on torch alone serves until the kernel has been loaded in the background."""
    global _patient
    _patient = False


def load_in_background() -> None:
    """Begin to load the kernel, once, without waiting for it."""
    if _walk is None:
        threading.Thread(target=_start, name="kernel", daemon=True).start()


def _start() -> Future[Walk | None]:
    global _walk
    with _lock:
        if _walk is not None:
            return _walk
        started: Future[Walk | None] = Future()
        _walk = started
    loaded = None
    try:
        loaded = _load()
    except Exception as error:  # whatever numba and LLVM raise: plain torch is slower, and right
        logging.getLogger(__name__).warning("No compiled kernel on this machine: %s", error)
    finally:
        started.set_result(loaded)
    return started


def _load() -> Walk:
    from numba.core import config

    folder = _cache()
    before = vars(config)["CACHE_DIR"]
    vars(config)["CACHE_DIR"] = str(folder or "")
    try:
        from ebmviz.engine.kernels.walk import compiled

        ready: Walk = compiled(cache=folder is not None)
        return ready
    finally:
        vars(config)["CACHE_DIR"] = before


def _cache() -> Path | None:
    """The folder of these sources' machine code; older ones are deleted. None: nowhere to write."""
    import platformdirs

    digest = hashlib.sha256()
    for source in sorted(_SOURCES.glob("*.py")):
        digest.update(source.read_bytes())
    own = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(own or platformdirs.user_cache_dir("ebmviz"), "ebmviz-kernels")
    folder = root / digest.hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / "writable"
        probe.touch()
    except OSError:
        return None
    for other in root.iterdir():
        if other != folder:
            with contextlib.suppress(OSError):
                shutil.rmtree(other)
    return folder
