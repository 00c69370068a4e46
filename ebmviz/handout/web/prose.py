"""What a stop says as HTML: all of it escaped, its formulas drawn."""

from __future__ import annotations

import html
from collections.abc import Iterator
from itertools import groupby

from ebmviz.core.lesson.latex import CLOSING, OPENING
from ebmviz.core.lesson.prose import Block, Run, read
from ebmviz.export import style
from ebmviz.handout.web.formulas import Formulas

_TAGS = {"em": "em", "strong": "strong", "code": "code"}
_LISTS = {"item": "ul", "numbered": "ol"}


def to_html(text: str, formulas: Formulas) -> str:
    """Of Markdown with formulas between dollars."""
    blocks = read(style.clean(text))
    return "".join(
        _blocks(kind, list(some), formulas) for kind, some in groupby(blocks, lambda b: b.kind)
    )


def _blocks(kind: str, blocks: list[Block], formulas: Formulas) -> str:
    if kind in _LISTS:
        items = "".join(f"<li>{_inline(block.runs, formulas)}</li>" for block in blocks)
        first = blocks[0].mark.rstrip(".")
        start = f' start="{first}"' if first.isdecimal() and first != "1" else ""
        return f"<{_LISTS[kind]}{start}>{items}</{_LISTS[kind]}>"
    tag = {"heading": "h3", "code": "pre"}.get(kind, "p")
    return "".join(f"<{tag}>{_inline(block.runs, formulas)}</{tag}>" for block in blocks)


def _inline(runs: tuple[Run, ...], formulas: Formulas) -> str:
    return "".join(_joined(list(runs), formulas))


def _joined(runs: list[Run], formulas: Formulas) -> Iterator[str]:
    """A formula and the punctuation at it stay on one line."""
    for i, run in enumerate(runs):
        if run.style != "formula":
            text = run.text
            if i and runs[i - 1].style == "formula":
                text = text[_at(text, CLOSING) :]
            if i + 1 < len(runs) and runs[i + 1].style == "formula":
                text = text[: len(text) - _at(text[::-1], OPENING)]
            yield _tagged(text, run.style)
            continue
        before = runs[i - 1].text if i and runs[i - 1].style == "plain" else ""
        after = runs[i + 1].text if i + 1 < len(runs) and runs[i + 1].style == "plain" else ""
        opening = before[len(before) - _at(before[::-1], OPENING) :]
        closing = after[: _at(after, CLOSING)]
        said = f"{html.escape(opening)}{formulas.element(run.text)}{html.escape(closing)}"
        yield f'<span class="f">{said}</span>' if opening or closing else said


def _at(text: str, signs: str) -> int:
    """How many of these signs it begins with."""
    return len(text) - len(text.lstrip(signs))


def _tagged(text: str, style: str) -> str:
    said = html.escape(text)
    tag = _TAGS.get(style)
    return f"<{tag}>{said}</{tag}>" if tag and said else said
