"""Scripts run by themselves: what they print, beside what the engine comes to."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import matplotlib
import pytest
from matplotlib import pyplot

from ebmviz.core.scene import Scene
from ebmviz.engine.measures.base import level
from ebmviz.engine.model.engine import Engine
from ebmviz.script.compose import script

# All that is not torch, numpy, matplotlib or theirs is out of reach.
_BARE = """
import runpy, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"ebmviz", "msgspec", "safetensors", "PySide6", "pyqtgraph"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Refuse())
runpy.run_path(sys.argv[1], run_name="__main__")
"""


class Ends(NamedTuple):
    """Of a training: the loss of its last batch, and the mean energy of all data; 0 where E + c is
    as good as E.
    """

    loss: float
    energy: float


def printed(text: str, folder: Path, python: str = sys.executable) -> Ends:
    """What a script says at its end."""
    file = folder / "alone.py"
    file.write_text(text, "utf-8")
    environment = {**os.environ, "MPLBACKEND": "agg", "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [python, "-P", "-c", _BARE, str(file)],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return _read(done.stdout)


def ran(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Ends:
    """The same within this process, which has torch already."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(pyplot, "show", lambda: None)
    out = io.StringIO()
    with matplotlib.rc_context({"backend": "agg"}), contextlib.redirect_stdout(out):
        exec(compile(text, "script", "exec"), {"__name__": "script"})
        pyplot.close("all")
    return _read(out.getvalue())


def _read(said: str) -> Ends:
    loss = re.findall(r"step \d+, loss (\S+)", said)[-1]
    energy = re.findall(r"mean energy (\S+)", said) or ["0"]
    return Ends(float(loss), float(energy[-1]))


def trained(scene: Scene, steps: int) -> Ends:
    """What the engine comes to."""
    engine = Engine(scene)
    engine.train(steps)
    metrics = engine.metrics()
    return Ends(metrics["loss"], 0.0 if level.free(engine.task) else metrics["mean_energy"])


def both(scene: Scene, steps: int, folder: Path, python: str = sys.executable) -> tuple[Ends, Ends]:
    """Of the script, and of the engine."""
    return printed(script(scene, steps), folder, python), trained(scene, steps)


def apart(one: float, other: float) -> float:
    """As a part of the greater."""
    return abs(one - other) / max(abs(one), abs(other), 1e-6)
