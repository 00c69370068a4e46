"""What is typed: values, lists of values, spans, columns."""

from __future__ import annotations

import math
from random import Random

from ebmviz.core import library, markup
from ebmviz.core.errors import UserError
from ebmviz.core.film import sweep
from ebmviz.core.lanes import lane, over
from ebmviz.core.outside import clean, name, short
from ebmviz.core.scene import fields, replace
from ebmviz.core.view import bookmarks, compare
from ebmviz.files.tables.roles import roles
from ebmviz.files.tables.table import table_of_text
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import CATALOGUE, Target, seen
from tests.benchmarks.fuzz.targets.sessions import shown

_SEEDS = (
    "view.beta=2.5",
    "optimizer.lr=0.1,0.2",
    "seed=1..12; objective.loss=nll,hinge",
    "view.beta=1..30",
    "view.window=-1, 1, -2, 2",
    "view.cut=0;0;1;1",
    "objective.beta=inf",
    "120 first; 300",
    "1@120",
    "x1=a,x2=b,label=c",
    "energy.init=1,5; 2,5",
    "F_β^{−1}(y_1)",
    "view.azimuth=0..360",
    "data.name=x",
)
_MARKS = "=,;.:@{}_^+-\\ 0123456789e"


class Typed(Target):
    """By hand or in a command line."""

    name, what = "typed", "typed values and paths"

    def seeds(self) -> list[bytes]:
        return [each.encode() for each in _SEEDS]

    def made(self, dice: Random) -> bytes:
        if dice.random() < 0.3:
            at = dice.choice(list(fields(library.scene("ellipse", CATALOGUE), CATALOGUE)))
            return f"{at}={mutations.said(dice)}".encode("utf-8", "surrogatepass")
        said = mutations.of_text(dice, dice.choice(self.good).decode(), _MARKS)
        return said.encode("utf-8", "surrogatepass")

    def act(self, data: bytes) -> None:
        text = data.decode("utf-8", "surrogatepass")
        scene = library.scene("ellipse", CATALOGUE)
        at, _, value = text.partition("=")
        refusals = []
        for deed in (
            lambda: shown(replace(scene, {at: value}, CATALOGUE)),
            lambda: _lanes(text),
            lambda: _film(text),
            lambda: bookmarks.read(text),
            lambda: compare.read(text),
            lambda: roles(table_of_text("a,b,c\n1,2,3\n4,5,6\n", "t"), text),
            lambda: name(text, "it"),
        ):
            try:
                deed()
            except UserError as error:
                refusals.append(str(error))
        for sentence in refusals:
            if not seen(clean(sentence, 4000)):
                raise AssertionError(f"cannot be seen: {sentence[:200]!r}")
        for each in (short(text), markup.to_plain(markup.quoted(text)), clean(text)):
            assert seen(each)
        made = markup.to_html(markup.quoted(text, 4000))
        bare = (
            made.replace("<sub>", "")
            .replace("</sub>", "")
            .replace("<sup>", "")
            .replace("</sup>", "")
        )
        assert "<" not in bare
        assert "<" not in markup.escaped(text).replace("<br>", "")


def _lanes(text: str) -> None:
    scene = library.scene("ellipse", CATALOGUE)
    found = over.parsed(text, scene, CATALOGUE, "here", 64)
    if found:
        lane.lanes(scene, found, CATALOGUE, "here")


def _film(text: str) -> None:
    scene = library.scene("ellipse", CATALOGUE)
    found = sweep.parsed(text, scene, CATALOGUE)
    for share in (0.0, 0.3, 1.0):
        value = sweep.at(found, share, scene, CATALOGUE)
        numbers = value if isinstance(value, tuple) else (value,)
        assert not any(isinstance(n, float) and math.isnan(n) for n in numbers)
        sweep.reading(found, value, scene, CATALOGUE)
