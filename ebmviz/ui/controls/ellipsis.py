"""A text made shorter without lying: whole words go, and letters of the only one that is left, but
never a part of a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable

DOTS = "…"
_LOOSE = " .,;:·(=+−/"
_PARTED = re.compile(r"\s*·\s|;\s|(?<!\bal)\.\s(?=[A-ZΑ-Ω\d])")
_LETTERS = 3  # fewer tell nothing


def shortened(text: str, fits: Callable[[str], bool]) -> str:
    """The text, else as many of its first words as fit and an ellipsis, else as many letters of
    the first, where it has no digit, else the ellipsis alone.

    Words end at common spaces: a no-break space holds a number together.
    """
    if fits(text):
        return text
    words = text.split(" ")
    least, most = 0, len(words) - 1  # the number of words that fit is searched by halves
    while least < most:
        middle = (least + most + 1) // 2
        if fits(_ended(words[:middle])):
            least = middle
        else:
            most = middle - 1
    if least:
        return _ended(words[:least])
    return _begun(words[0], fits) or (DOTS if fits(DOTS) else "")


def first_that_fits(texts: tuple[str, ...], fits: Callable[[str], bool]) -> str:
    """The first of several ways to say it that fits, else the last one made shorter."""
    return next((text for text in texts if fits(text)), "") or shortened(texts[-1], fits)


def beginnings(text: str) -> tuple[str, ...]:
    """The text, and its beginnings of whole sentences, or of whole parts before " · " or ";": the
    longest first. Half a sentence may say something else than the whole one.
    """
    ends = [found.start() for found in _PARTED.finditer(text)]
    return (text, *(text[:end] for end in reversed(ends)))


def _begun(word: str, fits: Callable[[str], bool]) -> str:
    """The first letters of a word, as many as fit; "" for a number, or if they are too few."""
    word = word.rstrip(_LOOSE)
    if not re.sub("[-’]", "", word).isalpha():
        return ""
    ends = range(len(word) - 1, _LETTERS - 1, -1)
    return next((cut for n in ends if fits(cut := word[:n] + DOTS)), "")


def _ended(words: list[str]) -> str:
    kept = " ".join(words).rstrip(_LOOSE)
    return f"{kept} {DOTS}" if kept else DOTS
