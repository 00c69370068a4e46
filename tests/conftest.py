"""No screen, no trace in the user's folders, no Qt warning unnoticed."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import itertools
import logging
import os
import sys
from pathlib import Path

import platformdirs

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if "PYTEST_XDIST_WORKER" in os.environ:
    # Two processes for two cores: a second thread of torch would only wait for the first.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # What one test frees, the next one needs: nine of ten pages would be given back and asked for
    # anew. In this process alone; the collector of a window still gives back what it is to.
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(-1, 1 << 30)  # M_TRIM_THRESHOLD
        mallopt(-3, 1 << 25)  # M_MMAP_THRESHOLD
# Some hundred processes are started, and each would compile torch anew. Who wants no bytecode in
# the tree has none there.
if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
# Machine code is made once for all tests, not once for each test's own cache folder.
os.environ.setdefault("EBMVIZ_CACHE_DIR", platformdirs.user_cache_dir("ebmviz"))
# Nor are the fonts of this machine looked through for each test's own.
os.environ.setdefault("MPLCONFIGDIR", platformdirs.user_cache_dir("matplotlib"))

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QSettings,
    QtMsgType,
    qInstallMessageHandler,
)

# Helpers say as much of a failed assert as the tests do.
pytest.register_assert_rewrite(*(f"tests.{n}" for n in ("commands", "engine", "figures", "ui")))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two processes for the whole run, which waits for windows half its time; none for a part."""
    return 0 if getattr(config.option, "file_or_dir", None) else 2


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """What is imported and found stays: nothing in it is garbage, now or later."""
    gc.disable()
    if os.environ.get("PYTEST_XDIST_WORKER") == "gw1" and not session.config.option.file_or_dir:
        _import_from_the_end()
    found = yield
    _let_propagate()
    gc.freeze()
    gc.enable()
    return found


def _import_from_the_end() -> None:
    """A file's asserts are rewritten by the first process that imports it, and kept for the others:
    two that begin at either end do half of it each.
    """
    root = Path(__file__).parent
    for path in sorted(root.rglob("test_*.py"), reverse=True):
        name = ".".join((root.name, *path.relative_to(root).with_suffix("").parts))
        with contextlib.suppress(Exception):  # it is said when the file is collected
            importlib.import_module(name)


def _let_propagate() -> None:
    """pytest hands each logger that does not propagate two handlers, six times for each test; torch
    has dozens of them.
    """
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger) and logger.name.startswith("torch"):
            logger.propagate = True


# Long ones: neither of two processes waits long for the other at the end.
_FIRST = (
    "tests/commands/test_figures.py",
    "tests/engine/test_fused.py",
    "tests/core/test_formulas.py",
    "tests/test_rooms.py",
    "tests/test_layers.py",
    "tests/test_lessons_text.py",
    "tests/export/test_prose.py",
    "tests/test_house.py",
    "tests/test_words.py",
)
_LAST = "tests/core/"  # many short files: neither of two processes waits long for the other


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By files, so that two processes are done in half the time of one."""

    def turn(item: pytest.Item) -> int:
        file = item.nodeid.partition("::")[0]
        return _FIRST.index(file) if file in _FIRST else len(_FIRST) + file.startswith(_LAST)

    items.sort(key=turn)


def pytest_unconfigure() -> None:
    """What was frozen here, and by servers that were tried, libraries would call leaked."""
    gc.unfreeze()


_USUAL, _SELDOM = gc.get_threshold(), (50_000, 20, 100)


@pytest.fixture(autouse=True)
def seldom_collected(request: pytest.FixtureRequest) -> None:
    """A test leaves little: to look for it took 3 % of the time. Windows have a collector of their
    own, which goes by the usual thresholds.
    """
    gc.set_threshold(*(_USUAL if "ui" in request.path.parts else _SELDOM))


_numbers = itertools.count()
_FOLDERS = ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME")
# What the offscreen platform says of every window, whatever the program does.
_UNAVOIDABLE = (
    "This plugin does not support propagateSizeHints()",
    "This plugin does not support raise()",
    "This plugin does not support grabbing the keyboard",
)


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, data, state and cache of this test alone."""
    # `mktemp` would look through the homes of all tests before for a free number.
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(_numbers))
    home.mkdir(parents=True)
    for name in _FOLDERS:
        monkeypatch.setenv(f"XDG_{name}", str(home / name.lower()))
    # Qt reads that folder once for each process.
    native, user = QSettings.Format.NativeFormat, QSettings.Scope.UserScope
    QSettings.setPath(native, user, str(home / "config_home"))
    return home


@pytest.fixture
def unplugged() -> Iterator[None]:
    """No plug-in outlives its test."""
    from ebmviz.core import assets
    from ebmviz.core.plugins import scenes
    from ebmviz.engine.plugged import PLUGGED
    from ebmviz.figures import plugins, registry

    held: tuple[dict[str, Any], ...] = (PLUGGED, assets.PLUGGED, scenes._HELD, plugins._HELD)
    before = [dict(each) for each in held]
    yield
    for each, was in zip(held, before, strict=True):
        each.clear()
        each.update(was)
    registry.plug(figure for figures in plugins._HELD.values() for figure in figures)


@pytest.fixture(autouse=True)
def no_qt_warnings() -> Iterator[None]:
    """A warning of Qt's fails the test that caused it."""
    heard: list[str] = []

    def listen(kind: QtMsgType, _where: QMessageLogContext, message: str) -> None:
        quiet = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
        if not quiet and message not in _UNAVOIDABLE:
            heard.append(message)

    # Widgets that the test before has left: without a running event loop, nobody deletes them.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    before = qInstallMessageHandler(listen)
    yield
    qInstallMessageHandler(before)
    if heard:
        pytest.fail("Qt warned: " + "; ".join(heard))
