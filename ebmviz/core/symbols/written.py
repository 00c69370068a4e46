"""Symbols in a text of `core.markup`'s notation: single letters with what stands on them, and what
a part of the window says that it stands for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ebmviz.core import markup
from ebmviz.core.language.said import said
from ebmviz.core.markup import Html

Names = frozenset[str]
"""Of a symbol: `z`, and `z_k` where it has an index. Two that share one are the same."""
NONE: Names = frozenset()

_MARKS = "\u0300-\u036f"
_LETTER = rf"[^\W\d_{_MARKS}][{_MARKS}]*"
_PIECE = re.compile(rf"\|[A-Z]\||_\{{[^{{}}]*\}}|_.|(?:{_LETTER})+′*")
_ONE = re.compile(_LETTER)
GREEK = re.compile(r"[α-ωϵϑϕ]")
_NUMBER = re.compile(r"(?<![_{\d])\d+")
INDEX = re.compile(r"_(?:\{(\w{1,3})\}|(\w))")
_BEGIN, _END = "\ue000", "\ue001"  # private letters
_WORDS = frozenset("aAI")
"""Letters that are words of English."""


class Symbol(NamedTuple):
    """Where it stands in the text, and its names."""

    start: int
    end: int
    names: Names


def named(symbol: str) -> Names:
    """The name of a symbol as it is declared: that of a parameter, of a curve."""
    return frozenset({normal(symbol)}) if symbol else NONE


def normal(symbol: str) -> str:
    """The same letters, however accents were typed."""
    return unicodedata.normalize("NFC", symbol)


def symbols(text: str) -> tuple[Symbol, ...]:
    """All of them, in order. A run of Latin letters is a word; what lowers another letter is one
    only where it is Greek: F_β depends on β, z_k is a z.
    """
    return _known(_NUMBER.sub(_zeros, text))


def _zeros(number: re.Match[str]) -> str:
    """As long: while a slider is dragged, numbers in a text are all that changes."""
    return "0" * len(number[0])


@lru_cache(1024)
def _known(text: str) -> tuple[Symbol, ...]:
    return tuple(_found(text))


def first(text: str) -> Names:
    """The symbol that a label is of: “ž of 48 z” of ž."""
    return next((each.names for each in symbols(text)), NONE)


def to_html(text: str, lit: Names, style: str) -> Html:
    """For Qt's rich text, the symbols that share a name in a style of their own; in the
    language of the program.
    """
    text = said(text)
    marked, at = "", 0
    for start, end, names in symbols(text):
        if names & lit:
            start -= text[start - 1 : start] in ("_", "^")  # or it would be lowered no more
            marked += f"{text[at:start]}{_BEGIN}{text[start:end]}{_END}"
            at = end
    made = markup.to_html(marked + text[at:])
    return Html(made.replace(_BEGIN, f"<span style='{style}'>").replace(_END, "</span>"))


def _found(text: str) -> Iterator[Symbol]:
    for piece in _PIECE.finditer(text):
        start, said = piece.start(), piece[0]
        if said.startswith("|"):
            yield Symbol(start, piece.end(), named(said))
        elif said.startswith("_"):
            for letter in GREEK.finditer(said):
                yield Symbol(start + letter.start(), start + letter.end(), named(letter[0]))
        else:
            yield from _in_run(text, start, said)


def _in_run(text: str, start: int, said: str) -> Iterator[Symbol]:
    """Letters side by side: a Greek one stands for itself, of Latin ones one that is alone."""
    letters = list(_ONE.finditer(said))
    for i, letter in enumerate(letters):
        greek = bool(GREEK.match(letter[0]))
        beside = (letters[k][0] for k in (i - 1, i + 1) if 0 <= k < len(letters))
        alone = greek or all(GREEK.match(each) for each in beside)
        last = i == len(letters) - 1
        end = start + (len(said) if last else letter.end())
        word = letter[0] in _WORDS and len(letters) == 1 and not said.endswith("′")
        if alone and not word:
            at = start + letter.start()
            yield Symbol(at, end, indexed(text[at:end], text, end))


def indexed(own: str, text: str, end: int) -> Names:
    """The names of a symbol by what follows it: z_k is a z, k_B is no k."""
    index = INDEX.match(text, end)
    if not index:
        return named(own)
    lower = index[1] or index[2]
    whole = named(f"{own}_{lower}")
    return whole if lower.isupper() else named(own) | whole
