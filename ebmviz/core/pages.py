"""Pages of Help: a little of Markdown, with words and formulas in the notation of `core.markup`.

Headings, paragraphs, lists, tables, `code`, $formulas$, **bold** and [links](#name) to a heading of
the page, which goes by the name that is usual for Markdown: "3. Losses of F_β" by 3-losses-of-f_β.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import groupby

from ebmviz.core import assets, markup
from ebmviz.core.lesson.latex import FORMULA
from ebmviz.core.markup import Html

_PIECE = re.compile(r"`([^`]+)`|\$([^$]+)\$|\*\*([^*]+)\*\*|\[([^\]]+)\]\(#([\w-]+)\)")
_HEADING = re.compile(r"(#{1,3}) (.+)")
_RULE = re.compile(r"[|\-: ]+")
_BAR = re.compile(r"(?<!\\)\|")
_APART = "margin-top: 4px"
_QUOTIENT = re.compile(r"(?<=\S)/(?=\S)")
_CARON = re.compile("\\w\N{COMBINING CARON}")


def read(name: str) -> str:
    """The text of a page of resources/, such as `mathematics.md`."""
    return assets.resource(name).read_text("utf-8")


def anchors(page: str) -> dict[str, str]:
    """name -> title, of every heading below the first."""
    found = (_HEADING.fullmatch(line) for line in page.splitlines())
    return {_name(m[2]): m[2] for m in found if m and len(m[1]) > 1}


def formulas(page: str) -> list[str]:
    """Between dollars, in their order."""
    return [unbarred(found[2]) for found in FORMULA.finditer(page)]


def unbarred(text: str) -> str:
    """Of a cell of a table, where a bar has a sign before it."""
    return text.replace("\\|", "|")


def to_html(page: str) -> Html:
    """For Qt's rich text, formulas as our notation has them."""
    lines = page.splitlines()
    return Html("".join(_block(kind, list(some)) for kind, some in groupby(lines, _kind)))


def _kind(line: str) -> str:
    return line[:1] if line[:1] in ("#", "|", "-") else "text" if line else ""


def _block(kind: str, lines: list[str]) -> str:
    match kind:
        case "#":
            return "".join(map(_heading, lines))
        case "|":
            return _table(lines)
        case "-":
            items = "".join(f"<li style='{_APART}'>{_inline(line[2:])}</li>" for line in lines)
            return f"<ul>{items}</ul>"
        case "text":
            return f"<p>{_inline(' '.join(lines))}</p>"
    return ""


def _heading(line: str) -> str:
    m = _HEADING.fullmatch(line)
    assert m, f"“{line}” is no heading"
    level, title = len(m[1]) + 1, m[2]
    return f"<h{level}><a name='{_name(title)}'>{_inline(title)}</a></h{level}>"


def _name(title: str) -> str:
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _table(lines: list[str]) -> str:
    rows = [_cells(line) for line in lines if not _RULE.fullmatch(line)]
    head, *body = rows
    cells = "".join(f"<th align='left'>{cell}</th>" for cell in head)
    rest = "".join(
        "<tr>" + "".join(f"<td valign='middle'>{c}</td>" for c in row) + "</tr>" for row in body
    )
    return f"<table cellpadding='4'><tr>{cells}</tr>{rest}</table>"


def _cells(line: str) -> Iterator[str]:
    inner = _BAR.split(line.strip())[1:-1]
    return (_inline(unbarred(cell.strip())) for cell in inner)


def _inline(text: str) -> str:
    out: list[str] = []
    end = 0
    for m in _PIECE.finditer(text):
        out.append(_formula(text[end : m.start()]))
        code, formula, bold, link, name = m.groups()
        if code:
            out.append(f"<code>{html.escape(code, quote=False)}</code>")
        elif formula:
            out.append(_formula(formula))
        elif bold:
            out.append(f"<b>{_formula(bold)}</b>")
        else:
            out.append(f"<a href='#{name}'>{_formula(link)}</a>")
        end = m.end()
    return "".join((*out, _formula(text[end:])))


def _formula(text: str) -> str:
    """Words and formulas; no line ends within a quotient, and carons stand over their letters,
    which DejaVu Sans keeps for slanted ones alone.
    """
    kept = _QUOTIENT.sub("/\N{WORD JOINER}", text)
    return _CARON.sub(r"<i>\g<0></i>", markup.to_html(kept))
