"""Numbers chosen by their place, or put back there, as a function."""

from __future__ import annotations

from ebmviz.core.snapshot import Array
from ebmviz.engine.llvm.text import FAST, Text
from ebmviz.engine.tape import codes
from ebmviz.engine.tape.fused.given import GIVEN, array

PLACES = (10, 14, 15)
"""Which of an instruction's numbers are places: in, out, index."""


def function(name: str, kind: int, body: Array) -> str:
    """[2 outer dims, inner, choices, strides out (3), strides of the index (3), place in, strides
    in (2), stride along, out, index, stride inner]: out[i0, i1, j] = in[i0, i1, index, j], or in
    there += out.
    """
    numbers = [int(n) for n in body]
    n0, n1, inner, many = numbers[:4]
    out_strides, index_strides = numbers[4:7], numbers[7:10]
    in_strides = (*numbers[11:13], numbers[16])
    w = Text()
    source, out, index = (array(w, i) for i in range(3))
    with w.loop(n0) as i0, w.loop(n1) as i1, w.loop(inner) as j:
        at = i0, i1, j

        def place(base: str, strides: tuple[int, ...] | list[int], more: str | int = 0) -> str:
            steps = [w.times(i, s) for i, s in zip(at, strides, strict=True)]
            return w.at(base, *steps, more)

        found = w.do(f"fptosi float {w.load(place(index, index_strides))} to i64")
        below = w.do(f"icmp slt i64 {found}, 0")
        around = w.do(f"add i64 {found}, {many}")
        found = w.select(below, around, found, "i64")
        found = w.do(f"call i64 @llvm.smax.i64(i64 {found}, i64 0)")
        found = w.do(f"call i64 @llvm.smin.i64(i64 {found}, i64 {many - 1})")
        inside = place(source, in_strides, w.times(found, numbers[13]))
        if kind == codes.PUT:
            total = w.do(f"fadd {FAST} float {w.load(inside)}, {w.load(place(out, out_strides))}")
            w.store(inside, total)
        else:
            w.store(place(out, out_strides), w.load(inside))
    return w.function(name, GIVEN)
