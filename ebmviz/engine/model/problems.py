"""What an error is to the person at the screen."""

from __future__ import annotations

import traceback
from pathlib import Path

from ebmviz.core.errors import NumericError, Problem, UserError
from ebmviz.core.outside import clean
from ebmviz.core.plugins.loading import broken
from ebmviz.core.process import log
from ebmviz.core.scene import Scene
from ebmviz.engine.model.ceiling import remedy
from ebmviz.engine.plugged import PLUGGED

_SMALLER = "lower the resolution, the latents or the batch"
_NO_MEMORY = ("out of memory", "can't allocate memory")  # CUDA's words, and torch's on the CPU


def problem_of(error: BaseException, scene: Scene | None = None) -> Problem:
    """The kind and the sentence, which names what to lower in a scene too large for the memory; the
    whole story of a bug goes to the log. One in a plug-in's code is named with its line.
    """
    if isinstance(error, UserError):
        return Problem("user", str(error))
    if isinstance(error, NumericError):
        return Problem("numeric", str(error))
    if found := _of_a_plugin(error):
        log.report(type(error), error, error.__traceback__)
        return Problem("user", found)
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, MemoryError) or any(words in text.lower() for words in _NO_MEMORY):
        return Problem("memory", f"out of memory: {remedy(scene) if scene else _SMALLER}")
    log.report(type(error), error, error.__traceback__)
    return Problem("bug", f"the engine met an unexpected {type(error).__name__}: {text}")


def _of_a_plugin(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    file = next((f.filename for f in frames if _resolved(f.filename) in PLUGGED), "")
    if not file:
        return ""
    found = broken(error, file)
    return f"plug-in {clean(file)}, line {found.line}: {clean(str(found))}"


def _resolved(file: str) -> str:
    """What a name stands for; itself where it is relative to a folder that is gone."""
    try:
        return str(Path(file).resolve())
    except OSError:
        return file
