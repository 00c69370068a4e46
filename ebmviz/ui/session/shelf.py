"""Documents that another has taken the place of, for undo to go back to, and kept from a crash."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Checkpoint, Progress
from ebmviz.core.errors import UserError
from ebmviz.files.recovery import Recovery, default_folder
from ebmviz.files.session import Session, pack, unpack
from ebmviz.files.stamp import Stamp
from ebmviz.ui.session.runs import Clean, Runs


class Left(NamedTuple):
    """The file of a document that was left: path and stamp, what it holds, and what was done."""

    path: Path | None
    stamp: Stamp | None
    clean: Clean
    progress: Progress


def recovery_of(catalogue: Catalogue) -> Recovery:
    """A place for a copy that a crash would leave behind."""
    return Recovery(default_folder(), lambda data: unpack(data, catalogue, "the autosave"))


class _Copy:
    """What is kept of one that was changed. recovery: where, with an older copy perhaps."""

    def __init__(self, recovery: Recovery) -> None:
        self.recovery, self.gone = recovery, False
        self._writer: threading.Thread | None = None

    def write(self, session: Session, left: Left, failed: Callable[[str], None]) -> None:
        """Beside the event loop, unless the document has been gone back to."""
        document = str(left.path) if left.path else None
        known = left.stamp.digest.hex() if left.stamp else ""

        def work() -> None:
            try:
                self.recovery.write(pack(session), document, known)
            except UserError as error:
                failed(f"no autosave: {error}")

        if not self.gone:
            self._writer = threading.Thread(target=work, name="left behind")
            self._writer.start()

    def settle(self) -> None:
        """Wait for one that is being written."""
        self.gone = True
        if self._writer:
            self._writer.join()


class Shelf:
    """By number. failed(sentence): no copy was kept of one."""

    def __init__(self, failed: Callable[[str], None]) -> None:
        self._failed = failed
        self._left: dict[int, Left] = {}
        self._copies: dict[int, _Copy] = {}

    def put(self, number: int, left: Left) -> None:
        """One is left."""
        self._left[number] = left

    def keep(self, number: int, state: Clean, runs: Runs, recovery: Recovery) -> None:
        """Keep a copy of one that would be lost."""
        copy = self._copies[number] = _Copy(recovery)
        left, training = self._left[number], runs[runs.current].training

        def write(kept: Checkpoint) -> None:
            copy.write(runs.session(state, kept), left, self._failed)

        if training:
            training.then(write, lambda: None)

    def take(self, number: int) -> tuple[Left, Recovery | None]:
        """One is gone back to, and where a copy of it is kept, if one is."""
        copy = self._copies.pop(number, None)
        if copy:
            copy.settle()
        return self._left.pop(number), copy.recovery if copy else None

    def forget_all_but(self, numbers: frozenset[int]) -> None:
        """Nothing leads back to the others: of what was changed in files, the newest copy stays."""
        files: set[Path] = set()
        for number in sorted(self._left.keys() - numbers, reverse=True):
            path, copy = self._left[number].path, self._copies.get(number)
            if copy and path and path not in files:
                files.add(path)
                continue
            self._left.pop(number)
            if copy:
                self._copies.pop(number)
                copy.settle()
                copy.recovery.clear()

    def clear(self) -> None:
        """Nothing leads back to them."""
        for copy in self._copies.values():
            copy.settle()
            copy.recovery.clear()
        self._copies, self._left = {}, {}

    def close(self) -> None:
        """The window is leaving for good: of what was changed in files, the copies stay."""
        for number, copy in self._copies.items():
            copy.settle()
            if self._left[number].path is None:
                copy.recovery.clear()
