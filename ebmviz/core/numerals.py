"""Numbers as hands write them: with a decimal point or a decimal comma.

A list is split by semicolons, or by blanks with or without a comma; there 0,5 1,5 are two numbers.
Nothing but commas split a list where no number in it can have a decimal comma. What can be read in
two ways is refused with both of them. And how many of something, as it is said.
"""

from __future__ import annotations

import re
import reprlib

from ebmviz.core.outside import clean

SEPARATOR = re.compile(r"\s*;\s*|\s*,\s+|\s+,\s*|\s+")
_SHORT = reprlib.Repr()
_SHORT.maxother = _SHORT.maxstring = _SHORT.maxlong = 60
_COMMA = re.compile(r"([+-]?\d*),(\d+(?:e[+-]?\d+)?)", re.IGNORECASE)  # 0,5 and 1,5e-3
_THOUSAND = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")


def number(text: str) -> float:
    """The number in `text`. Raises ValueError saying what is wrong with it."""
    plain = _plain(text)
    if _THOUSAND.fullmatch(plain):
        readings = f"{plain.replace(',', '.')} or {plain.replace(',', '')}"
        raise ValueError(f"{quoted(text)} can be {readings}: write one of these")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    elif match := _COMMA.fullmatch(plain):
        plain = f"{match[1]}.{match[2]}"
    try:
        return float(plain)
    except ValueError:
        raise ValueError(f"{quoted(text)} is not a number") from None


def numbers(text: str, size: int = 0) -> tuple[float, ...]:
    """The list of numbers in `text`; a reading that does not give `size` of them is none, 0 being
    any. Raises ValueError.
    """
    inside = text.strip()
    if ";" in inside:
        parts = inside.removesuffix(";").split(";")
    elif SEPARATOR.search(inside):
        parts = [part.rstrip(",") for part in SEPARATOR.split(inside) if part.strip(",")]
        _of_one_notation(text, parts)
    else:
        parts = _by_commas(text, inside, size)
    return tuple(number(part) for part in parts)


def quoted(value: object) -> str:
    """A value in an error message, shortened."""
    return f"“{clean(spelled(value), 41)}”"


def spelled(value: object) -> str:
    """A word, or the beginning of how Python writes anything else, however large that is."""
    return value if isinstance(value, str) else _SHORT.repr(value)


def _plain(text: str) -> str:
    return text.strip().replace("−", "-").replace("∞", "inf")


def _of_one_notation(text: str, parts: list[str]) -> None:
    """Refuses 0.5 1,5: is that 1.5, or 1 and 5?"""
    comma = next((part for part in parts if "," in part.strip(",")), "")
    if comma and any("." in part for part in parts):
        one, two = comma.replace(",", "."), comma.replace(",", "; ")
        raise ValueError(f"{quoted(text)}: {comma} can be {one} or {two}, write one of these")


def _by_commas(text: str, inside: str, size: int) -> list[str]:
    """The parts between commas, unless two of them can be one number."""
    parts = [part for part in inside.split(",") if part]
    if len(parts) < 2:
        return [inside.rstrip(",")] if parts else []
    decimal = "." not in inside
    joined: list[str] = []
    for part in parts:
        if decimal and joined and _COMMA.fullmatch(_plain(f"{joined[-1]},{part}")):
            joined[-1] += f".{part}"
        else:
            joined.append(part)
    if len(joined) == len(parts) or (size and not len(joined) <= size < len(parts)):
        return parts
    one, two = "; ".join(joined), "; ".join(parts)
    raise ValueError(f"{quoted(text)} can be {one} or {two}: write one of these")


def counted(count: int, one: str = "point", several: str = "") -> str:
    """3 points, 1 point, 2 branches; several: where more than an s is between them."""
    return f"{count} {one if count == 1 else several or f'{one}s'}"
