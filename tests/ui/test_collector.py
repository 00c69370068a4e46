"""Cyclic garbage goes in the thread of the window, and no picture is drawn by it."""

from __future__ import annotations

import ast
import gc
import os
import platform
import threading
from functools import partial
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

import ebmviz
from ebmviz.ui.app import application
from ebmviz.ui.collector import Collector
from ebmviz.ui.publish.export_dialog import ExportDialog
from tests.benchmarks.holdings import census, of_process
from tests.ui.conftest import Student
from tests.ui.hands import export_dialog

PACKAGE = Path(ebmviz.__file__).parent
PROCESSES = {
    "ui/session/engine_process.py",
    "ui/session/outgoing.py",
    "ui/publish/exporter.py",
    "commands/bench.py",
    "commands/base/desktop.py",
    "files/film/ffmpeg.py",
    "core/process/supervision.py",
}
"""The files that start a program. What they hand it ends options with `--`, or holds no word from
a file; to add one, look at that first."""
THREADS = {
    "core/process/parent.py",
    "ui/session/autosave.py",
    "ui/session/leftovers.py",
    "ui/session/shelf.py",
    "commands/base/sweep/pool.py",  # of a worker, which has no window
}
"""The files of the window's side that start a thread: it sends a signal or ends its process."""


class Node:
    """Garbage that says in which thread it went."""

    went: list[threading.Thread] = []

    def __init__(self) -> None:
        self.itself, self.widget = self, QWidget()

    def __del__(self) -> None:
        self.went.append(threading.current_thread())


def test_qt_objects_in_a_cycle_go_in_the_thread_of_the_window(student: Student) -> None:
    assert not gc.isenabled()
    assert len(application().findChildren(Collector)) == 1
    Node.went.clear()
    for _ in range(20):
        Node()

    def allocate() -> None:
        for _ in range(200):
            [[] for _ in range(10_000)]

    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert Node.went == []  # whoever allocates in a thread collects nothing
    kept: list[list[object]] = [[] for _ in range(5000)]  # as the window does all the time
    student.until(lambda: len(Node.went) == 20)
    assert set(Node.went) == {threading.main_thread()}
    assert kept


@pytest.mark.usefixtures("qapp")
def test_counting_what_there_is_keeps_nothing(qtbot: QtBot) -> None:
    """What is counted in a long run would grow by the counting itself."""
    top = QWidget()
    qtbot.addWidget(top)

    def dead() -> int:
        gc.collect()
        mine = [o for o in gc.get_objects() if isinstance(o, QObject)]
        return sum(not shiboken6.isValid(o) for o in mine)

    before = dead()
    for _ in range(3):
        child = QComboBox(top)
        counted = census()
        child.deleteLater()
        del child
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert counted[1] > census()[1], "what is inside a box is counted, too"
    assert dead() == before


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what is freed")
@pytest.mark.usefixtures("qapp")
@pytest.mark.slow
def test_what_a_full_collection_frees_goes_back_to_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    collector = Collector(QObject())
    blocks = [bytes(5000) for _ in range(10_000)]
    kept = blocks[-1]  # lies above the others: below it are holes
    full = of_process(os.getpid()).mb
    blocks.clear()
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 99))
    collector.look()
    assert of_process(os.getpid()).mb < full - 40
    assert kept


def begun(dialog: ExportDialog, done: list[str], count: int) -> bool:
    return dialog._order._job is not None or len(done) == count


def collected(done: list[str], count: int) -> bool:
    gc.collect()
    return len(done) == count


@pytest.mark.slow
def test_exports_with_the_collector_at_every_step(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a collector that never rests, the engine in its thread and a process that draws would
    starve: it begins when the numbers are there, and the process ends at once.
    """
    draws = ("-I", "-S", "-c", "print('a figure')")
    monkeypatch.setattr("ebmviz.ui.publish.exporter._PYTHON", draws)
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    dialog.form.figure.set_key("cross-section")
    student.until(lambda: not student.window.stage.side[-1].legend.empty)  # drawn last
    before = len(student.window.findChildren(QWidget))
    done: list[str] = []
    dialog.saved.connect(done.append)
    for count, format in enumerate(("svg", "pdf"), 1):
        dialog.form.format.set_key(format)
        file = tmp_path / f"{count}.{format}"
        dialog.save_to(file)
        assert dialog.progress.isVisible()
        student.until(partial(begun, dialog, done, count))
        student.until(partial(collected, done, count))
        assert not dialog.progress.isVisible()
        assert file.read_bytes() == b"a figure\n"
    assert len(student.window.findChildren(QWidget)) == before
    dialog.close()


@pytest.mark.slow
def test_a_drawing_ends_with_the_dialog_s_cancel(student: Student, tmp_path: Path) -> None:
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    dialog.save_to(tmp_path / "never.png")
    student.until(lambda: dialog._order._job is not None)
    assert dialog._order._job is not None
    process = dialog._order._job._process
    dialog.reject()
    assert process.state() == process.ProcessState.NotRunning
    assert dialog.save_button.isEnabled()
    assert not dialog.progress.isVisible()
    assert not list(tmp_path.iterdir())
    dialog.close()


def test_a_figure_that_cannot_be_drawn_is_a_sentence(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    student.window.publisher.export()
    dialog = export_dialog(student.window)
    fails = ("-P", "-c", "import sys; sys.exit('no <b>')")
    monkeypatch.setattr("ebmviz.ui.publish.exporter._PYTHON", fails)
    dialog.save_to(tmp_path / "never.png")
    student.until(lambda: dialog.save_button.isEnabled())
    assert dialog.note.text() == "no <b>"
    dialog.close()


def starts(words: set[str]) -> set[str]:
    """Files of the package that use one of these names."""
    found = set()
    for path in PACKAGE.glob("**/*.py"):
        tree = ast.walk(ast.parse(path.read_text("utf-8")))
        used = {getattr(n, "attr", getattr(n, "id", None)) for n in tree}
        if used & words:
            found.add(path.relative_to(PACKAGE).as_posix())
    return found


@pytest.mark.slow
def test_programs_and_threads_are_started_where_it_is_known() -> None:
    assert starts({"QProcess", "subprocess", "popen", "execv", "spawnv", "startfile"}) == PROCESSES
    threads = starts({"Thread", "QThread", "QThreadPool", "ThreadPoolExecutor"})
    assert {f for f in threads if not f.startswith("engine/")} == THREADS
