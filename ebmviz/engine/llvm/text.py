"""Writes the lines of a function in LLVM's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

FAST = "contract nsz"
"""NaN and ∞ come out as they would from torch."""
Index = str | int


class Text:
    """In the order in which it is done. What changes on the way is kept in slots."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._slots: list[str] = []
        self._count = 0

    def function(self, name: str, given: str, result: str = "void") -> str:
        """All of it; a result is said by the last line."""
        last = ["ret void"] if result == "void" else []
        head = [f"define {result} @{name}({given}) {{", "entry:", *self._slots, "br label %begin"]
        return "\n".join((*head, "begin:", *self._lines, *last, "}"))

    def do(self, text: str) -> str:
        """The name of what it makes."""
        self._count += 1
        name = f"%t{self._count}"
        self._lines.append(f"{name} = {text}")
        return name

    def say(self, text: str) -> None:
        """What makes nothing that has a name."""
        self._lines.append(text)

    def slot(self, kind: str, value: str | None = None) -> str:
        """Room for one, which begins with this value."""
        self._count += 1
        name = f"%s{self._count}"
        self._slots.append(f"{name} = alloca {kind}, align 64")
        if value is not None:
            self.store(name, value, kind)
        return name

    def label(self) -> str:
        """A name for a place in the text."""
        self._count += 1
        return f"l{self._count}"

    def here(self, label: str) -> None:
        """This is it; whoever comes from above goes on."""
        self.say(f"br label %{label}")
        self.say(f"{label}:")

    @contextmanager
    def loop(self, end: Index, first: Index = 0, step: int = 1) -> Iterator[str]:
        """Its number, from the first to one before the end: at least once."""
        index, head, after = self.slot("i64", str(first)), self.label(), self.label()
        self.here(head)
        number = self.load(index, "i64")
        yield number
        following = self.do(f"add nuw nsw i64 {number}, {step}")
        self.store(index, following, "i64")
        more = self.do(f"icmp slt i64 {following}, {end}")
        self.say(f"br i1 {more}, label %{head}, label %{after}")
        self.say(f"{after}:")

    @contextmanager
    def where(self, truth: str) -> Iterator[None]:
        """Only where it holds."""
        yes, after = self.label(), self.label()
        self.say(f"br i1 {truth}, label %{yes}, label %{after}")
        self.say(f"{yes}:")
        yield
        self.here(after)

    def plus(self, *terms: Index) -> Index:
        """The sum of places."""
        known = sum(term for term in terms if isinstance(term, int))
        total: Index = 0
        for term in terms:
            if isinstance(term, str):
                total = term if total == 0 else self.do(f"add nsw i64 {total}, {term}")
        if isinstance(total, int):
            return known
        return self.do(f"add nsw i64 {total}, {known}") if known else total

    def times(self, index: Index, stride: Index) -> Index:
        """Their product."""
        if isinstance(index, int) and isinstance(stride, int):
            return index * stride
        if 0 in (index, stride):
            return 0
        if isinstance(index, int):
            index, stride = stride, index
        return index if stride == 1 else self.do(f"mul nsw i64 {index}, {stride}")

    def at(self, base: str, *steps: Index, kind: str = "float") -> str:
        """The pointer so many numbers on."""
        total = self.plus(*steps)
        return base if total == 0 else self.do(f"getelementptr {kind}, ptr {base}, i64 {total}")

    def load(self, place: str, kind: str = "float") -> str:
        return self.do(f"load {kind}, ptr {place}, align {_ALIGN.get(kind, 4)}")

    def store(self, place: str, value: str, kind: str = "float") -> None:
        self.say(f"store {kind} {value}, ptr {place}, align {_ALIGN.get(kind, 4)}")

    def select(self, truth: str, one: str, other: str, kind: str = "float") -> str:
        """`one` where it holds; of a vector, number by number."""
        also = "i1" if kind in ("float", "i64", "i1") else kind.replace("float", "i1")
        return self.do(f"select {also} {truth}, {kind} {one}, {kind} {other}")


_ALIGN = {"i64": 8, "double": 8, "i8": 1, "i1": 1, "ptr": 8}


def number(value: float | np.floating[Any]) -> str:
    """A float32 as LLVM writes it: the bits of the same number in float64."""
    return f"0x{int(np.float64(np.float32(value)).view(np.uint64)):016X}"


def wide(lanes: int) -> str:
    """The type of so many numbers."""
    return f"<{lanes} x float>"


def same(value: float, lanes: int) -> str:
    """A vector of the same number."""
    if value == 0:
        return "zeroinitializer"
    return f"<{', '.join([f'float {number(value)}'] * lanes)}>"
