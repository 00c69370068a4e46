"""A formula of our own notation in LaTeX, to be typeset."""

from __future__ import annotations

import re
import unicodedata

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
    "∇": r"\nabla ",
    "∂": r"\partial ",
    "←": r"\leftarrow ",
    "→": r"\to ",
    "‖": r"\| ",
    "⟨": r"\langle ",
    "⟩": r"\rangle ",
    "′": "'",
    "%": r"\%",
    "…": r"\dots ",
    "~": r"\sim ",
    "-": "\u2010",
}
_ACCENTS = {"\u030c": "check", "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar"}
_MARKS = "".join(_ACCENTS)
_ROOT = re.compile(r"√\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_PIECE = re.compile(
    rf"(?P<words>(?!d[a-z]\b)[A-Za-z]{{2,}}(?: (?:(?!d[a-z]\b)[A-Za-z]{{2,}}|a(?= )))*)"
    rf"|(?P<letter>[^\W\d_])(?P<marks>[{_MARKS}]*)"
    r"|(?P<script>[_^])(?:\{(?P<group>[^{}]*)\}|(?P<one>.))"
    r"|(?P<gap>, ?| )|(?P<other>.)",
    re.DOTALL,
)


_RELATION = r"[=<>+-]|\\(?:cdot|propto|ge|le|approx|leftarrow|to|sim)\b ?"
_LOOSE = re.compile(rf"(?:\\ )?(?P<sign>{_RELATION})(?:\\ )?")
"""A sign has room of its own around it."""


def to_latex(text: str) -> str:
    """The formula; words in it stand upright."""
    made = _formula(unicodedata.normalize("NFD", text))
    return _LOOSE.sub(r"\g<sign>", made).strip()


def _formula(text: str) -> str:
    root = _ROOT.search(text)
    if root:
        inside = rf"\sqrt{{{_formula(root[1])}}}"
        return f"{_formula(text[: root.start()])}{inside}{_formula(text[root.end() :])}"
    return "".join(map(_piece, _PIECE.finditer(text)))


def _piece(piece: re.Match[str]) -> str:
    if piece["words"]:
        return rf"\mathrm{{{piece['words'].replace(' ', chr(92) + ' ')}}}"
    if piece["letter"]:
        made = _SIGNS.get(piece["letter"], piece["letter"])
        for mark in piece["marks"]:
            made = rf"\{_ACCENTS[mark]}{{{made}}}"
        return made
    if piece["script"]:
        return f"{piece['script']}{{{_formula(piece['group'] or piece['one'])}}}"
    if piece["gap"]:
        return piece["gap"] if "," in piece["gap"] else r"\ "
    return _SIGNS.get(piece["other"], piece["other"])
