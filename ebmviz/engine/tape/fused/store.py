"""Machine code of programs, made for this processor: in memory while somebody runs it, and a file
in the user's cache, for the next time.

In a function that was made for one instruction all of its numbers stay in the registers of the
processor. It is made for the sizes and strides of its arrays and takes their places, so that
problems that are alike share most of them.

Measured on a Zen 4 core: some 10 ms to make one, of which a step has 10 to 60.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.llvm import cache
from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.fused import steps
from ebmviz.engine.tape.fused.functions import Form, form, name, text

_KEPT = 64  # forms, of some 0.3 MB each
_FILES = 4096  # functions as they were compiled, of some 3 kB each
_SOURCES = Path(__file__).parents[1], Path(__file__).parents[2] / "llvm"


class Code(NamedTuple):
    """run: `steps.written`. calls and places: what it is given of one program. made: holds the
    machine code.
    """

    run: Any
    calls: Array
    places: Array
    made: Any


_made: OrderedDict[tuple[bytes, ...], Any] = OrderedDict()
_files: OrderedDict[bytes, bytes] = OrderedDict()
_lock = threading.Lock()


def code(numbers: Array) -> Code:
    """For the instructions of a program. Raises Unrecordable where none can be made."""
    whole = form(numbers)
    try:
        made = _of(whole)
    except Exception as error:  # whatever LLVM says: torch serves, only slower
        logging.getLogger(__name__).warning("No machine code of a step: %s", error)
        raise Unrecordable(str(error)) from error
    names = [name(body) for body in whole.bodies]
    addresses = np.asarray([*made.addresses(names), 0], np.int64)
    calls = whole.calls.copy()
    calls[:, 0] = addresses[calls[:, 0]]
    return Code(steps.KIND(*made.addresses([steps.NAME])), calls, whole.places, made)


def _of(whole: Form) -> Any:
    from ebmviz.engine.llvm.made import Made  # LLVM

    with _lock:  # who wants the same waits for it
        if whole.bodies in _made:
            _made.move_to_end(whole.bodies)
            return _made[whole.bodies]
        files = [_file(body, partial(text, body)) for body in whole.bodies]
        made = Made([*files, _file(steps.NAME.encode(), steps.written)])
        _made[whole.bodies] = made
        while len(_made) > _KEPT:
            _made.popitem(last=False)
    return made


def _file(key: bytes, write: Callable[[], str]) -> bytes:
    from ebmviz.engine.llvm.made import kept

    if key not in _files:
        _files[key] = kept(cache.place(_SOURCES, key), write)
    _files.move_to_end(key)
    while len(_files) > _FILES:
        _files.popitem(last=False)
    return _files[key]
