"""Calls of ATen as instructions."""

from __future__ import annotations

from torch import Tensor

from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.builder import Builder
from ebmviz.engine.tape.operations import chosen, elementwise, filled, products, reduced
from ebmviz.engine.tape.recording import Call

KNOWN = {
    **elementwise.TABLE,
    **filled.TABLE,
    **reduced.TABLE,
    **products.TABLE,
    **chosen.TABLE,
}
"""What writes an operation, by its name."""


def lower(builder: Builder, call: Call) -> None:
    """Add the instructions of a call. Raises Unrecordable where there are none."""
    name = call.name
    if name not in KNOWN and name.endswith("_") and not name.startswith("_"):
        name = name[:-1]
    write = KNOWN.get(name)
    if write is None or not isinstance(call.out, Tensor):
        raise Unrecordable(f"the operation {call.name}")
    if call.out.numel() == 0:
        return
    try:
        write(builder, call.out, *call.args, **call.kwargs)
    except TypeError as error:  # arguments that it is not written for
        raise Unrecordable(f"the operation {call.name}: {error}") from error
