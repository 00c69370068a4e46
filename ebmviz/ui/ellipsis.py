"""A text made shorter without lying: whole words go, never a part of a number."""

from __future__ import annotations

from collections.abc import Callable

DOTS = "…"
_LOOSE = " .,;:·(=+−/"


def shortened(text: str, fits: Callable[[str], bool]) -> str:
    """The text, else as many of its first words as fit and an ellipsis, else that alone.

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
    return _ended(words[:least]) if least or fits(DOTS) else ""


def first_that_fits(texts: tuple[str, ...], fits: Callable[[str], bool]) -> str:
    """The first of several ways to say it that fits, else the last one made shorter."""
    return next((text for text in texts if fits(text)), "") or shortened(texts[-1], fits)


def _ended(words: list[str]) -> str:
    kept = " ".join(words).rstrip(_LOOSE)
    return f"{kept} {DOTS}" if kept else DOTS
