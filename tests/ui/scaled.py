"""Measures a window at a scale factor of the screen: python -m tests.ui.scaled WIDTHxHEIGHT …

QT_SCALE_FACTOR is read before the first window, so that each factor takes a process. Prints what is
wrong as JSON: "size text scale" to a list of faults, and the true ratio of pixels. Its engine is
one that says nothing.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtWidgets import QApplication

from ebmviz.core import library
from ebmviz.ui.app import application
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.window import Window
from tests.ui.test_nothing_cut import TEXTS, faults


def measured(sizes: list[str]) -> dict[str, object]:
    app = application()
    silent = EngineClient([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
    window = Window(library.scene("unconditional", library.shipped_catalogue()), client=silent)
    window.show()
    found: dict[str, object] = {}
    for size in sizes:
        width, height = map(int, size.split("x"))
        window.resize(width, height)
        for text in TEXTS:
            window.looks.apply("light", text)
            for _ in range(4):
                app.processEvents()
            assert (window.width(), window.height()) == (width, height)
            found[f"{size} text {text}"] = faults(window)
        picture = window.grab()
        ratio = picture.width() / window.width()
        found[f"{size} ratio"] = [round(ratio, 2), QApplication.primaryScreen().devicePixelRatio()]
    window.client.stop()
    window.document.close()
    return found


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1:])))
    sys.stdout.flush()
