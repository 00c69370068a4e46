"""Numbers on the command line."""

from __future__ import annotations

import argparse
import math
import re

from ebmviz.core import numerals


def count(text: str) -> int:
    """A whole number from 0."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number") from None
    if not 0 <= number <= 10**9:
        raise argparse.ArgumentTypeError(f"{number} is outside 0 … 10⁹")
    return number


def point(text: str) -> tuple[float, float]:
    """`y1,y2`, finite."""
    try:
        y1, y2 = numerals.numbers(text, 2)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a point y1,y2") from None
    if not (abs(y1) <= 1e13 and abs(y2) <= 1e13):
        raise argparse.ArgumentTypeError(f"“{text}” is not a finite point")
    return y1, y2


def beta(text: str) -> float:
    """β in [0, ∞]."""
    try:
        number = numerals.number(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a β: a number from 0, or inf") from None
    if math.isnan(number) or number < 0:
        raise argparse.ArgumentTypeError(f"“{text}” is not a β: a number from 0, or inf")
    return number


def size(text: str) -> tuple[int, int]:
    """`WIDTHxHEIGHT` in pixels."""
    match = re.fullmatch(r"(\d{2,5})[xX×](\d{2,5})", text.strip())
    if not match or not all(320 <= int(n) <= 8192 for n in match.groups()):
        raise argparse.ArgumentTypeError(f"“{text}” is not a size such as 1600x1000 (320 … 8192)")
    return int(match[1]), int(match[2])
