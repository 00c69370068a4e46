"""Formulas in LaTeX."""

from __future__ import annotations

from random import Random

from ebmviz.core.formulas import laid
from ebmviz.core.lesson import latex, prose, shipped
from ebmviz.core.symbols.spelled import spelled
from ebmviz.handout.web.formulas import Formulas as Drawings
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import Target
from tests.benchmarks.fuzz.targets.lessons import formulas_in

_SHORT = 30  # letters of a formula that is changed then


class Formulas(Target):
    """LaTeX between dollars."""

    name, what = "formulas", "formulas (LaTeX)"

    def seeds(self) -> list[bytes]:
        found = []
        for name in shipped.names():
            for stop in shipped.lesson(name).stops:
                found += formulas_in(prose.read(stop.text))
        return [each.encode() for each in dict.fromkeys(found) if len(each) <= _SHORT]

    def made(self, dice: Random) -> bytes:
        said = dice.choice(self.good).decode()
        for _ in range(dice.choice((1, 2, 3))):
            at = dice.randrange(len(said) + 1)
            part = dice.choice(_LATEX) * dice.choice((1, 1, 1, 1, 3, 12, 30))
            end = at + dice.choice((0, 0, 2, 9))
            said = said[:at] + part + said[end:]
        if dice.random() < 0.3:
            said = mutations.of_text(dice, said, "{}\\^_&$")
        return said.encode("utf-8", "replace")

    def act(self, data: bytes) -> None:
        said = data.decode()
        if latex.readable(said):
            latex.pieces(said)
        spelled(said)
        if data[-1:] < b"]":  # each takes long
            laid.laid(said)
        else:
            Drawings().element(said)


_LATEX = (
    *(
        "\\frac",
        "\\frac{",
        "\\sqrt",
        "\\left(",
        "\\right)",
        "^",
        "_",
        "^{^",
        "{",
        "}",
        "\\\\",
        "&",
        "'",
    ),
    *(
        "\\begin{matrix}",
        "\\end{matrix}",
        "\\color{red}",
        "\\mathrm{",
        "\\text{",
        "\\text{<a>}",
        "<b>",
    ),
    *(
        "\\overline",
        "\\hat",
        "\\binom",
        "\\sum_",
        "\\int^",
        "\\limits",
        "\\newcommand",
        "\\def",
        "&amp;",
    ),
    *(
        "\\input{/etc/passwd}",
        "\\href{http://x.invalid}{y}",
        "\\url{x}",
        "\\includegraphics{x}",
        "\\quad",
    ),
    *(
        "]]>",
        "<!--",
        "&lol;",
        "\\operatorname{",
        "\\mathbb",
        "\\displaystyle",
        "\\rule{9cm}{9cm}",
        "\\\n",
    ),
    *(
        "\\hspace{99999cm}",
        "\\kern9999pt",
        "\\phantom{",
        "\\Big",
        "\\substack{",
        "\\stackrel",
        "\\not",
        "%",
    ),
    *(
        "\\begin{array}{cc}",
        "\\end{array}",
        "\\tag{1}",
        "\\prime",
        "9" * 30,
        "é",
        "\U0001d400",
        "\u202e",
    ),
)
