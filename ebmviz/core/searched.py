"""Letters that are found in a text and in its formulas, however scripts and accents are written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

_SIGNS = frozenset("_^{}")


class Hit(NamedTuple):
    """From the first place to behind the last."""

    start: int
    end: int


def hits(parts: Iterable[tuple[int, int, str]], wanted: str) -> list[Hit]:
    """All of them, none within another. parts: from where, to where, and what is said there; what
    is said of one place is found as a whole.
    """
    letters, places = "", list[Hit]()
    for start, end, said in parts:
        whole = end - start != len(said)
        for number, letter in enumerate(said):
            plain = _plain(letter)
            letters += plain
            own = Hit(start, end) if whole else Hit(start + number, start + number + 1)
            places += [own] * len(plain)
    sought, found, at = _plain(wanted.strip()), list[Hit](), 0
    while sought and (at := letters.find(sought, at)) >= 0:
        found.append(Hit(places[at].start, places[at + len(sought) - 1].end))
        at += len(sought)
    return found


def _plain(said: str) -> str:
    """Folded, with scripts on the line: β² is found by β2, and Fᵦ by F_β."""
    folded = unicodedata.normalize("NFKD", said).casefold()
    return "".join(each for each in folded if each not in _SIGNS).replace("\u2212", "-")
