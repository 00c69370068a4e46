"""The instructions of a program as functions, each form once; and what each is called with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ebmviz.core.snapshot import Array
from ebmviz.engine.tape import codes
from ebmviz.engine.tape.fused import choices, each, products, reductions
from ebmviz.engine.tape.fused.operations import FUNCTIONS

_DECLARED = """
declare i64 @llvm.smax.i64(i64, i64)
declare i64 @llvm.smin.i64(i64, i64)
"""


class _Kind(NamedTuple):
    """places: which of its numbers are those of arrays and values. write: its function, of a name,
    the kind, and the numbers without those.
    """

    places: Callable[[Array], list[int]]
    write: Callable[[str, int, Array], str]


_KINDS = {
    codes.EACH: _Kind(each.places, each.function),
    codes.REDUCE: _Kind(lambda _: list(reductions.PLACES), reductions.function),
    codes.PRODUCT: _Kind(lambda _: list(products.PLACES), products.function),
    codes.TAKE: _Kind(lambda _: list(choices.PLACES), choices.function),
    codes.PUT: _Kind(lambda _: list(choices.PLACES), choices.function),
}


class Form(NamedTuple):
    """What is the same of programs that only have their arrays elsewhere. bodies: the numbers of
    each function, its kind first. calls: for each instruction its function, and where its places
    begin among `places`.
    """

    bodies: tuple[bytes, ...]
    calls: Array
    places: Array


def name(body: bytes) -> str:
    """Of its function, the same in every program."""
    return f"f{hashlib.sha256(body).hexdigest()[:32]}"


def text(body: bytes) -> str:
    """Its function, in LLVM's language."""
    numbers = np.frombuffer(body, np.int64)
    kind = int(numbers[0])
    written = _KINDS[kind].write(name(body), kind, numbers[1:])
    beside = FUNCTIONS if kind == codes.EACH else _DECLARED
    return "\n".join((beside, written, each.LOOPS))


def form(code: Array) -> Form:
    """Of all instructions."""
    bodies: dict[bytes, int] = {}
    calls: list[tuple[int, int]] = []
    places: list[int] = []
    at = 0
    while at < len(code):
        kind, size = int(code[at]), int(code[at + 1])
        body = code[at + 2 : at + size].copy()
        which = _KINDS[kind].places(body)
        first = len(places)
        places += body[which].tolist()
        body[which] = 0
        key = b"".join((np.int64(kind).tobytes(), body.tobytes()))
        calls.append((bodies.setdefault(key, len(bodies)), first))
        at += size
    return Form(
        tuple(bodies),
        np.asarray(calls, np.int64).reshape(-1, 2),
        np.asarray(places or [0], np.int64),
    )
