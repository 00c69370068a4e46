"""Chromium without a screen, driven over a pipe of its own: no port is opened."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
)
_PATIENCE = 60.0  # seconds


class Browser:
    """One tab. asked: addresses that it wanted; said: what stands on its console."""

    def __init__(self, to: int, back: int) -> None:
        self.asked: list[str] = []
        self.said: list[str] = []
        self._to, self._back = to, back
        self._rest, self._number = b"", 0
        self._session = ""
        self._loaded = False
        targets = self._call("Target.createTarget", url="about:blank")["targetId"]
        found = self._call("Target.attachToTarget", targetId=targets, flatten=True)
        self._session = found["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._call(f"{domain}.enable")

    def open(self, page: Path) -> None:
        """Show a file, and wait until it is there."""
        self._loaded = False
        self._call("Page.navigate", url=page.as_uri())
        self.until(lambda: self._loaded)

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        found = self._call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def key(self, name: str, code: int) -> None:
        """Press a key where the focus is."""
        for kind in ("rawKeyDown", "keyUp"):
            named = {"key": name, "code": name, "windowsVirtualKeyCode": code}
            self._call("Input.dispatchKeyEvent", type=kind, **named)

    def look(self, wide: int, high: int, scheme: str = "light") -> bytes:
        """A picture of the window, so large, in light or dark."""
        size = {"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": wide < 600}
        self._call("Emulation.setDeviceMetricsOverride", **size)
        feature = [{"name": "prefers-color-scheme", "value": scheme}]
        self._call("Emulation.setEmulatedMedia", features=feature)
        return base64.b64decode(self._call("Page.captureScreenshot")["data"])

    def until(self, condition: Callable[[], object]) -> None:
        """Wait for what events bring."""
        end = time.monotonic() + _PATIENCE
        while not condition():
            assert time.monotonic() < end, "the browser does not come to an end"
            self._take(self._read())

    def _call(self, method: str, **params: Any) -> Any:
        self._number += 1
        order = {"id": self._number, "method": method, "params": params}
        if self._session:
            order["sessionId"] = self._session
        os.write(self._to, json.dumps(order).encode() + b"\0")
        while True:
            message = self._read()
            if message.get("id") == self._number:
                assert "error" not in message, (method, message["error"])
                return message["result"]
            self._take(message)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._back, 1 << 20)
            assert more, "the browser has ended"
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))

    def _take(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        match message.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self.asked.append(params["request"]["url"])
            case "Runtime.exceptionThrown":
                self.said.append(str(params["exceptionDetails"]))
            case "Runtime.consoleAPICalled":
                self.said.append(str(params["args"]))
            case "Log.entryAdded":
                self.said.append(params["entry"]["text"])


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own. Fails where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("chromium is missing: apt-get install chromium")
    (reads, to), (back, writes) = os.pipe(), os.pipe()

    def ends() -> None:
        """Where the program looks for its orders: 3 and 4."""
        high = [os.dup(fd) if fd in (3, 4) else fd for fd in (reads, writes)]
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    command = [program, *_FLAGS, f"--user-data-dir={folder / 'profile'}", "about:blank"]
    with subprocess.Popen(
        command, preexec_fn=ends, close_fds=False, stderr=subprocess.DEVNULL
    ) as process:
        os.close(reads)
        os.close(writes)
        try:
            yield Browser(to, back)
        finally:
            os.close(to)
            os.close(back)
            process.terminate()
