"""A lesson as Markdown that people write: read with the line of what is wrong, and written as it
was where nothing has changed.
"""

from __future__ import annotations

import re

import msgspec

from ebmviz.core.lesson import block, pieces
from ebmviz.core.lesson.pieces import BLOCK, FRONT, RULE, Fault, Section
from ebmviz.core.lesson.stop import BODY, MOST, NAME, Lesson, Stop

CAP = 4 << 20
"""Bytes of a text, at most."""
_HIDDEN = re.compile(
    "[^\\n\\r\\t\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]"
    "|[\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
_NOTE = re.compile(r"> ?")


def read(text: str) -> Lesson:
    """The lesson that a text holds. Raises Fault, a UserError that begins with the line."""
    if len(text) > CAP:
        raise Fault(1, f"longer than the {CAP >> 20} MiB of text that are read")
    if hidden := _HIDDEN.search(text):
        line = text.count("\n", 0, hidden.start()) + 1
        raise Fault(line, f"the character U+{ord(hidden[0]):04X} cannot be seen: take it out")
    head, found = pieces.cut(text)
    if len(found) > MOST:
        raise Fault(1, f"{len(found)} stops, at most {MOST} are read")
    lesson = block.head(pieces.front(head)[0], 2)
    at, stops = head.count("\n") + 1, []
    for each in found:
        stops.append(_stop(each, at))
        at += each.count("\n")
    return msgspec.structs.replace(lesson, stops=tuple(stops), source=head)


def write(lesson: Lesson) -> str:
    """The inverse: what is still as it was read is letter for letter as it was written."""
    parts = [_head(lesson), *map(_section, lesson.stops)]
    ended = (p if p.endswith("\n") or i == len(parts) - 1 else f"{p}\n\n"
             for i, p in enumerate(parts))  # fmt: skip
    return "".join(ended)


def body(stop: Stop) -> str:
    """All that a stop says, as one text to be edited."""
    parts = [stop.text]
    if stop.answer:
        parts.append(f"{RULE}\n\n{stop.answer}")
    if stop.notes:
        parts.append("\n".join(f"> {line}".rstrip() for line in stop.notes.split("\n")))
    return "\n\n".join(part for part in parts if part)


def with_body(stop: Stop, said: str) -> Stop:
    """A stop that says this. Raises Fault where it cannot be a part of a lesson: a line that would
    begin another stop is a heading of a lower rank.
    """
    if fence := pieces.open_fence(said):
        said = f"{said.rstrip()}\n{fence}"
    lines = (
        f"#{line}" if free and pieces.heads(line) else line for line, free in pieces.outside(said)
    )
    return _saying(stop, "".join(lines), 1)


def _saying(stop: Stop, said: str, at: int) -> Stop:
    if len(said) > BODY:
        raise Fault(at, f"{len(said)} letters of text, at most {BODY} are read")
    if hidden := _HIDDEN.search(said):
        raise Fault(at, f"the character U+{ord(hidden[0]):04X} cannot be seen: take it out")
    rows = pieces.outside(said.replace("\r\n", "\n").strip() + "\n")
    begins = len(rows)
    while begins and (rows[begins - 1][0].startswith(">") or not rows[begins - 1][0].strip()):
        begins -= 1
    notes = "".join(_NOTE.sub("", line, count=1) for line, _ in rows[begins:])
    shown = rows[:begins]
    rule = next((i for i, (line, free) in enumerate(shown) if free and line.strip() == RULE), None)
    asked = shown if rule is None else shown[:rule]
    answer = [] if rule is None else shown[rule + 1 :]
    return msgspec.structs.replace(
        stop, text=_joined(asked), answer=_joined(answer), notes=notes.strip()
    )


def _joined(rows: list[tuple[str, bool]]) -> str:
    return "".join(line for line, _ in rows).strip()


def _stop(text: str, at: int) -> Stop:
    cut = pieces.section(text, at)
    if not cut.name or len(cut.name) > NAME:
        raise Fault(at, f"the name of a stop has 1 to {NAME} letters")
    stop = block.state(cut.block, at + cut.first)
    named = msgspec.structs.replace(stop, name=cut.name, source=text)
    return _saying(named, cut.body, at + cut.first + cut.block.count("\n") + 1)


def _section(stop: Stop) -> str:
    """Each piece as it was written, where that still says what the stop is."""
    said = body(stop)
    heading, ending = f"## {stop.name}\n{BLOCK}\n", f"{said}\n\n" if said else "\n"
    new = Section(heading, block.state_text(stop), "~~~\n", ending)
    if not stop.source:
        return "".join(new)
    was, old = _stop(stop.source, 1), pieces.section(stop.source, 1)
    same = body(was) == said
    return "".join(
        (
            old.heading if was.name == stop.name else new.heading,
            old.block if block.same_state(was, stop) else new.block,
            old.closing if same or old.closing.endswith("\n") else new.closing,
            old.body if same else new.body,
        )
    )


def _head(lesson: Lesson) -> str:
    if not lesson.source:
        return f"{FRONT}\n{block.head_text(lesson)}{FRONT}\n\n"
    old, rest = pieces.front(lesson.source)
    if block.same_head(block.head(old, 2), lesson):
        return lesson.source
    return f"{FRONT}\n{block.head_text(lesson)}{FRONT}\n{rest}"
