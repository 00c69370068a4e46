"""The function that runs many steps, whatever their instructions are."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ebmviz.engine.llvm.text import Text, number

NAME = "steps"
_POINTERS = (
    *("mem", "values", "places", "pack", "calls", "data", "order", "given", "pieces", "moves"),
    *("found", "wanted", "kept"),
)
_COUNTS = ("calls_n", "width", "steps", "batch", "rows", "given_n", "pieces_n", "moves_n", "value")
GIVEN = ", ".join((*(f"ptr %{each}" for each in _POINTERS), *(f"i64 %{each}" for each in _COUNTS)))
KIND: Any = ctypes.CFUNCTYPE(
    ctypes.c_int64,
    *[ctypes.c_void_p] * len(_POINTERS),
    *[ctypes.c_int64] * len(_COUNTS),
    ctypes.c_double,
)


def written() -> str:
    """i64 steps(…): how many of `steps` were sound.

    calls (calls_n, 2): an instruction's function, and where its places begin among `places`. data
    (N, width), order (steps, batch): whose rows go to `rows`; given (steps, given_n), pieces
    (pieces_n, 3) of it: to, at, count. moves (moves_n, 5) after each step: from, to, count, whether
    they are kept, whether they have to be finite. value: the place of what goes to found (steps,),
    and ends it where it is beyond the limit. wanted (steps,) bytes: whether its numbers go to the
    next row of `kept`.
    """
    w = Text()
    kept = w.slot("ptr", "%kept")
    with w.loop("%steps") as step:
        _take_rows(w, step)
        _take_given(w, step)
        with _each(w, "%calls_n") as call:
            pair = w.at("%calls", w.times(call, 2), kind="i64")
            own = w.at("%places", w.load(w.at(pair, 1, kind="i64"), "i64"), kind="i64")
            function = w.do(f"inttoptr i64 {w.load(pair, 'i64')} to ptr")
            w.say(f"call void {function}(ptr %mem, ptr %values, ptr {own}, ptr %pack)")
        value = w.load(w.at("%mem", "%value"))
        w.store(w.at("%found", step), value)
        size = w.do(f"call float @llvm.fabs.f32(float {value})")
        size = w.do(f"fpext float {size} to double")
        _or_end(w, w.do(f"fcmp ole double {size}, %limit"), step)
        _or_end(w, _finite(w), step)
        _move(w, step, kept)
    w.say("ret i64 %steps")
    return w.function(NAME, f"{GIVEN}, double %limit", "i64")


@contextmanager
def _each(w: Text, count: str) -> Iterator[str]:
    """Each of a number that may be none."""
    with w.where(w.do(f"icmp sgt i64 {count}, 0")), w.loop(count) as one:
        yield one


def _or_end(w: Text, truth: str, step: str) -> None:
    """It holds, or this step is none."""
    yes, no = w.label(), w.label()
    w.say(f"br i1 {truth}, label %{yes}, label %{no}")
    w.say(f"{no}:")
    w.say(f"ret i64 {step}")
    w.say(f"{yes}:")


def _take_rows(w: Text, step: str) -> None:
    with _each(w, "%batch") as i, _each(w, "%width") as d:
        place = w.at("%order", w.times(step, "%batch"), i, kind="i64")
        row = w.times(w.load(place, "i64"), "%width")
        to = w.at("%mem", "%rows", w.times(i, "%width"), d)
        w.store(to, w.load(w.at("%data", row, d)))


def _take_given(w: Text, step: str) -> None:
    with _each(w, "%pieces_n") as one:
        line = w.at("%pieces", w.times(one, 3), kind="i64")
        to, at, count = (w.load(w.at(line, i, kind="i64"), "i64") for i in range(3))
        first = w.times(step, "%given_n")
        with _each(w, count) as j:
            w.store(w.at("%mem", to, j), w.load(w.at("%given", first, at, j)))


def _finite(w: Text) -> str:
    """Whether all are that have to be: v − v is 0, or NaN."""
    total = w.slot("float", number(0.0))
    with _each(w, "%moves_n") as one:
        line = w.at("%moves", w.times(one, 5), kind="i64")
        out, count, must = (w.load(w.at(line, i, kind="i64"), "i64") for i in (0, 2, 4))
        with w.where(w.do(f"icmp ne i64 {must}, 0")), _each(w, count) as j:
            value = w.load(w.at("%mem", out, j))
            none = w.do(f"fsub float {value}, {value}")
            w.store(total, w.do(f"fadd reassoc float {w.load(total)}, {none}"))
    return w.do(f"fcmp oeq float {w.load(total)}, {number(0.0)}")


def _move(w: Text, step: str, kept: str) -> None:
    want = w.do(f"icmp ne i8 {w.load(w.at('%wanted', step, kind='i8'), 'i8')}, 0")
    with _each(w, "%moves_n") as one:
        line = w.at("%moves", w.times(one, 5), kind="i64")
        out, to, count, keep = (w.load(w.at(line, i, kind="i64"), "i64") for i in range(4))
        with _each(w, count) as j:
            w.store(w.at("%mem", to, j), w.load(w.at("%mem", out, j)))
        also = w.do(f"icmp ne i64 {keep}, 0")
        with w.where(w.do(f"and i1 {want}, {also}")):
            row = w.load(kept, "ptr")
            with _each(w, count) as j:
                w.store(w.at(row, j), w.load(w.at("%mem", out, j)))
            w.store(kept, w.at(row, count), "ptr")
