"""A window here, its engine there."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from ebmviz.core import protocol
from ebmviz.core.process.elsewhere import elsewhere
from ebmviz.core.protocol.greeting import mismatch
from ebmviz.engine.model.engine import Engine
from ebmviz.ui.session.engine import EngineClient
from tests.scenes import built_in
from tests.ssh.machine import HOST, Machine, machine
from tests.ui.conftest import Student, sit_down

__all__ = ["sit_down"]  # fixtures

pytestmark = [pytest.mark.ssh, pytest.mark.process]

OTHER = """#!/bin/sh
exec {python} -P -c '
import sys, msgspec
from ebmviz.core import protocol
header = msgspec.msgpack.encode(
    dict(type="Hello", protocol=3, version="0.1.2", pid=1, catalogue=dict(components=[])))
out = sys.stdout.buffer
out.write(protocol.MAGIC + protocol.LENGTHS.pack(len(header), 0) + header)
out.flush()
sys.stdin.read()
'
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Machine]]:
    """Makes other machines, and takes one as `HOST`."""
    for program, package in (("sshd", "openssh-server"), ("ssh-keygen", "openssh-client")):
        if not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin"):
            pytest.fail(f"{program} is missing: apt-get install {package}")
    made: list[Any] = []

    def make(path: str = "", more: str = "") -> Machine:
        made.append(machine(tmp_path / f"lab{len(made)}", path, more))
        found = made[-1].__enter__()
        monkeypatch.setenv("PATH", f"{found.bin}:{os.environ['PATH']}")
        return found

    yield make
    for each in made:
        each.__exit__(None, None, None)


def remote() -> EngineClient:
    return EngineClient(elsewhere=elsewhere(f"ssh:{HOST}"))


def why_not(qtbot: QtBot) -> str:
    """What is said of an engine that is not reached."""
    client = remote()
    try:
        with qtbot.waitSignal(client.lost, timeout=30_000) as told:
            client.start()
    finally:
        client.stop()
    assert told.args
    problem, again = told.args
    assert not again, "nobody tries again what was never reached"
    return str(problem.message)


def sit_down_there(sit_down: Callable[..., Student], **given: Any) -> Student:
    client = remote()
    client.start()
    return sit_down(client=client, **given)


@pytest.mark.parametrize(
    "more", ["", "ForceCommand echo 'Welcome to the lab'; $SSH_ORIGINAL_COMMAND"]
)
def test_training_there_is_training_here(
    lab: Callable[..., Machine], sit_down: Callable[..., Student], more: str
) -> None:
    """In scene and weights, bit for bit, whatever the machine says first."""
    lab(more=more)
    student = sit_down_there(sit_down, scene=built_in("unconditional"))
    student.window.client.advance(30)
    student.until(lambda: student.step == 30)
    found = student.weights()
    here = Engine(built_in("unconditional"))
    here.train(30)
    assert student.window.store.scene.values == here.scene.values
    assert {k: w.tolist() for k, w in found.weights.items()} == {
        k: w.tolist() for k, w in here.checkpoint().weights.items()
    }


def test_a_link_that_drops_is_taken_up_again(
    lab: Callable[..., Machine], sit_down: Callable[..., Student]
) -> None:
    there = lab()
    student = sit_down_there(sit_down)
    window = student.window
    window.acts["play"].trigger()
    student.until(lambda: window.client.kept and window.client.kept.step >= 5)
    kept, pid = window.client.kept, window.client.pid
    assert kept
    there.link.cut()
    student.until(lambda: window.banner.isVisible())
    assert f"The link to {HOST} is lost; it is tried again" in window.banner.text.text()
    student.until(lambda: window.client.ready and window.client.pid != pid)
    assert window.client.playing
    student.until(lambda: student.step > kept.step + 5)


def test_it_goes_on_here_and_there_again(
    lab: Callable[..., Machine], sit_down: Callable[..., Student]
) -> None:
    lab()
    student = sit_down("ellipse")
    client = student.window.client
    client.advance(12)
    student.until(lambda: client.kept and client.kept.step == 12)
    before = student.weights()
    for place in (elsewhere(f"ssh:{HOST}"), None):
        client.go_to(place)
        student.until(lambda: client.ready and student.step == 12)
        after = student.weights()
        assert after.step == 12
        assert all((after.weights[k] == w).all() for k, w in before.weights.items())


def test_without_ebmviz(lab: Callable[..., Machine], qtbot: QtBot) -> None:
    lab(path="/usr/bin:/bin")
    assert why_not(qtbot).startswith(f"no command ebmviz is found on {HOST}: install it, or ")


def test_with_another_version(lab: Callable[..., Machine], qtbot: QtBot, tmp_path: Path) -> None:
    other = tmp_path / "other" / "ebmviz"
    other.parent.mkdir()
    other.write_text(OTHER.format(python=sys.executable))
    other.chmod(0o755)
    lab(path=f"{other.parent}:/usr/bin:/bin")
    assert why_not(qtbot).startswith(mismatch(3, "0.1.2", protocol.VERSION))


def test_with_a_wrong_key(lab: Callable[..., Machine], qtbot: QtBot) -> None:
    there = lab()
    there.config("stranger")
    assert why_not(qtbot).startswith(f"{HOST} does not let you in")


@pytest.mark.parametrize("known", [None, "stranger.pub"])
def test_a_machine_that_is_not_known(
    lab: Callable[..., Machine], qtbot: QtBot, known: str | None
) -> None:
    there = lab()
    there.known(there.folder / known if known else None)
    assert why_not(qtbot).startswith(f"the key of {HOST} is unknown or another")


def test_where_nobody_listens(lab: Callable[..., Machine], qtbot: QtBot) -> None:
    there = lab()
    there.config("user", port=1)
    assert why_not(qtbot).startswith(f"{HOST} takes no connections over ssh")


def test_an_engine_that_is_gone_there_is_no_lost_link(
    lab: Callable[..., Machine], sit_down: Callable[..., Student]
) -> None:
    lab()
    student = sit_down_there(sit_down)
    client = student.window.client
    assert client.hello
    pid, before = client.hello.pid, client.pid
    os.kill(pid, signal.SIGKILL)
    student.until(lambda: client.ready and client.pid != before)
    assert client.hello.pid != pid


def test_nothing_stays_there(lab: Callable[..., Machine], sit_down: Callable[..., Student]) -> None:
    lab()
    student = sit_down_there(sit_down)
    client = student.window.client
    assert client.hello
    pid = client.hello.pid
    client.stop()
    student.until(
        lambda: (
            not Path(f"/proc/{pid}/cmdline").exists()
            or not Path(f"/proc/{pid}/cmdline").read_bytes()
        )
    )
