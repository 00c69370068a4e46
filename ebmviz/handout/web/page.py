"""The whole page: one file, which nothing in it can make ask for another.

A policy in its head refuses whatever is not in the file itself, and styles and scripts but the two
of ours; all words of a lesson, which may be from anybody, are escaped.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterator, Mapping, Sequence

from ebmviz.core import assets
from ebmviz.core.lesson.prose import named
from ebmviz.core.lesson.stop import Lesson
from ebmviz.export import style
from ebmviz.handout.seen import Page, Picture
from ebmviz.handout.sweeps import Sweep
from ebmviz.handout.web import formulas, ink, prose
from ebmviz.handout.web.figure import Frame, figure, frames_of
from ebmviz.handout.web.formulas import Formulas
from ebmviz.handout.web.shapes import Shapes

_FALLBACK = "Lesson"
_ANSWER = "Show the answer"
_BYTES, _SLIDERS = 7_000_000, 2
"""What the frames of a page may take, with so many sliders, or more, at each stop."""
_LEAST = 4


class Document:
    """Written page by page; `end` gives the file."""

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._formulas, self._shapes = Formulas(), Shapes()
        self._sections: list[str] = []
        self._open = False
        pages = sum(1 + stop.asks for stop in lesson.stops)
        self._room = _BYTES // max(1, pages)

    def add(self, page: Page) -> None:
        """A stop, or the answer of the stop before."""
        if page.answers:
            self._sections[-1] += (
                f"<details><summary>{_ANSWER}</summary>{self._inside(page)}</details>"
            )
            return
        self._close()
        name = _said(page.name)
        head = f'<h2 id="name-{page.number}"><small>{page.number}</small>{name}</h2>'
        label = f'aria-labelledby="name-{page.number}"'
        self._sections.append(
            f'<section id="stop-{page.number}" {label}>{head}{self._inside(page)}'
        )
        self._open = True

    def end(self) -> bytes:
        """The file."""
        self._close()
        title = _said(self._lesson.title) or _FALLBACK
        about = prose.to_html(self._lesson.about, self._formulas)
        links = "".join(
            f'<li><a href="#stop-{i}">{_said(stop.name)}</a></li>'
            for i, stop in enumerate(self._lesson.stops, 1)
        )
        sections = "".join(self._sections)
        css = ink.css() + formulas.css() + _resource("page.css")
        script = _resource("page.js")
        parts = (
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(css, script)}">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="generator" content="ebmviz">',
            f"<title>{title}</title><style>{css}</style></head><body>",
            self._formulas.drawings(),
            self._shapes.drawings(sections),
            f"<header><h1>{title}</h1>{about}",
            f'<nav aria-label="Stops"><ol>{links}</ol></nav></header>',
            f"<main>{sections}</main>",
            "<footer>Made by ebmviz. It holds all that it shows, and asks no network.</footer>",
            f"<script>{script}</script></body></html>",
        )
        return "\n".join(parts).encode()

    def _close(self) -> None:
        if self._open:
            self._sections[-1] += "</section>"
            self._open = False

    def _inside(self, page: Page) -> str:
        """Figures, their sliders, and the words."""
        name = f"f{page.number}{'a' * page.answers}"
        axes = {own.name: _axes(page, own) for own in page.pictures}
        shown = self._figures(page.pictures, axes)
        said = prose.to_html(page.said, self._formulas)
        sliders, frames, room = "", "", self._room // max(_SLIDERS, len(page.frames))
        for each in page.frames:
            made = [self._figures(pictures, axes) for pictures in each.pictures]
            kept = _fewer(made, each.sweep.at, room, self._shapes)
            if len({made[i] for i in kept}) > 1:
                sliders += _slider(each.sweep, kept, name)
                frames += "".join(_templates(each.sweep, kept, name, made))
        moved = f'<div class="sliders" data-figures="{name}">{sliders}</div>' if sliders else ""
        return (
            f'<div class="said">{said}</div><div class="figures" id="{name}">{shown}</div>'
            f"{moved}{frames}"
        )

    def _figures(self, pictures: Sequence[Picture], axes: Mapping[str, list[Frame]]) -> str:
        shared = self._shapes.shared
        return "".join(figure(each, axes.get(each.name, []), shared) for each in pictures)


def _axes(page: Page, own: Picture) -> list[Frame]:
    """Those of a figure of a page, with room for what sliders make of it."""
    others = (p for f in page.frames for row in f.pictures for p in row if p.name == own.name)
    return frames_of([own, *others])


def _fewer(made: Sequence[str], home: int, room: int, shapes: Shapes) -> list[int]:
    """Which frames there is room for: both ends and that of the stop, and of the others as many as
    are, evenly.
    """
    for every in range(1, len(made) + 1):
        kept = sorted({*range(0, len(made), every), len(made) - 1, home})
        if shapes.weight((made[i] for i in kept), made[home]) <= room or len(kept) <= _LEAST:
            return kept
    return list(range(len(made)))


def _slider(sweep: Sweep, kept: list[int], name: str) -> str:
    words = html.escape("|".join(sweep.labels[i] for i in kept))
    now, home = html.escape(sweep.labels[sweep.at]), kept.index(sweep.at)
    return (
        f"<label><span>{html.escape(sweep.name)}</span>"
        f'<input type="range" id="{name}-{sweep.key}" min="0" max="{len(kept) - 1}"'
        f' value="{home}" data-home="{home}" data-words="{words}" aria-valuetext="{now}"'
        f' autocomplete="off"><output>{now}</output></label>'
    )


def _templates(sweep: Sweep, kept: list[int], name: str, made: Sequence[str]) -> Iterator[str]:
    for at, i in enumerate(kept):
        if i != sweep.at:
            yield f'<template id="{name}-{sweep.key}-{at}">{made[i]}</template>'


def _policy(css: str, script: str) -> str:
    """Nothing from elsewhere, and of here these alone."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_digest(css)}';"
        f" script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _said(text: str) -> str:
    return html.escape(style.clean(re.sub(r"\s+", " ", named(text))).strip())


def _resource(name: str) -> str:
    return assets.resource(f"handout/{name}").read_text("utf-8")
