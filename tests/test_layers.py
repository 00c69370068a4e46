"""Each layer lives without the libraries of the others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import ebmviz

PACKAGE = Path(ebmviz.__file__).parent
QT = ("PySide6", "pyqtgraph")


def modules(*folders: str) -> list[str]:
    """Every module of these folders of the package, and of all folders in them."""
    return [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for folder in folders
        for path in sorted((PACKAGE / folder).rglob("*.py"))
        if path.stem not in ("__init__", "__main__")
    ]


def without(blocked: tuple[str, ...], script: str, *words: str) -> None:
    """Run Python where importing any of `blocked` fails."""
    block = "".join(f"sys.modules[{name!r}] = None\n" for name in blocked)
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys\n{block}{script}", *words],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


IMPORT_ALL = "import importlib\nfor name in sys.argv[1:]: importlib.import_module(name)\n"


def test_a_blocked_library_is_really_missed() -> None:
    with pytest.raises(AssertionError, match="torch"):
        without(("torch",), "import torch")


def test_the_window_never_sees_torch() -> None:
    loaded = "assert not [m for m in sys.modules if m.startswith('ebmviz.engine')], sys.modules\n"
    without(
        ("torch",),
        "import ebmviz.ui.window\n" + IMPORT_ALL + loaded,
        *modules("ui", "export", "figures", "files", "core"),
    )


def test_the_window_never_sees_matplotlib() -> None:
    without(("torch", "matplotlib"), IMPORT_ALL, *modules("ui", "files"))


def test_core_and_figures_need_numpy_alone() -> None:
    blocked = ("torch", *QT, "matplotlib", "contourpy", "tqdm")
    without(blocked, IMPORT_ALL, *modules("core", "files", "figures"))


def test_the_engine_never_sees_qt() -> None:
    without((*QT, "matplotlib"), IMPORT_ALL, "ebmviz.engine.server.loop", *modules("engine"))


@pytest.mark.slow
def test_the_commands_work_where_qt_is_not_installed(tmp_path: Path) -> None:
    without(
        QT,
        "import contextlib, io\n"
        "from ebmviz.cli import main\n"
        "folder = sys.argv[1]\n"
        "file = folder + '/a.ebmviz'\n"
        "for words in (\n"
        "    ['train', 'ellipse', '--steps', '3', '-o', file],\n"
        "    ['eval', file, '--y', '0,0'],\n"
        "    ['inspect', file],\n"
        "    ['figures', file, '--figure', 'cross-section', '--format', 'svg', '-o', folder],\n"
        "    ['scenes'], ['catalogue'],\n"
        "):\n"
        "    with contextlib.redirect_stdout(io.StringIO()):\n"
        "        assert main(words) == 0, words\n",
        str(tmp_path),
    )
    assert (tmp_path / "a-cross-section.svg").exists()


def test_repaints_lose_no_reference_to_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 under Python 3.11 lost a reference to None at every void call."""

    class Canvas(QWidget):
        painted = 0

        def paintEvent(self, event: object) -> None:
            self.painted += 1

    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.show()
    QApplication.processEvents()
    first, before = canvas.painted, sys.getrefcount(None)
    for _ in range(2000):
        canvas.repaint()
        canvas.update()
    assert canvas.painted - first >= 2000
    assert sys.getrefcount(None) > before - 500
