"""A formula of our own notation in LaTeX, to be typeset."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_SIGNS = {
    "−": "-",
    "·": r"\cdot ",
    "∞": r"\infty ",
    "Σ": r"\sum ",
    "∫": r"\int ",
    "∝": r"\propto ",
    "≥": r"\ge ",
    "≤": r"\le ",
    "≈": r"\approx ",
    "∇": r"{\nabla}",
    "∂": r"{\partial}",
    "←": r"\leftarrow ",
    "→": r"\to ",
    "‖": r"\| ",
    "⟨": r"\langle ",
    "⟩": r"\rangle ",
    "′": "'",
    "\\": r"\backslash ",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "$": r"\$",
    "*": "^{*}",
    "…": r"\dots ",
    "~": r"\sim ",
    "∈": r"\in ",
    "≠": r"\ne ",
    "∘": r"\circ ",
    "±": r"\pm ",
    "×": r"\times ",
    "½": r"\tfrac{1}{2}",
    "¼": r"\tfrac{1}{4}",
    "{": r"\{",
    "}": r"\}",
    "-": "\u2010",
}
_LITERAL = {"_": r"\_", "^": r"\text{^}", "\\": r"\backslash "}
_ACCENTS = {"\u030c": "check", "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar"}
_MARKS = "".join(_ACCENTS)
_LATIN = "A-Za-z"
_SHORT = r"as|at|by|CD|if|in|is|it|KL|ln|no|of|on|or|so|to|up"
"""Words of two letters: others are products, and so are no words."""
_WORD = rf"(?<![{_LATIN}])(?:[{_LATIN}]{{3,}}|(?:{_SHORT})(?![{_LATIN}])|(?<=[a-z] )a(?= [a-z]))"
_FUNCTIONS = re.compile(
    "arg|argmax|argmin|cos|Dec|Enc|exp|KL|ln|log|logsumexp|lse|max|mean|min|shrink|sign|sin"
    "|softargmax|softmax|softmin|Var"
)
"""Words that stand close to what they are of."""
_ATOM = r"(?:[^()\s/,]|\([^()]*\))+"
_RATIO = re.compile(rf"(?<![^\W_])(?<![\])}}{_MARKS}])\(({_ATOM})/({_ATOM})\)(?!['′^_])")
"""Such as (1/β); in f(a/b) the brackets are those of f, and in (a/b)^2 they are needed."""
_ROOT = re.compile(rf"√(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)|([^\W\d_][{_MARKS}]*))")
_PIECE = re.compile(
    rf"(?P<word>{_WORD})|(?P<letter>[^\W\d_])(?P<marks>[{_MARKS}]*)"
    r"|\\(?P<literal>[_^\\])"
    rf"|(?P<script>[_^])(?:\{{(?P<group>[^{{}}]*)\}}|(?P<one>.[{_MARKS}]*))"
    r"|(?P<gap>, ?| )|(?P<other>.)",
    re.DOTALL,
)
_RELATION = r"[=<>+-]|\\(?:approx|cdot|ge|in|le|leftarrow|ne|propto|times|to)\b ?"
_LOOSE = re.compile(rf"(?:\\[ ,])?(?P<sign>{_RELATION})(?:\\[ ,])?")
"""A sign has room of its own around it."""
_GAP = re.compile(r"(?P<before>\\mathrm\{(\w+)\})?\\ (?=(?P<behind>\\mathrm\{(\w+)\})?)")
_BRACKETS = {**dict.fromkeys("([{⟨", 1), **dict.fromkeys(")]}⟩", -1)}


@lru_cache(1024)
def to_latex(text: str) -> str:
    """The formula; words in it stand upright."""
    spelt = unicodedata.normalize("NFD", text).replace("=\u0338", "≠")
    made = r"\; ".join(map(_formula, _statements(spelt)))
    return _LOOSE.sub(r"\g<sign>", _GAP.sub(_gap, made)).strip()


def _statements(text: str) -> Iterator[str]:
    """With the commas behind them."""
    depth = start = 0
    for at, sign in enumerate(text):
        depth += _BRACKETS.get(sign, 0)
        if depth == 0 and text[at : at + 2] in (", ", "; "):
            yield text[start : at + 1]
            start = at + 2
    yield text[start:]


def _gap(gap: re.Match[str]) -> str:
    words = any(each and not _FUNCTIONS.fullmatch(each) for each in (gap[2], gap[4]))
    return f"{gap['before'] or ''}{chr(92)}{' ' if words else ','}"


def _formula(text: str) -> str:
    for pattern, make in ((_ROOT, _root), (_RATIO, _ratio)):
        if found := pattern.search(text):
            before, after = text[: found.start()], text[found.end() :]
            return f"{_formula(before)}{make(found)}{_formula(after)}"
    return "".join(map(_piece, _PIECE.finditer(text)))


def _root(found: re.Match[str]) -> str:
    under = found[1] or found[2]
    ratio = _RATIO.fullmatch(f"({under})")
    return rf"\sqrt{{{_ratio(ratio) if ratio else _formula(under)}}}"


def _ratio(found: re.Match[str]) -> str:
    return rf"\frac{{{_formula(found[1])}}}{{{_formula(found[2])}}}"


def _piece(piece: re.Match[str]) -> str:
    if piece["word"]:
        return rf"\mathrm{{{piece['word']}}}"
    if piece["letter"]:
        made = _SIGNS.get(piece["letter"], piece["letter"])
        for mark in piece["marks"]:
            made = rf"\{_ACCENTS[mark]}{{{made}}}"
        return made
    if piece["literal"]:
        return _LITERAL[piece["literal"]]
    if piece["script"]:
        inside = (piece["group"] or piece["one"]).replace("½", "1/2")
        return f"{piece['script']}{{{_formula(inside)}}}"
    if piece["gap"]:
        return piece["gap"] if "," in piece["gap"] else r"\ "
    return _SIGNS.get(piece["other"], piece["other"])
