"""Lessons."""

from __future__ import annotations

import functools
from pathlib import Path
from random import Random

from ebmviz.core import assets
from ebmviz.core.formulas.laid import Laid, laid
from ebmviz.core.lesson import check, prose, shipped, states, text
from ebmviz.core.lesson.pieces import open_fence
from ebmviz.core.lesson.prose import Block
from ebmviz.files import lessons
from ebmviz.files.opening import open_file
from ebmviz.handout.web.formulas import Formulas as Drawings
from ebmviz.handout.web.prose import to_html
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import CATALOGUE, Target, same

_MARKS = "*_`$#>~[]()\\-+{}^!<&|.=\n"
_TOML = "=[]{}\".,#'\n"
_MOST = 4000
_STATE = ("view.beta", "energy.kind", "scene", "step", "set", "reveal", "[set]", "objective.loss")


class Lessons(Target):
    """Markdown with TOML."""

    name, what = "lessons", "lessons"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._drawings = Drawings()  # of formulas that come again and again

    def seeds(self) -> list[bytes]:
        whole = [assets.resource(f"lessons/{name}.md").read_bytes() for name in shipped.names()]
        short = [b"".join(_first_stops(each)) for each in whole]
        return [*short, _SMALL.encode()]

    def made(self, dice: Random) -> bytes:
        good = dice.choice(self.good)
        if dice.random() < 0.1:
            return mutations.of_bytes(dice, good, dice.choice(self.good))
        said = good.decode()
        if dice.random() < 0.4:  # within the state of a stop
            begins = said.find("~~~stop") + 8
            ends = said.find("~~~", begins)
            state = mutations.of_text(dice, said[begins:ends], _TOML)
            if dice.random() < 0.3:
                key, value = dice.choice(_STATE), _toml(dice)
                state += f"{key} = {value}\n"
            said = said[:begins] + state + said[ends:]
        else:
            said = mutations.of_text(dice, said, _MARKS)
        return said.encode("utf-8", "surrogatepass")

    def act(self, data: bytes) -> None:
        if len(self._drawings._known) > _MOST:
            self._drawings = Drawings()
        opened = open_file(self.written("a.md", data), CATALOGUE)
        assert opened.lesson is not None
        lesson = opened.lesson.lesson
        same(lessons.encoded(lesson), data.removeprefix(b"\xef\xbb\xbf"), "as it was written")
        next(check.faults(lesson, CATALOGUE, ()), None)
        for stop in lesson.stops:
            prose.named(stop.name)
            for said in (stop.text, stop.answer, stop.notes, text.body(stop)):
                laid_out(said, self._drawings)
            body = text.body(stop)
            if open_fence(body):
                continue  # it is closed then
            again = text.with_body(stop, body)
            same((again.text, again.answer), (stop.text, stop.answer), "edited")
            states.scene_of(stop, CATALOGUE, True)


def laid_out(said: str, drawings: Drawings) -> None:
    """A text as the window has it, and as a page has it."""
    blocks = prose.read(said)
    prose.plain(said)
    for formula in formulas_in(blocks):
        _laid(formula)
    made = to_html(said, drawings)
    for word in ("<script", "<img", "<a ", "<iframe", "<svg onload", "javascript:"):
        if word in made and word not in ("javascript:",):
            raise AssertionError(f"{word} in a page")


@functools.lru_cache(1024)
def _laid(latex: str) -> Laid | None:
    """Each once, as the window does."""
    return laid(latex)


def formulas_in(blocks: list[Block]) -> list[str]:
    """LaTeX of all of them."""
    return [run.text for block in blocks for run in block.runs if run.style == "formula"]


def _first_stops(whole: bytes) -> list[bytes]:
    head, *stops = whole.split(b"\n## ")
    return [head, *(b"\n## " + each for each in stops[:2])]


def _toml(dice: Random) -> str:
    way = dice.randrange(7)
    if way == 0:
        return dice.choice(mutations.SPELLED)
    if way == 1:
        return "[" * dice.choice((3, 900, 5000))
    if way == 2:
        return "{a=" * dice.choice((3, 900))
    if way == 3:
        return f"1\n{'a.' * dice.choice((3, 900, 5000))}b = 1"
    if way == 4:
        return str([dice.choice(mutations.NUMBERS)] * dice.choice((1, 4, 70)))
    if way == 5:
        return '"' + mutations.said(dice).replace('"', "") + '"'
    return dice.choice(
        ("1979-05-27", "true", "nan", "inf", "'''", '"""', "0xff", "[[]]", "{}", "1e400")
    )


_SMALL = """+++
title = "A *lesson* of $x$"
about = "What it is about."
+++

Before.

## One $\\beta$
~~~stop
scene = "ellipse"
step = 3
way = "morph"
seconds = 2.5
large = "map"
show = ["loss-curve", "view.beta"]
chains = false
[reveal]
step = 4
"view.beta" = 3.0
[set]
view.beta = 2.0
energy.latents = 12
~~~
Text with **strong**, *em*, `code` and $F_\\beta(y) = -\\frac1\\beta\\ln\\sum_z e^{-\\beta E}$.

- an item
1. another, [linked](http://x.invalid/a)

~~~
code
~~~

***

The answer.

> notes
"""
