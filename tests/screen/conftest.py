"""A desk to sit at: a virtual screen with a window manager."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.screen.seat import Seat

_PROGRAMS = {
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "xrandr": "x11-xserver-utils",
}
Play = Callable[[Callable[[Seat, Path], dict[str, Any]]], dict[str, Any]]


@pytest.fixture(params=["1600x1000"])
def desk(request: pytest.FixtureRequest) -> Iterator[str]:
    """DISPLAY of a fresh virtual screen on which windows get the focus."""
    for program, package in _PROGRAMS.items():
        if not shutil.which(program):
            pytest.fail(f"{program} is missing: apt-get install {package}")
    reader, writer = os.pipe()
    size = ["-screen", "0", f"{request.param}x24", "-nolisten", "tcp", "-noreset"]
    command = ["Xvfb", "-displayfd", str(writer), *size]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as stream:
            display = f":{stream.readline().strip()}"
        own = {**os.environ, "DISPLAY": display}
        manager = subprocess.Popen(["openbox"], env=own, stderr=subprocess.DEVNULL)
        yield display
        manager.terminate()
        manager.wait()
        server.terminate()


@pytest.fixture
def play(desk: str, tmp_path: Path) -> Play:
    """Makes a play in a process of its own, and gives what it has seen."""

    def run(of: Callable[[Seat, Path], dict[str, Any]]) -> dict[str, Any]:
        folders = {f"XDG_{n}_HOME": str(tmp_path / n.lower()) for n in ("CONFIG", "STATE", "DATA")}
        own = {**os.environ, **folders, "DISPLAY": desk, "QT_QPA_PLATFORM": "xcb"}
        own.pop("WAYLAND_DISPLAY", None)
        done = subprocess.run(
            [sys.executable, "-m", "tests.screen", of.__module__, of.__name__, str(tmp_path)],
            env=own,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return dict(json.loads(done.stdout.splitlines()[-1]))

    return run
