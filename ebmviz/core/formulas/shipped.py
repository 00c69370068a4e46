"""The formulas of our own texts, and the file of their drawings: a reader of LaTeX takes a
hundredth of a second for one, and the window shows hundreds.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import msgspec

from ebmviz.core import assets, library, pages
from ebmviz.core.catalogue import Component, path
from ebmviz.core.formulas import laid
from ebmviz.core.formulas.laid import FILE, fingerprint, lay
from ebmviz.core.lesson import latex as reader
from ebmviz.core.lesson import shipped
from ebmviz.core.lesson.about import about
from ebmviz.core.lesson.latex import FORMULA
from ebmviz.core.symbols import latex as symbols
from ebmviz.core.symbols.glossary import entries
from ebmviz.core.symbols.to_latex import to_latex

_PAGE = "mathematics.md"


def every() -> list[str]:
    """In LaTeX, sorted."""
    ours = (*_of_components(), *_of_glossary(), *pages.formulas(pages.read(_PAGE)))
    return sorted({*map(to_latex, ours), *_of_lessons()})


def write() -> Path:
    """The file, written again. Drawings of the same formulas stay, if the same has made them."""
    there, encode = laid.read(), msgspec.json.encode
    known = there.formulas if (there.font, there.makers) == (fingerprint(), _makers()) else {}
    rows = []
    for latex in every():
        made = known.get(latex) or encode(lay(latex))
        rows.append(f"{encode(latex).decode()}: {bytes(made).decode()}")
    file = assets.resource(FILE)
    lines = ",\n".join(rows)  # one for each: what has changed can be seen
    head = f'"font": {fingerprint()}, "makers": {_makers()}'
    file.write_text(f'{{{head}, "formulas": {{\n{lines}\n}}}}\n', "utf-8")
    laid.ahead.cache_clear()
    return file


def _makers() -> int:
    """What a drawing depends on beside its formula and the font."""
    sources = (Path(str(module.__file__)).read_bytes() for module in (laid, reader, symbols))
    return zlib.crc32(b"".join((version("ziamath").encode(), *sources)))


def _of_components() -> Iterator[str]:
    formal = (each for each in library.shipped_catalogue().components if each.formula)
    for component in formal:
        yield from (component.said(values) for values in _choices(component))


def _choices(component: Component) -> Iterator[dict[str, str]]:
    yield {}
    for param in component.params:
        for value in param.formulas:
            yield {path(component.part, param.name): value}


def _of_glossary() -> Iterator[str]:
    for entry in entries():
        yield from (entry.symbol, entry.formula)


def _of_lessons() -> Iterator[str]:
    stops = (stop for name in shipped.names() for stop in shipped.lesson(name).stops)
    texts = [text for stop in stops for text in (stop.text, stop.answer)]
    for name in assets.scene_names():
        texts += about(name) or ()
    for text in texts:
        yield from (found[2] for found in FORMULA.finditer(text))
