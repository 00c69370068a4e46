"""The program as a person starts it: a real X window on a virtual screen, a real keyboard.

Run by `.ci/run` with `pytest -m screen`; needs Xvfb and xdotool, and fails without them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ebmviz.core import library
from ebmviz.files.session import load

pytestmark = pytest.mark.screen
PATIENCE_S = 60


@pytest.fixture(params=["1600x1000"])
def screen(request: pytest.FixtureRequest) -> Iterator[str]:
    """DISPLAY of a fresh virtual screen, without a window manager."""
    for program in ("Xvfb", "xdotool"):
        if not shutil.which(program):
            pytest.fail(f"{program} is missing: apt-get install xvfb xdotool")
    reader, writer = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writer),
        "-screen",
        "0",
        f"{request.param}x24",
        "-nolisten",
        "tcp",
        "-noreset",  # or it begins anew when a window closes, and turns the next one away
    ]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as stream:
            number = stream.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
        server.terminate()


def wait(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def xdotool(display: str, *args: str) -> str:
    done = subprocess.run(
        ["xdotool", *args], env={**os.environ, "DISPLAY": display}, capture_output=True, text=True
    )
    return done.stdout.strip()


def home(display: str, folder: Path) -> dict[str, str]:
    """The environment of a person on this screen, with settings of their own."""
    left_out = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")
    own = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "STATE", "DATA")}
    return {k: v for k, v in os.environ.items() if k not in left_out} | own | {"DISPLAY": display}


def test_start_train_save_quit_with_the_keyboard(screen: str, tmp_path: Path) -> None:
    session = tmp_path / "a.ebmviz"
    program = [sys.executable, "-m", "ebmviz"]
    subprocess.run([*program, "train", "ellipse", "--steps", "2", "-o", session], check=True)
    with subprocess.Popen(
        [*program, str(session)], env=home(screen, tmp_path), stderr=subprocess.PIPE, text=True
    ) as window:
        try:
            visible = ("search", "--onlyvisible", "--name", "a.ebmviz")
            wait(lambda: xdotool(screen, *visible), "no window came")
            found = xdotool(screen, *visible).splitlines()[0]

            def trained() -> bool:
                # The title's star says that training has gone beyond the file. The keyboard is
                # given again each time: a window that is still being made may have lost it.
                xdotool(screen, "windowfocus", found)
                xdotool(screen, "key", "n")
                return "*" in xdotool(screen, "getwindowname", found)

            wait(trained, "the key N did not train")

            def saved() -> bool:
                # Steps asked for above may still be under way behind the first save.
                xdotool(screen, "key", "ctrl+s")
                return "*" not in xdotool(screen, "getwindowname", found)

            wait(saved, "ctrl+s did not save")
            xdotool(screen, "key", "ctrl+q")
            status = window.wait(PATIENCE_S)
        finally:
            window.kill()
        assert window.stderr is not None
        complaints = window.stderr.read()
    assert status == 0
    assert "Traceback" not in complaints
    assert load(session, library.shipped_catalogue()).checkpoint.weights["train/step"] > 2


def opened(display: str, folder: Path, then: Callable[[str], None]) -> None:
    """Start the program, hand its window to `then`, and leave it with the keyboard."""
    program, visible = [sys.executable, "-m", "ebmviz"], ("search", "--onlyvisible", "--name")
    with subprocess.Popen(program, env=home(display, folder)) as window:
        try:
            wait(lambda: xdotool(display, *visible, "— ebmviz"), "no window came")
            found = xdotool(display, *visible, "— ebmviz")
            then(found)

            def left() -> bool:
                xdotool(display, "windowfocus", found)
                xdotool(display, "key", "ctrl+q")
                return window.poll() is not None

            wait(left, "ctrl+q did not quit")
            assert window.returncode == 0
        finally:
            window.kill()


def becomes(display: str, found: str, width: int, height: int) -> None:
    """Wait until the window has this size."""

    def there() -> bool:
        said = xdotool(display, "getwindowgeometry", "--shell", found).splitlines()
        return {f"WIDTH={width}", f"HEIGHT={height}"} <= set(said)

    wait(there, f"it is not {width} × {height}")


@pytest.mark.parametrize("screen", ["1280x800"], indirect=True)
def test_the_window_fills_a_small_screen(screen: str, tmp_path: Path) -> None:
    opened(screen, tmp_path, lambda found: becomes(screen, found, 1280, 800))


@pytest.mark.parametrize("screen", ["1920x1080"], indirect=True)
def test_the_window_opens_as_it_was_left(screen: str, tmp_path: Path) -> None:
    def first(found: str) -> None:
        becomes(screen, found, 1600, 1000)
        xdotool(screen, "windowsize", found, "1100", "700")
        becomes(screen, found, 1100, 700)

    opened(screen, tmp_path, first)
    opened(screen, tmp_path, lambda found: becomes(screen, found, 1100, 700))


def test_a_screen_that_does_not_answer_is_said_in_one_sentence() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"}
    environment["DISPLAY"] = ":987"
    done = subprocess.run(
        [sys.executable, "-m", "ebmviz"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert ":987" in done.stderr
