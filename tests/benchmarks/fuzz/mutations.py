"""What may be done to a file: to its bytes, to a text, to a value of JSON or MessagePack."""

from __future__ import annotations

import struct
from collections.abc import Callable
from random import Random
from typing import Any

HTML = '<img src="http://x.invalid/a.png"><a href="file:///etc/passwd">b</a><script>x</script>&lt;'
TURNED = "\u202egnp.exe\u2066\u200f"
WORDS = (
    *(
        HTML,
        TURNED,
        "\x00",
        "\x1b[31m",
        "\ud7ff\U0010ffff",
        "e\u0301" * 40,
        "\u2028\u2029",
        "",
        " ",
    ),
    *(
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\con",
        "file:///etc/passwd",
        "%n%s{0.__class__}",
        "${x}",
    ),
    *("__import__('os').system('x')", "a" * 300, "[x](http://x.invalid)", "![x](/dev/zero)", "“”"),
    *(
        "$\\frac{1}{2}$",
        "$" + "{" * 30 + "$",
        "**" * 50,
        "`" * 9,
        "&a;",
        "<!DOCTYPE x>",
        "=cmd|'x'!A",
    ),
)
NUMBERS = (
    *(0, 1, -1, 2, 255, 256, 2**31 - 1, 2**31, -(2**31), 2**53, 2**63 - 1, 2**63, -(2**63), 2**64),
    *(10**18, 10**40, -(10**40), 1e308, -1e308, 5e-324, 1e300, 0.1, -0.0, 1e-9, 4096, 100_000),
)
SPELLED = (
    *("nan", "inf", "-inf", "1e999", "-1e999", "9" * 400, "0" * 300 + "1", "1e-999", "0x10", "1_0"),
    *("١٢", "1,5", "1.000,5", "1e5e5", "--1", "+", ".", "1/0", "9**9**9", "(1).__class__", "²"),
    *("9" * 5000, "1..9999999999", "1..12", "a=b=c", ";;;", ",,,", "#N/A", '"', "''", "\\"),
)
_INTS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)
_LONG = (40, 500, 3000, 20_000)
_NEST = (dict, list, tuple)
_MOST = 24_000_000  # letters of a value: above all that is read, and still soon written

Way = Callable[[Random, bytes], bytes]


def _spot(dice: Random, data: bytes) -> int:
    return dice.randrange(len(data)) if data else 0


def _flipped(dice: Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 4, 16))):
        if out:
            out[_spot(dice, data)] ^= 1 << dice.randrange(8)
    return bytes(out)


def _written(dice: Random, data: bytes) -> bytes:
    at, size = _spot(dice, data), dice.choice((1, 2, 4, 8))
    number = dice.choice(_INTS) & ((1 << 8 * size) - 1)
    return data[:at] + number.to_bytes(size, dice.choice(("big", "little"))) + data[at + size :]


def _cut(dice: Random, data: bytes) -> bytes:
    return data[: _spot(dice, data)]


def _taken_out(dice: Random, data: bytes) -> bytes:
    at = _spot(dice, data)
    return data[:at] + data[at + dice.choice((1, 1, 2, 8, 100)) :]


def _put_in(dice: Random, data: bytes) -> bytes:
    at = _spot(dice, data)
    junk = dice.choice(
        (b"\0", b"\xff\xff", dice.randbytes(8), said(dice).encode("utf-8", "replace"))
    )
    return data[:at] + junk + data[at:]


