"""What an error is to the person at the screen."""

from __future__ import annotations

from ebmviz.core.errors import NumericError, Problem, UserError
from ebmviz.core.process import log
from ebmviz.core.scene import Scene
from ebmviz.engine.model.ceiling import remedy

_SMALLER = "lower the resolution, the latents or the batch"
_NO_MEMORY = ("out of memory", "can't allocate memory")  # CUDA's words, and torch's on the CPU


def problem_of(error: BaseException, scene: Scene | None = None) -> Problem:
    """The kind and the sentence, which names what to lower in a scene too large for the memory; the
    whole story of a bug goes to the log.
    """
    if isinstance(error, UserError):
        return Problem("user", str(error))
    if isinstance(error, NumericError):
        return Problem("numeric", str(error))
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, MemoryError) or any(words in text.lower() for words in _NO_MEMORY):
        return Problem("memory", f"out of memory: {remedy(scene) if scene else _SMALLER}")
    log.report(type(error), error, error.__traceback__)
    return Problem("bug", f"the engine met an unexpected {type(error).__name__}: {text}")
