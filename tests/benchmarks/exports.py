"""Many figures out of one window, with the collector forced at every step.

`python -m tests.benchmarks.exports [--count 1000]` prints how many were written, how long one took,
and how the widgets and the memory of the window grew. Status 1 when a figure is missing or widgets
are left behind.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import itertools
import os
import sys
import tempfile
import time
from pathlib import Path


def main(count: int) -> int:
    faulthandler.enable()
    home = tempfile.mkdtemp(prefix="ebmviz-exports-")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME"):
        os.environ[f"XDG_{name}"] = f"{home}/{name.lower()}"
    from PySide6.QtWidgets import QApplication

    from ebmviz.ui.app import application, window
    from ebmviz.ui.publish.export_dialog import ExportDialog
    from ebmviz.ui.publish.export_form import FORMATS
    from tests.benchmarks.holdings import of_process

    app = application()
    shown = window("ellipse")
    shown.show()
    while shown.stage.shot is None:
        app.processEvents()
    shown.publisher.export()
    dialog = shown.findChild(ExportDialog)
    assert dialog is not None
    keys = [dialog.form.figure.itemData(i) for i in range(dialog.form.figure.count())]
    figures = [key for key in keys if not key.startswith("figure-")]
    saved: list[str] = []
    dialog.saved.connect(saved.append)
    first = (0, 0.0)
    start = time.perf_counter()
    for i, (figure, format) in enumerate(
        itertools.islice(itertools.cycle(itertools.product(figures, FORMATS)), count)
    ):
        dialog.form.figure.set_key(figure)
        dialog.form.format.set_key(format)
        dialog.save_to(Path(home) / f"figure.{format}")
        while dialog.progress.isVisible():
            app.processEvents()
            gc.collect()
        if i == min(20, count - 1):
            first = len(QApplication.allWidgets()), of_process(os.getpid()).mb
    seconds = (time.perf_counter() - start) / count
    last = len(QApplication.allWidgets()), of_process(os.getpid()).mb
    print(f"{len(saved)} of {count} figures, {seconds:.2f} s each")
    print(f"widgets {first[0]} → {last[0]}, window {first[1]:.0f} → {last[1]:.0f} MB")
    shown.document.close()
    shown.client.stop()
    return int(len(saved) != count or last[0] > first[0])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    status = main(parser.parse_args().count)
    sys.stdout.flush()
    os._exit(status)
