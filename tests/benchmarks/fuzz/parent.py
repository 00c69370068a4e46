"""Workers, looked after: one that freezes or dies is a fault of the file it was at, and the next
goes on behind it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tests.benchmarks.fuzz.worker import AT

FROZEN_S = 90.0
"""Without a step: longer than others may keep this machine from it."""


class Row(msgspec.Struct):
    """Of one target. faults: number of the file, and what was wrong."""

    name: str
    what: str = ""
    accepted: int = 0
    refused: int = 0
    crashes: int = 0
    acts: int = 0
    slowest: float = 0.0
    slow_at: int = 0
    memory: int = 0
    faults: list[tuple[int, str]] = []

    def take(self, said: dict[str, Any]) -> None:
        """A line of a worker."""
        if "what" in said:
            self.what = said["what"]
            return
        if "fault" in said:
            self.faults.append((said["number"], said["fault"]))
            self.acts += said["acts"]
            self.crashes += not said["acts"]
            return
        self.accepted += said["accepted"]
        self.refused += said["refused"]
        if said["slowest"] > self.slowest:
            self.slowest, self.slow_at = said["slowest"], said["slow_at"]
        self.memory = max(self.memory, said["memory"])


def run(name: str, times: int, seed: int, processes: int, folder: Path) -> Row:
    """So many files for a target."""
    row = Row(name, faults=[])
    workers = [
        _Worker(name, seed, first, processes, times, folder / f"{name}-{first}")
        for first in range(min(processes, times))
    ]
    while workers:
        time.sleep(0.2)
        for worker in list(workers):
            for said in worker.heard():
                row.take(said)
            if worker.done:
                workers.remove(worker)
            elif fault := worker.wrong():
                row.take({"number": worker.at, "fault": fault, "acts": 0})
                if not worker.again():
                    workers.remove(worker)
    return row


class _Worker:
    def __init__(self, name: str, seed: int, first: int, step: int, end: int, folder: Path) -> None:
        self._name, self._seed, self._step, self._end = name, seed, step, end
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._begin(first)

    def _begin(self, first: int) -> None:
        self._first = first
        (self._folder / AT).write_bytes(first.to_bytes(8, "little"))
        words = [self._name, self._seed, first, self._step, self._end, self._folder]
        self._out = open(self._folder / "said", "wb")  # noqa: SIM115 - until it is done
        self._err = open(self._folder / "errors", "wb")  # noqa: SIM115
        self._read, self._part = 0, b""
        line = [sys.executable, "-m", "tests.benchmarks.fuzz.worker", *map(str, words)]
        env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(self._folder)}
        env |= {f"XDG_{n}_HOME": str(self._folder / "place") for n in ("CONFIG", "DATA", "STATE")}
        self._process = subprocess.Popen(line, stdout=self._out, stderr=self._err, env=env)
        self._seen, self._since = first, time.monotonic()

    @property
    def at(self) -> int:
        """The file at hand."""
        return int.from_bytes((self._folder / AT).read_bytes(), "little")

    @property
    def done(self) -> bool:
        return self._process.poll() == 0

    def heard(self) -> Iterator[dict[str, Any]]:
        """What it has said since."""
        ended = self._process.poll() is not None
        with open(self._folder / "said", "rb") as file:
            file.seek(self._read)
            new = file.read()
        self._read += len(new)
        *lines, self._part = (self._part + new).split(b"\n")
        yield from map(json.loads, lines)
        if ended:
            self._out.close()

    def wrong(self) -> str:
        """What has become of it; empty where it goes on."""
        if (code := self._process.poll()) is not None:
            told = (self._folder / "errors").read_text("utf-8", "replace").strip()
            return f"the process ended with {code}: {told[-600:]}"
        if (at := self.at) != self._seen:
            self._seen, self._since = at, time.monotonic()
        if time.monotonic() - self._since > FROZEN_S:
            self._process.kill()
            self._process.wait()
            return "frozen"
        return ""

    def again(self) -> bool:
        """Another behind the file at hand, if there is one left."""
        following = self.at + self._step
        if following >= self._end:
            return False
        self._begin(following)
        return True
