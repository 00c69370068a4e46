"""Machine code of programs, made for this processor: in memory while somebody runs it, and a file
in the user's cache, for the next time.

In a function that was made for one instruction all of its numbers stay in the registers of the
processor. It is made for the sizes and strides of its arrays and takes their places, so that
problems that are alike share all of it.

Measured on a Zen 4 core: 30 to 400 ms to make, 1 to 3 to read from the file.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.llvm import cache
from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.fused import steps
from ebmviz.engine.tape.fused.functions import Form, form

_KEPT = 64  # forms, of some 0.3 MB each
_SOURCES = Path(__file__).parents[1], Path(__file__).parents[2] / "llvm"


class Code(NamedTuple):
    """run: `steps.written`. calls and places: what it is given of one program. made: holds the
    machine code.
    """

    run: Any
    calls: Array
    places: Array
    made: Any


_made: OrderedDict[bytes, Any] = OrderedDict()
_lock = threading.Lock()


def code(numbers: Array) -> Code:
    """For the instructions of a program. Raises Unrecordable where none can be made."""
    whole = form(numbers)
    try:
        made = _of(whole)
    except Exception as error:  # whatever LLVM says: torch serves, only slower
        logging.getLogger(__name__).warning("No machine code of a step: %s", error)
        raise Unrecordable(str(error)) from error
    addresses = np.asarray(made.addresses(whole.names) or [0], np.int64)
    calls = whole.calls.copy()
    calls[:, 0] = addresses[calls[:, 0]]
    return Code(steps.KIND(*made.addresses([steps.NAME])), calls, whole.places, made)


def _of(whole: Form) -> Any:
    from ebmviz.engine.llvm.made import Made  # LLVM

    digest = hashlib.sha256(b"".join(whole.bodies))
    digest.update(np.asarray([len(body) for body in whole.bodies]).tobytes())
    key = digest.digest()
    with _lock:  # who wants the same waits for it
        if key in _made:
            _made.move_to_end(key)
            return _made[key]
        made = Made.kept(cache.place(_SOURCES, key), whole.text)
        _made[key] = made
        while len(_made) > _KEPT:
            _made.popitem(last=False)
    return made
