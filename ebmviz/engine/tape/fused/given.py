"""What the function of an instruction is given."""

from __future__ import annotations

from ebmviz.engine.llvm.text import Text

_SHARED = "ptr noalias %mem, ptr noalias readonly %values, ptr noalias readonly %places"
GIVEN = f"{_SHARED}, ptr noalias %pack"
"""All memory, the numbers of the program, where its arrays begin, and room of its own."""


def array(w: Text, number: int) -> str:
    """Where an array of the instruction begins in memory."""
    return w.at("%mem", w.load(w.at("%places", number, kind="i64"), "i64"))
