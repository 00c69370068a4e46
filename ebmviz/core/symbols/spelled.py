"""A formula in LaTeX as plain letters, for the row of a list or a tooltip: ∂F/∂w, y̌, e^(−βE)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ebmviz.core import markup
from ebmviz.core.symbols.latex import ACCENTS, COMMANDS

_NAMES = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
_LETTERS = COMMANDS | dict(zip(_NAMES.split(), "ΓΔΘΛΞΠΣΦΨΩ", strict=True))
_TIGHT = {
    "|": "‖", "Vert": "‖", "partial": "∂", "nabla": "∇", "int": "∫", "sum": "∑", "prod": "∏",
    "langle": "⟨", "left": "", "right": "", "!": "",
}  # fmt: skip
"""What stands close to that which follows."""
_SIGNS = {
    "infty": "∞", "rangle": "⟩", "leftarrow": "←", "to": "→", "rightarrow": "→", "Rightarrow": "⇒",
    "mapsto": "↦", "pm": "±", "cdot": "·", "times": "×", "propto": "∝", "le": "≤", "leq": "≤",
    "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "sim": "∼", "equiv": "≡",
    "in": "∈", "forall": "∀", "mid": "|", "prime": "′", "ldots": "…", "dots": "…", "cdots": "⋯",
    "circ": "∘", "backslash": "∖", ",": " ", ";": " ", ":": " ", " ": " ", "quad": " ",
    "qquad": " ", "\\": " ",
}  # fmt: skip
_PLAIN = {"-": "−", "'": "′", "~": " "}
_DEEPEST = 60  # of what stands within each other
_BRACES = "{}^_$"
_RATIOS = "frac", "tfrac", "dfrac"
_WORDS = re.compile(r"text\w*|math\w+|operatorname|boldsymbol")
_TOKEN = re.compile(r"\\([A-Za-z]+|.)(\s*)|(\s+)|(.)", re.DOTALL)
_SPACES = re.compile(r"\s+")
_ONE = re.compile(r"[∂∇Δ]?(?:\d[\d.]*|[^\W\d_][\u0300-\u036f]*′*)[₀-₉ₐ-ₜᵢ-ᵥ]*(?:_\w+)?")
_CLOSED = re.compile(r"\s+(?=[⟩)\]]|‖[²₁₂])")


@lru_cache(2048)
def spelled(latex: str) -> str:
    """As much of it as can be told in a line; no sign of LaTeX is left, whatever is in it."""
    reader = _Reader(latex)
    made = ""
    while reader.more:
        made += reader.row() + reader.closing()
    return _CLOSED.sub("", _SPACES.sub(" ", unicodedata.normalize("NFC", made))).strip()


class _Reader:
    def __init__(self, latex: str) -> None:
        self._tokens = [match.groups() for match in _TOKEN.finditer(latex)]
        self._at = self._depth = 0

    @property
    def more(self) -> bool:
        return self._at < len(self._tokens)

    def row(self) -> str:
        """To the end, or to what closes the braces."""
        made = ""
        while self.more and self._tokens[self._at][3] != "}":
            made += self._atom()
        return made

    def closing(self) -> str:
        """Past what closes them: it says nothing."""
        self._at += self.more
        return ""

    def _atom(self) -> str:
        command, gap, space, sign = self._tokens[self._at]
        self._at += 1
        if self._depth == _DEEPEST:  # one after the other from here on
            left = command or space or sign or ""
            return "" if left in _BRACES or not (command or left).isprintable() else left
        self._depth += 1
        try:
            return self._said(command, gap, space, sign)
        finally:
            self._depth -= 1

    def _said(self, command: str, gap: str, space: str, sign: str) -> str:
        if command:
            return self._command(command, gap)
        if space:
            return " "
        if sign == "{":
            return self.row() + self.closing()
        if sign in "^_":
            return _script(sign, self._argument())
        return _PLAIN.get(sign, "" if sign == "$" else sign)

    def _argument(self) -> str:
        while self.more and self._tokens[self._at][2]:
            self._at += 1
        closed = not self.more or self._tokens[self._at][3] == "}"
        return "" if closed else self._atom().strip()

    def _command(self, name: str, gap: str) -> str:
        if name in ACCENTS:
            letter = self._argument()
            return letter[:1] + ACCENTS[name] + letter[1:]
        if name in _RATIOS:
            return f"{_group(self._argument())}/{_group(self._argument())}"
        if name == "sqrt":
            return f"√{_group(self._argument())}"
        if _WORDS.fullmatch(name):
            return self._argument()
        if name in _TIGHT:
            return _TIGHT[name]
        if name in _LETTERS:
            close = self._next in _LETTERS or (len(self._next) == 1 and self._next.isalpha())
            return _LETTERS[name] + ("" if close else gap)
        if name in _SIGNS:
            return _SIGNS[name] + gap
        return name + " " * (name.isalpha() and self._next not in "([}^_,;.:")

    @property
    def _next(self) -> str:
        """The sign that comes; of a command, its name; of the end, none."""
        command, _, space, sign = self._tokens[self._at] if self.more else ("",) * 4
        return command or space or sign or ""


def _script(sign: str, said: str) -> str:
    """Raised or lowered, where Unicode has it so."""
    return markup.to_plain(f"{sign}{{{unicodedata.normalize('NFC', said)}}}") if said else ""


def _group(said: str) -> str:
    return said if _ONE.fullmatch(said) else f"({said})"
