"""What a stop says, as a value: blocks of runs, read from the little of Markdown that lessons use.

What is none of it, HTML among it, is words. Nothing is followed: of a link its words are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from ebmviz.core.lesson.latex import FORMULA
from ebmviz.core.symbols.spelled import spelled

Style = Literal["plain", "em", "strong", "code", "formula"]
Kind = Literal["text", "item", "numbered", "heading", "code"]

FORMULAS, LETTERS = 30, 1500
"""Of one text, at most; those of our own stops are 12 and 222."""
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"\s{0,6}[-*+]\s+(.*)")
_NUMBERED = re.compile(r"\s{0,6}(\d{1,9})[.)]\s+(.*)")
_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*)")
_QUOTE = re.compile(r"^ {0,3}>\s?")
_SPAN = re.compile(
    r"\\(?P<sign>[!-/:-@\[-`{-~])"
    r"|`(?P<code>[^`\n]+)`"
    r"|!?\[(?P<link>[^\]\n]{0,999})\]\((?:[^()\n]|\([^()\n]{0,999}\)){0,999}\)"
    r"|\*\*(?=\S)(?P<strong>.{1,999}?)(?<=\S)\*\*"
    r"|\*(?=[^\s*])(?P<em>.{1,999}?)(?<=[^\s*])\*"
    r"|(?<!\w)_(?=[^\s_])(?P<low>.{1,999}?)(?<=[^\s_])_(?!\w)",
    re.DOTALL,
)
"""Of so many letters at most: a text of signs alone would be gone through once for each of them."""


class Run(NamedTuple):
    """Words of one style, or a formula in LaTeX."""

    text: str
    style: Style = "plain"


class Block(NamedTuple):
    """A paragraph, an item of a list (mark: its number, or "•"), a heading, or lines of code."""

    kind: Kind
    runs: tuple[Run, ...]
    mark: str = ""


def read(text: str) -> list[Block]:
    """The blocks of a text. Formulas beyond FORMULAS different ones, or LETTERS in them, are words:
    each takes its time to be typeset.
    """
    known: set[str] = set()
    letters = 0
    blocks = [_block(kind, said, mark) for kind, said, mark in _cut(text) if said.strip()]
    for n, block in enumerate(blocks):
        runs = []
        for run in block.runs:
            if run.style == "formula" and run.text not in known:
                if len(known) == FORMULAS or letters + len(run.text) > LETTERS:
                    run = Run(f"${run.text}$")
                else:
                    known.add(run.text)
                    letters += len(run.text)
            runs.append(run)
        blocks[n] = block._replace(runs=tuple(runs))
    return blocks


def plain(text: str) -> str:
    """The whole in one line of plain letters, as the row of a list has it."""
    return " ".join(
        "".join(spelled(run.text) if run.style == "formula" else run.text for run in block.runs)
        for block in read(text)
    )


def named(text: str) -> str:
    """A name with the formulas in it as plain letters; all else in it stays."""
    return FORMULA.sub(lambda found: f"{found[1]}{spelled(found[2])}{found[3]}", text)


def _block(kind: Kind, said: str, mark: str) -> Block:
    if kind == "code":
        return Block(kind, (Run(said.rstrip("\n"), "code"),))
    return Block(kind, tuple(_runs(" ".join(said.split()))), mark)


def _cut(text: str) -> Iterator[tuple[Kind, str, str]]:
    kind: Kind = "text"
    gathered, mark, fence = "", "", ""
    for line in text.split("\n"):
        opened = _FENCE.match(line)
        if fence:
            if opened and opened[1].startswith(fence):
                yield kind, gathered, ""
                kind, gathered, fence = "text", "", ""
            else:
                gathered += f"{line}\n"
            continue
        begun = _begun(_QUOTE.sub("", line))
        if opened or begun or not line.strip():
            yield kind, gathered, mark
            kind, gathered, mark = begun or ("text", "", "")
            if opened:
                kind, fence = "code", opened[1]
            if kind == "heading":
                yield kind, gathered, mark
                kind, gathered = "text", ""
        else:
            gathered += f" {_QUOTE.sub('', line)}"
    yield kind, gathered, mark


def _begun(line: str) -> tuple[Kind, str, str] | None:
    """The kind, the words and the mark of a block that a line begins."""
    if found := _HEADING.fullmatch(line):
        return "heading", found[1].rstrip().rstrip("#").rstrip(), ""
    if found := _ITEM.fullmatch(line):
        return "item", found[1], "•"
    if found := _NUMBERED.fullmatch(line):
        return "numbered", found[2], f"{int(found[1])}."
    return None


def _runs(text: str, style: Style = "plain") -> Iterator[Run]:
    """Formulas first: what stands between their dollars is no Markdown."""
    end = 0
    for found in FORMULA.finditer(text):
        yield from _spans(text[end : found.start()] + found[1], style)
        yield Run(found[2], "formula")
        end = found.end() - len(found[3])
    yield from _spans(text[end:], style)


def _spans(text: str, style: Style) -> Iterator[Run]:
    end = 0
    for found in _SPAN.finditer(text):
        yield from _plain(text[end : found.start()], style)
        end = found.end()
        strong, em = found["strong"], found["em"] or found["low"]
        if found["code"] is not None:
            yield Run(found["code"], "code")
        elif strong is not None or em is not None:
            yield from _spans(strong or em, "strong" if strong else "em")
        else:
            yield from _plain(found["sign"] or found["link"] or "", style)
    yield from _plain(text[end:], style)


def _plain(text: str, style: Style) -> Iterator[Run]:
    if text:
        yield Run(text, style)
