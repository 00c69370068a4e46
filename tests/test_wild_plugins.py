"""Plug-ins that end, hang or crash what loads them: the cause is named, and it goes on without."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from ebmviz.core import library, protocol
from ebmviz.core.process import supervision
from ebmviz.core.protocol import greeting
from ebmviz.engine.model.engine import Engine
from ebmviz.files.session import Session
from ebmviz.ui import app
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.session.impatience import MOST, Impatience
from ebmviz.ui.session.pulse import Patience
from ebmviz.ui.window import Window
from tests.slow import slow, sparing
from tests.ui.conftest import Student, sit_down
from tests.ui.hands import LEFT

__all__ = ["sit_down"]  # fixtures

DOTS = '''
import time
import numpy as np
from ebmviz.plugin import Dataset, ParamSet

print("x" * 300_000)


class Dots(Dataset[ParamSet]):
    """Two dots"""

    kind = "dots"

    def points(self, seed):
        {at_use}
        return np.array([[1.0, 2.0], [1.0, 4.0]])
'''
ENDS = {
    "import os; os._exit(7)": "exit 7",
    "import ctypes; ctypes.string_at(0)": "SIGSEGV",
}
STUCK = "import time; time.sleep(600)"
SPIN = "open({marker!r}, 'w').close()\nimport re\nre.match('(a+)+$', 'a' * 60 + 'b')"
HASTE = Patience(beat_ms=50, silent=10_000, start=10_000, answer=5, load=20)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


# the command line ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ends", [dict([*ENDS.items()][:1]), slow(ENDS)], ids=lambda ends: f"{len(ends)} and one hangs"
)
def test_a_command_does_without_them(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    ends: dict[str, str],
) -> None:
    monkeypatch.setattr(supervision, "LOAD_S", 2.0)
    wild = [written(tmp_path, f"end{i}.py", text) for i, text in enumerate(ends)]
    wild.append(written(tmp_path, "stuck.py", STUCK))
    good = written(tmp_path, "dots.py", DOTS.format(at_use="pass"))
    args = ["catalogue", "--json", *(w for p in (*wild, good) for w in ("--plugin", str(p)))]
    assert supervision.wanted(args)
    assert supervision.run(args) == 0
    out, err = capfd.readouterr()
    kinds = {row["kind"] for row in json.loads(out)["components"]}
    assert "dots" in kinds, "what it prints is not in the JSON"
    said = [line for line in err.splitlines() if line.startswith("ebmviz: ")]
    ended = "ended the program while it was loaded"
    assert said == [
        *(
            f"ebmviz: plug-in {path} {ended} ({how}); it is left out"
            for path, how in zip(wild, ends.values(), strict=False)
        ),
        f"ebmviz: plug-in {wild[-1]} does not answer: it was being loaded for 2 s; it is left out",
    ]


def test_what_is_left_out_is_said_among_the_options(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[list[str]] = []

    def watched(args: list[str], _report: Path) -> tuple[int, tuple[str, str] | None]:
        runs.append(args)
        return (0, None) if runs[1:] else (1, ("-wild.py", "ended"))

    monkeypatch.setattr(supervision, "_watched", watched)
    assert supervision.run(["train", "--plugin=-wild.py", "--", "a.csv"]) == 0
    assert runs[1] == ["train", "--plugin=-wild.py", "--without=-wild.py", "--", "a.csv"]


def test_only_commands_that_load_plugins_are_watched() -> None:
    assert supervision.wanted(["train", "ellipse", "--plugin=a.py"])
    assert not supervision.wanted(["train", "ellipse"])
    assert not supervision.wanted(["engine", "--plugin", "a.py"])
    assert not supervision.wanted(["a.ebmviz", "--plugin", "a.py"][:1])
    assert (supervision.ended(3), supervision.ended(-signal.SIGKILL)) == ("exit 3", "SIGKILL")


# the window ------------------------------------------------------------------------------


@pytest.fixture
def opened() -> Iterator[list[Window]]:
    windows: list[Window] = []
    yield windows
    for window in windows:
        window.document.close()
        window.client.stop()
        window.hide()
        window.deleteLater()


@pytest.mark.parametrize("text", sparing([*ENDS, STUCK], (next(iter(ENDS)),)))
def test_the_window_opens_and_names_it(
    text: str,
    tmp_path: Path,
    qtbot: QtBot,
    opened: list[Window],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hasty(**given: Any) -> EngineClient:
        return EngineClient(patience=HASTE, **given)

    monkeypatch.setattr(app, "EngineClient", hasty)
    wild = written(tmp_path, "wild.py", text)
    window = app.window(None, [str(wild)])
    opened.append(window)
    window.show()
    said = window.banner.text.text()
    if text in ENDS:
        assert said == f"Plug-in {wild} ended the engine while it was loaded ({ENDS[text]})."
        assert not window.client.alive
    else:
        assert said == f"Plug-in {wild} does not answer while it is loaded."
    assert window.banner.button.text() == "Restart without it"
    if text != next(iter(ENDS)):
        return  # the way on is the same
    qtbot.mouseClick(window.banner.button, LEFT)
    qtbot.waitUntil(lambda: window.stage.shot is not None, timeout=30_000)
    assert not window.client.trouble
    assert not window.client.loading


def test_a_document_that_needs_it_is_refused_with_the_cause(tmp_path: Path) -> None:
    wild = written(tmp_path, "wild.py", next(iter(ENDS)))
    with pytest.raises(Exception, match=r"wild\.py ended the engine while.*no_such_scene"):
        app.window("no_such_scene", [str(wild)])


def test_one_that_hangs_at_use_can_be_left(
    tmp_path: Path, sit_down: Callable[..., Student], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMessageBox, "exec", lambda self: QMessageBox.StandardButton.Discard)
    sleepy = written(tmp_path, "sleepy.py", DOTS.format(at_use="time.sleep(600)"))
    client = EngineClient(plugins=[str(sleepy)], patience=HASTE)
    student = sit_down(client=client)
    window = student.window
    student.until(lambda: "dots" in window.store.catalogue.kinds("data"))
    before = client.pid
    window.edit({"data.kind": "dots"})
    window.document.begin(library.scene("kmeans", library.shipped_catalogue()))
    student.until(lambda: client.pid != before)
    student.settled()
    assert window.store.scene.name == "kmeans"


@pytest.mark.slow
def test_one_that_hangs_when_it_is_saved_again_can_be_left(
    tmp_path: Path, sit_down: Callable[..., Student]
) -> None:
    wild = written(tmp_path, "wild.py", DOTS.format(at_use="pass"))
    student = sit_down(client=EngineClient(plugins=[str(wild)], patience=HASTE))
    window, banner = student.window, student.window.banner
    student.until(lambda: "dots" in window.store.catalogue.kinds("data"))
    wild.write_text(STUCK)
    wanted = f"Plug-in {wild} does not answer while it is loaded."
    student.until(lambda: banner.text.text() == wanted and not banner.isHidden())
    before = window.client.pid
    banner.button.click()
    student.until(lambda: window.client.pid != before and window.client.ready)
    student.until(lambda: "dots" not in window.store.catalogue.kinds("data"))
    assert banner.isHidden() or banner.text.text() != wanted
    student.settled()


def test_patience_ends_only_with_an_engine_at_something_else() -> None:
    of = Impatience()
    assert not any(of.over(0) for _ in range(5)), "nothing was asked for"
    of.want(7)
    assert [of.over(6) for _ in range(MOST)] == [False] * (MOST - 1) + [True]
    assert not of.over(7), "it is at it"
    of.want(9)
    assert not any(of.over(0) for _ in range(5 * MOST)), "it has taken up nothing: it starts"
    assert not of.over(7)
    of.forget()
    assert not of.over(0)


@pytest.mark.slow
def test_a_slow_start_is_no_reason_for_another(sit_down: Callable[..., Student]) -> None:
    """Torch takes seconds to load, longer than the patience with an engine at something else."""
    client = EngineClient(patience=HASTE)
    beats: list[int] = []
    client.pulse.beat.connect(lambda: beats.append(client.pid))
    scene = library.scene("ellipse", library.shipped_catalogue())
    session = Session(scene, Engine(scene).checkpoint())
    student = sit_down(scene=scene, session=session, client=client, wait=False)
    student.until(lambda: client.ready)
    assert len(beats) > MOST
    assert len(set(beats)) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the end of stdin must do")
def test_no_orphan_is_left_spinning(tmp_path: Path) -> None:
    """Not even where the plug-in lets no other thread of its process run."""
    marker = tmp_path / "begun"
    wild = written(tmp_path, "spin.py", SPIN.format(marker=str(marker)))
    engine = [sys.executable, "-P", "-m", "ebmviz.engine", "--plugin", str(wild)]
    text = f"import subprocess as s, sys; p = s.Popen({engine!r}, stdin=s.PIPE, stdout=s.PIPE)\n"
    text += "print(p.pid, flush=True); p.wait()"
    parent = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    try:
        wait(marker.exists)
        assert Path(f"/proc/{pid}").exists()
    finally:
        parent.kill()
        parent.communicate()
    wait(lambda: gone(pid), 5.0)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except OSError:
        return True


def wait(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# another version -------------------------------------------------------------------------

OTHER = """
import sys
import msgspec
from ebmviz.core import protocol

hello = {hello!r}
header = msgspec.msgpack.encode(hello)
out = sys.stdout.buffer
out.write(protocol.MAGIC + protocol.LENGTHS.pack(len(header), 0) + header)
out.flush()
sys.stdin.read()
"""


@pytest.mark.parametrize("readable", [True, False])
def test_an_engine_of_another_version_is_named(qtbot: QtBot, readable: bool) -> None:
    hello = {"type": "Hello", "protocol": 3, "version": "0.1.2", "pid": 1}
    if readable:
        hello["catalogue"] = {"components": []}
    command = [sys.executable, "-P", "-c", OTHER.format(hello=hello)]
    client = EngineClient(command, patience=HASTE)
    try:
        with qtbot.waitSignal(client.lost, timeout=30_000) as told:
            client.start()
    finally:
        client.stop()
    assert told.args
    problem, again = told.args
    wanted = greeting.mismatch(3, "0.1.2", protocol.VERSION)
    assert problem.message.startswith(wanted)
    assert not again
    assert "0.1.2 (protocol 3)" in wanted
    assert "signal" not in problem.message
