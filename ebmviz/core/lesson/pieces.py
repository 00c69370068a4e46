"""A lesson's text cut into pieces: all before the first stop, then each stop; of a stop its
heading, its block and its body. Together they are the text again, letter for letter.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ebmviz.core.errors import UserError

BLOCK = "~~~stop"
RULE = "***"
FRONT = "+++"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


class Fault(UserError):
    """A fault of a text at a line of it, from 1."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"line {line}: {sentence}")
        self.line, self.sentence = line, sentence


class Section(NamedTuple):
    """Of one stop, each as it was written: up to the fence, within it, the fence that closes it,
    and what follows.
    """

    heading: str
    block: str
    closing: str
    body: str

    @property
    def name(self) -> str:
        """What the heading says."""
        return self.heading.partition("\n")[0].removeprefix("##").strip()

    @property
    def first(self) -> int:
        """Lines before the block's."""
        return self.heading.count("\n")


def outside(text: str) -> list[tuple[str, bool]]:
    """Its lines, with their ends, and whether each stands outside of fenced code."""
    found, fence = [], ""
    for line in _lines(text):
        match = _FENCE.fullmatch(line.rstrip("\r\n"))
        free = not fence
        if fence and match and match[1].startswith(fence) and not match[2].strip():
            fence = ""
        elif not fence and match:
            fence, free = match[1], False
        found.append((line, free))
    return found


def open_fence(text: str) -> str:
    """The fence that is still open at its end, "" where none is."""
    fence = ""
    for line in _lines(text):
        match = _FENCE.fullmatch(line.rstrip("\r\n"))
        if match and not fence:
            fence = match[1]
        elif match and match[1].startswith(fence) and not match[2].strip():
            fence = ""
    return fence


def cut(text: str) -> tuple[str, list[str]]:
    """The head, and the text of each stop."""
    head, stops = [_opened(text)], list[list[str]]()
    for line, free in outside(text[len(head[0]) :]):
        if free and heads(line):
            stops.append([line])
        else:
            (stops[-1] if stops else head).append(line)
    return "".join(head), ["".join(lines) for lines in stops]


def _opened(text: str) -> str:
    """The text up to the second +++; a comment in there is no heading."""
    lines = _lines(text)
    marks = [i for i, line in enumerate(lines) if line.rstrip() == FRONT]
    return "".join(lines[: marks[1] + 1]) if marks[:1] == [0] and marks[1:] else ""


def heads(line: str) -> bool:
    """Whether a stop begins here."""
    return line.rstrip("\r\n").split(" ")[0] == "##"


def section(text: str, at: int) -> Section:
    """The pieces of one stop, which begins at a line of the whole."""
    lines = _lines(text)
    begins = next((i for i, line in enumerate(lines) if line.rstrip() == BLOCK), -1)
    if begins < 0 or any(line.strip() for line in lines[1:begins]):
        raise Fault(at, f"the heading of a stop is followed by its state, between {BLOCK} and ~~~")
    after = range(begins + 1, len(lines))
    ends = next((i for i in after if lines[i].rstrip() == "~~~"), -1)
    if ends < 0:
        raise Fault(at + begins, f"{BLOCK} is never closed by ~~~")
    parts = lines[: begins + 1], lines[begins + 1 : ends], lines[ends : ends + 1], lines[ends + 1 :]
    return Section(*("".join(part) for part in parts))


def front(head: str) -> tuple[str, str]:
    """What stands between the two +++, and what follows them."""
    lines = _lines(head)
    if not lines or lines[0].rstrip() != FRONT:
        raise Fault(1, f'a lesson begins with {FRONT}, title = "…" and {FRONT}')
    ends = next((i for i in range(1, len(lines)) if lines[i].rstrip() == FRONT), -1)
    if ends < 0:
        raise Fault(1, f"{FRONT} is never closed by another {FRONT}")
    return "".join(lines[1:ends]), "".join(lines[ends + 1 :])


def _lines(text: str) -> list[str]:
    """With their ends; only those that Markdown and TOML know as such."""
    return _LINE.findall(text)
