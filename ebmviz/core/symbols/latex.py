"""Symbols in a formula in LaTeX, by the names that they have in our own notation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ebmviz.core.symbols.written import GREEK, Symbol, indexed, named

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau"
    " upsilon phi chi psi omega varepsilon varphi ell"
)
COMMANDS = dict(zip(_NAMES.split(), "αβγδεζηθικλμνξπρστυφχψωεφℓ", strict=True))
"""Letters, by theirs."""
ACCENTS = {"check": "\u030c", "hat": "\u0302", "tilde": "\u0303", "bar": "\u0304"}
"""What stands on a letter, by its command."""
_TOKEN = re.compile(
    r"(?P<set>\|[A-Z]\|)"
    r"|\\(?P<accent>check|hat|tilde|bar)\s*(?:\{(?P<one>[A-Za-z])\}|(?P<bare>[A-Za-z]))"
    r"|\\(?:text|mathrm|operatorname)\s*\{[^{}]*\}"
    r"|\\(?P<command>[A-Za-z]+)|\\."
    r"|(?P<run>[A-Za-z]+)|(?P<script>[_^])\s*|(?P<other>.)",
    re.DOTALL,
)
_WORD = 3
"""So many letters side by side are a word, fewer a product."""


@lru_cache(1024)
def symbols(latex: str) -> tuple[Symbol, ...]:
    """All of them, in order. What lowers another letter is one only where it is Greek."""
    return tuple(_found(latex))


def tinted(latex: str, colours: tuple[str, ...]) -> str:
    """The formula with each symbol in a colour of its own."""
    made, at = "", 0
    for each, colour in zip(symbols(latex), colours, strict=True):
        made += latex[at : each.start]
        made += rf"{{\color{{{colour}}}{latex[each.start : each.end]}}}"
        at = each.end
    return made + latex[at:]


def _found(latex: str) -> Iterator[Symbol]:
    low: list[bool] = []  # of the braces that are open, whether they lower
    lowers = False  # what comes next, without braces
    for token in _TOKEN.finditer(latex):
        below = lowers or any(low)
        if token["script"]:
            lowers = token["script"] == "_"
            continue
        if token["other"] == "{":
            low.append(lowers)
        elif token["other"] == "}" and low:
            low.pop()
        lowers = False
        yield from _of(latex, token, below)


def _of(latex: str, token: re.Match[str], below: bool) -> Iterator[Symbol]:
    start, end = token.span()
    if token["command"] in COMMANDS:
        yield _symbol(latex, start, end, COMMANDS[token["command"]])
    elif token["other"] and GREEK.match(token["other"]):
        yield _symbol(latex, start, end, token["other"])
    elif below:
        return
    elif token["set"]:
        yield Symbol(start, end, named(token["set"]))
    elif token["accent"]:
        letter = token["one"] or token["bare"]
        yield _symbol(latex, start, end, letter + ACCENTS[token["accent"]])
    elif token["run"] and len(token["run"]) < _WORD:
        for k, letter in enumerate(token["run"]):
            if not (letter == "d" and len(token["run"]) == 2 and k == 0):  # of an integral
                last = k == len(token["run"]) - 1
                at = start + k
                yield _symbol(latex, at, end if last else at + 1, letter, last)


def _symbol(latex: str, start: int, end: int, name: str, last: bool = True) -> Symbol:
    """With its primes."""
    primes = re.match("'+", latex[end:]) if last else None
    if primes:
        end += len(primes[0])
        name += "′" * len(primes[0])
    return Symbol(start, end, indexed(name, latex, end))
