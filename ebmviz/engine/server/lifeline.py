"""No engine without a window: the system ends it with its parent."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

_PARENT_DIES = 1  # PR_SET_PDEATHSIG of Linux's prctl


def end_with_parent() -> None:
    """Have this process killed when the one that started it ends, whatever it does then: also in
    the middle of a plug-in or a library that lets no other thread run.

    On Linux alone; elsewhere the end of stdin must do.
    """
    if sys.platform != "linux":
        return
    import ctypes

    parent = os.getppid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PARENT_DIES, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before it could be told
            os._exit(0)
