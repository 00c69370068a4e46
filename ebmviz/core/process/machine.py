"""What a report of a fault must say: versions, system and folders, as text to be copied."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

import platformdirs

from ebmviz import __version__
from ebmviz.core.process import log

_PACKAGES = (
    "PySide6-Essentials",
    "pyqtgraph",
    "numpy",
    "torch",
    "llvmlite",
    "matplotlib",
    "msgspec",
    "av",
)


def facts() -> dict[str, str]:
    """Name to value, without importing what is named."""
    found = {"ebmviz": __version__, "Python": platform.python_version()}
    found |= {name: _version(name) for name in _PACKAGES}
    found["system"] = platform.platform()
    found["threads"] = f"{os.cpu_count() or 1}, the engine takes {engine_threads()}"
    found["state"] = platformdirs.user_state_dir("ebmviz", appauthor=False)
    found["log"] = str(log.folder())
    found["cache"] = platformdirs.user_cache_dir("ebmviz")
    return found


def text(more: Mapping[str, str]) -> str:
    """`facts` and more of them, a line each."""
    rows = {**facts(), **more}
    wide = max(map(len, rows))
    return "\n".join(f"{name:<{wide}}  {value}" for name, value in rows.items())


def engine_threads() -> int:
    """How many threads computing takes: one is left for the window."""
    return max(1, (os.cpu_count() or 2) - 1)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