def _twice(dice: Random, data: bytes) -> bytes:
    at = _spot(dice, data)
    part = data[at : at + dice.choice((1, 4, 30, 400))]
    times = min(dice.choice((1, 2, 50, 2000)), max(1, 200_000 // max(1, len(part))))
    return data[:at] + part * times + data[at:]


def _moved(dice: Random, data: bytes) -> bytes:
    at, to, size = _spot(dice, data), _spot(dice, data), dice.choice((1, 4, 30, 400))
    part = data[at : at + size]
    rest = data[:at] + data[at + size :]
    return rest[:to] + part + rest[to:]


_WAYS: tuple[Way, ...] = (_flipped, _flipped, _written, _cut, _taken_out, _put_in, _twice, _moved)


def of_bytes(dice: Random, data: bytes, other: bytes = b"") -> bytes:
    """Other bytes, in one to three ways; some of another file's among them."""
    if other and dice.random() < 0.1:
        at, begins = _spot(dice, data), _spot(dice, other)
        data = data[:at] + other[begins:]
    for _ in range(dice.choice((1, 1, 2, 3))):
        data = dice.choice(_WAYS)(dice, data)
    return data


def said(dice: Random) -> str:
    """A text that somebody hopes to be taken for something else."""
    kind = dice.randrange(10)
    if kind < 5:
        return dice.choice(WORDS)
    if kind < 7:
        return dice.choice(SPELLED)
    if kind < 9:
        return dice.choice("ab([{$*_`\"'#|~>+-. \t<&\\/^0,;=") * dice.choice(_LONG)
    return "".join(
        chr(dice.choice((dice.randrange(32, 127), dice.randrange(0xD800)))) for _ in "abcdef"
    )


def of_text(dice: Random, text: str, marks: str = "") -> str:
    """Another text: parts of it gone, repeated, exchanged, or what `said` says put in. marks: signs
    that mean something there.
    """
    for _ in range(dice.choice((1, 1, 2, 3))):
        at = dice.randrange(len(text) + 1)
        end = at + dice.choice((0, 0, 1, 5, 60))
        put_in = said(dice)
        if marks and dice.random() < 0.5:
            some = "".join(dice.choice(marks) for _ in range(dice.choice((1, 2, 3))))
            put_in = some * dice.choice((1, 1, 2, 40, 3000))
        if dice.random() < 0.2:
            put_in = text[dice.randrange(len(text) + 1) :][: dice.choice((4, 40, 400))]
        text = text[:at] + put_in + text[end:]
    return text


def value(dice: Random, depth: int = 0) -> Any:
    """Any value, most of them wrong."""
    found = _value(dice, depth)
    while not depth and letters(found) > _MOST:
        found = _value(dice, depth)
    return found


def _value(dice: Random, depth: int) -> Any:
    kind = dice.randrange(8 - 3 * (depth > 1))
    if kind == 0:
        return dice.choice((None, True, False, [], {}, [[]], {"": ""}))
    if kind == 1:
        return dice.choice(NUMBERS)
    if kind == 2:
        return dice.choice((float("inf"), float("-inf"), float("nan")))
    if kind in (3, 4):
        return said(dice)
    if kind == 5:
        return nested(dice.choice((3, 60, 500)))
    if kind == 6:
        return {said(dice)[:80]: value(dice, depth + 1)}
    return [value(dice, depth + 1)] * dice.choice((1, 2, 4, 65, 500) if depth else (1, 4, 65, 3000))


def nested(depth: int) -> Any:
    """Lists, or tables, so deep within each other."""
    inner: Any = 0
    for level in range(depth):
        inner = [inner] if level % 2 else {"a": inner}
    return inner


def of_value(dice: Random, whole: Any) -> Any:
    """Another value: somewhere in it a part is exchanged, gone, added or renamed."""
    for _ in range(dice.choice((1, 1, 2))):
        other = _changed(dice, whole)
        while letters(other) > _MOST:
            other = _changed(dice, whole)
        whole = other
    return whole


def letters(whole: Any) -> int:
    """About how many letters a value takes as text; its parts may be the same ones many times."""
    known: dict[int, int] = {}
    waiting = [whole] if isinstance(whole, _NEST) else []
    while waiting:
        node = waiting[-1]
        parts = [*node, *node.values()] if isinstance(node, dict) else node
        new = {id(p): p for p in parts if isinstance(p, _NEST) and id(p) not in known}
        if new:
            waiting.extend(new.values())
        else:
            waiting.pop()
            known[id(node)] = 2 + sum(2 + (known.get(id(p)) or len(str(p))) for p in parts)
    return known.get(id(whole)) or len(str(whole))


def _changed(dice: Random, node: Any) -> Any:
    if isinstance(node, dict) and node and dice.random() < 0.85:
        key = dice.choice(list(node))
        way = dice.randrange(12)
        out = dict(node)
        if way == 0:
            del out[key]
        elif way == 1:
            out[said(dice)[:100]] = value(dice)
        elif way == 2:
            out[said(dice)[:100]] = out.pop(key)
        elif way == 3:
            out[key] = node[dice.choice(list(node))]
        else:
            out[key] = _changed(dice, node[key])
        return out
    if isinstance(node, list | tuple) and node and dice.random() < 0.85:
        at, way = dice.randrange(len(node)), dice.randrange(8)
        out_ = list(node)
        if way == 0:
            del out_[at]
        elif way == 1:
            out_ *= dice.choice((2, 40))
        else:
            out_[at] = _changed(dice, out_[at])
        return out_
    if isinstance(node, str) and dice.random() < 0.5:
        return of_text(dice, node)
    return value(dice)


def packed_number(dice: Random, form: str) -> bytes:
    """A number as bytes, of those that overflow."""
    size = struct.calcsize(form)
    return (dice.choice(_INTS) & ((1 << 8 * size) - 1)).to_bytes(
        size, "big" if form[0] == ">" else "little"
    )
