"""A window that saves, trains and keeps autosaves until it is killed: for `window`.

It tells on stdout what it is about: "saving N" before, "saved N" after; N is β of what is saved.
"""

from __future__ import annotations

import functools
import itertools
import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from ebmviz.ui.app import application, window


def main() -> None:
    """Never ends. Words: the file; what to count from."""
    path, first = Path(sys.argv[1]), int(sys.argv[2])
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["EBMVIZ_TEST_WINDOW"] = str(os.getpid())  # its engine is known by it
    application()
    shown = window("ellipse")
    shown.show()

    def until(condition: Callable[[], object]) -> None:
        loop, timer = QEventLoop(), QTimer()
        timer.timeout.connect(lambda: loop.quit() if condition() else None)
        timer.start(1)
        loop.exec()

    until(lambda: shown.client.ready)
    shown.acts["play"].trigger()
    for number in itertools.count(first):
        shown.edit({"view.beta": float(number)})
        saved: list[int] = []
        print(f"saving {number}", flush=True)
        shown.document.save_to(path, functools.partial(saved.append, number))
        until(functools.partial(bool, saved))
        print(f"saved {number}", flush=True)


if __name__ == "__main__":
    main()
