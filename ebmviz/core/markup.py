r"""One small notation for labels: `F_β(y)`, `y_1`, `10^{−1}`, `F_{∞}`.

`_x` lowers and `^x` raises the next character or the braced group; `\_` and `\^` are the signs
themselves. Words from outside are none of it: `quoted` has them shown as they are.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache

from ebmviz.core.language.said import said
from ebmviz.core.outside import clean, short

_SCRIPT = re.compile(r"\\([_^\\])|([_^])(?:\{([^{}]*)\}|(.))")
_SIGN = re.compile(r"[_^\\]")
_TAGS = {"": "{}", "_": "<sub>{}</sub>", "^": "<sup>{}</sup>"}
# Unicode's own scripts; letters that have none keep the sign.
_HIGH = str.maketrans("0123456789+−-=()niTβ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵀᵝ")
_LOW = str.maketrans("0123456789+−-=()aeoxhklmnpstijruvβ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥᵦ")
_SCRIPTS = {"_": _LOW, "^": _HIGH}


class Html(str):
    """Rich text of our own making, all words in it escaped."""


def to_html(text: str) -> Html:
    """For Qt's rich text, in the language of the program."""
    return _html(said(text))


@lru_cache(4096)  # the words of a window are asked for again whenever one is laid out
def _html(text: str) -> Html:
    pieces = ((_TAGS[sign], html.escape(piece, quote=False)) for sign, piece in cut(text))
    return Html("".join(tag.format(piece) for tag, piece in pieces))


def escaped(text: str) -> Html:
    """Plain words as rich text that shows them as they are, in the language of the program."""
    return Html("<br>".join(html.escape(clean(line, 4000)) for line in said(text).splitlines()))


def quoted(text: str, limit: int = 80) -> str:
    """Words from outside in our notation: on one short line, letter for letter."""
    return _SIGN.sub(r"\\\g<0>", short(text, limit))


def to_plain(text: str) -> str:
    """For places without markup, such as a terminal or a tooltip: 10⁻¹, y₁, E_C, e^(2x); in the
    language of the program.
    """
    return _plain(said(text))


@lru_cache(4096)
def _plain(text: str) -> str:
    return "".join(_script(sign, piece) if sign else piece for sign, piece in cut(text))


def to_mathtext(text: str) -> str:
    """For matplotlib: scripts as mathtext, everything else left as it is; in the language of the
    program.
    """
    return "".join(
        rf"$\mathdefault{{{sign}{{{piece}}}}}$" if sign else piece.replace("$", r"\$")
        for sign, piece in cut(said(text))
    )


def _script(sign: str, piece: str) -> str:
    """`piece` raised or lowered, where Unicode has all of its letters; x² must not become x2."""
    table = _SCRIPTS[sign]
    if all(ord(letter) in table for letter in piece):
        return piece.translate(table)
    whole = len(piece) == 1 or (sign == "_" and piece.isalnum())
    return f"{sign}{piece}" if whole else f"{sign}({piece})"


def cut(text: str) -> Iterator[tuple[str, str]]:
    """(sign, piece): sign is `_` or `^` for a script, empty for plain text."""
    end = 0
    for match in _SCRIPT.finditer(text):
        yield "", text[end : match.start()]
        literal, sign, group, letter = match.groups()
        yield sign or "", literal or (group if group is not None else letter)
        end = match.end()
    yield "", text[end:]
