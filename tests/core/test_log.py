"""What nobody catches is told in a file, once, by every kind of process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ebmviz.core.process import log

pytestmark = pytest.mark.usefixtures("own_folders")


def run(script: str) -> subprocess.CompletedProcess[str]:
    """Python with a log of its own; this test's folders are in its environment."""
    words = [sys.executable, "-P", "-c", "from ebmviz.core.process import log\n" + script]
    return subprocess.run(words, capture_output=True, text=True, timeout=60)


def logged(process: str = "trial") -> str:
    return log.file(process).read_text("utf-8")


def test_an_error_that_nobody_catches_is_logged(own_folders: Path) -> None:
    done = run("log.begin('trial')\nraise ValueError('nobody \\u202e\\udcff')")
    assert done.returncode == 1
    assert "ValueError: nobody" in done.stderr
    assert "ERROR Traceback" in logged()
    assert "ValueError: nobody" in logged()
    assert log.file("trial").is_relative_to(own_folders)


def test_an_error_of_a_thread_and_one_of_a_destructor_are_logged() -> None:
    run(
        "import threading\nlog.begin('trial')\n"
        "class Gone:\n    def __del__(self): raise KeyError('gone')\n"
        "Gone()\nt = threading.Thread(target=lambda: 1 / 0)\nt.start(); t.join()\n"
    )
    assert "ZeroDivisionError" in logged()
    assert "KeyError: 'gone'" in logged()


def test_what_fails_again_and_again_is_counted() -> None:
    run(
        "import sys\nlog.begin('trial')\nfor _ in range(250):\n"
        "    try: [][1]\n    except IndexError: sys.excepthook(*sys.exc_info())\n"
    )
    assert logged().count("Traceback") == 1
    assert logged().count("10 times") == logged().count("100 times") == 1
    assert len(logged().splitlines()) < 10


def test_a_dying_interpreter_is_logged() -> None:
    done = run("import faulthandler\nlog.begin('trial')\nfaulthandler._sigsegv()")
    assert done.returncode != 0
    assert "Segmentation fault" in logged()


def test_the_files_stay_small() -> None:
    run(
        "import logging\nlog.CAP, log.KEPT = 2000, 2\nlog.begin('trial')\n"
        "for i in range(200): logging.getLogger('ebmviz.part').warning('%d %s', i, 'x' * 50)\n"
    )
    files = sorted(log.folder().iterdir())
    assert [f.name for f in files] == ["trial.log", "trial.log.1", "trial.log.2"]
    assert all(f.stat().st_size <= 2000 for f in files)
    assert " 199 x" in logged()


def test_without_a_place_for_it_the_program_runs() -> None:
    log.folder().parent.mkdir(parents=True)
    log.folder().write_text("a file where the folder should be")
    done = run("log.begin('trial')\nprint('fine')\n1 / 0")
    assert done.stdout == "fine\n"
    assert "ZeroDivisionError" in done.stderr


def test_an_interruption_is_no_error() -> None:
    done = run("log.begin('trial')\nraise KeyboardInterrupt")
    assert "KeyboardInterrupt" in done.stderr
    assert "Traceback" not in logged()


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_window_without_a_terminal_reports_too(stream: str) -> None:
    """pythonw has no streams at all."""
    run(f"import sys\nlog.begin('trial')\nsys.{stream} = None\n1 / 0")
    assert "ZeroDivisionError" in logged()
