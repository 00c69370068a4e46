"""A formula laid out: which glyph of the font of mathematics (STIX Two) stands where, which symbol
it is of, and in which piece of the formula.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import msgspec

from ebmviz.core import assets
from ebmviz.core.lesson import latex as reader
from ebmviz.core.symbols import latex as symbols

UNIT = 1000
"""Of the size of the letters: all lengths are in these, from the beginning of the base line to the
right and down.
"""
SHAPED = 12
FILE = "formulas.json"
_LONGEST, _DEAREST = 20 * reader.LONGEST, 2 * reader.DEAREST  # with the colours
_NONE = (-1, 0)
_MISSING = 0  # what a font shows for a letter that it has not
_FONT = "fonts/STIXTwoMath-Regular.ttf"


class Glyph(NamedTuple):
    """number: in the font, or of a shape. scale: of 1000. symbol: its number in the formula, -1 for
    none.
    """

    number: int
    x: int
    y: int
    scale: int
    symbol: int
    piece: int


class Bar(NamedTuple):
    """Of a fraction, a root or an accent."""

    x: int
    y: int
    width: int
    height: int
    symbol: int
    piece: int


class Laid(NamedTuple):
    """levels: of the breaks that pieces begin with. shapes: outlines of glyphs that
    the font has not, such as tall brackets, as paths of SVG for letters of SHAPED.
    """

    glyphs: tuple[Glyph, ...]
    bars: tuple[Bar, ...]
    levels: tuple[int, ...] = (0,)
    shapes: dict[int, str] = {}


class Shipped(msgspec.Struct, frozen=True):
    """What `formulas.json` holds: our own formulas, laid out with this font by these programs. One
    is read when it is shown.
    """

    font: int
    makers: int
    formulas: dict[str, msgspec.Raw]


def laid(latex: str) -> Laid | None:
    """The formula; None where it cannot be read."""
    known = ahead().get(latex)
    return lay(latex) if known is None else msgspec.json.decode(known, type=Laid)


def lay(latex: str) -> Laid | None:
    """The same, with nothing known ahead."""
    plain = _drawn(latex, reader.LONGEST, reader.DEAREST)
    if plain is None or not plain.glyphs or any(g.number == _MISSING for g in plain.glyphs):
        return None
    plain = plain._replace(levels=tuple(each.level for each in reader.breaks(latex)))
    tinted, meant = _tinted(latex)
    told = _drawn(tinted, _LONGEST, _DEAREST)
    if told is None or (len(told.glyphs), len(told.bars)) != (len(plain.glyphs), len(plain.bars)):
        return plain._replace(levels=(0,))
    glyphs = (
        g._replace(symbol=meant.get(t.symbol, _NONE)[0], piece=meant.get(t.symbol, _NONE)[1])
        for g, t in zip(plain.glyphs, told.glyphs, strict=True)
    )
    bars = (
        b._replace(symbol=meant.get(t.symbol, _NONE)[0], piece=meant.get(t.symbol, _NONE)[1])
        for b, t in zip(plain.bars, told.bars, strict=True)
    )
    return plain._replace(glyphs=tuple(glyphs), bars=tuple(bars))


def holds(found: Laid, said: str) -> bool:
    """Whether nothing was lost of a formula that was written so: it has a glyph at least for each
    letter, figure and accent.
    """
    spelt = unicodedata.normalize("NFD", said)
    written = sum(each.isalnum() or unicodedata.combining(each) > 0 for each in spelt)
    return len(found.glyphs) >= written


@cache
def font() -> bytes:
    """The font's file."""
    spec = find_spec("ziamath")
    if spec is None or spec.origin is None:
        return b""
    return (Path(spec.origin).parent / _FONT).read_bytes()


def fingerprint() -> int:
    """Of the font: glyphs have other numbers in another."""
    return zlib.crc32(font())


@cache
def ahead() -> Mapping[str, msgspec.Raw]:
    """What is known ahead; nothing where the file is of another font."""
    found = read()
    return found.formulas if found.font == fingerprint() else {}


def read() -> Shipped:
    """The file."""
    return msgspec.json.decode(assets.resource(FILE).read_bytes(), type=Shipped)


def _tinted(latex: str) -> tuple[str, dict[int, tuple[int, int]]]:
    """The formula with each symbol and each piece in a colour of its own, and which symbol and
    which piece a colour means.
    """
    found = symbols.symbols(latex)
    cuts = [each.at for each in reader.breaks(latex)]
    made = ""
    meant: dict[int, tuple[int, int]] = {}
    for piece, (start, end) in enumerate(zip(cuts, [*cuts[1:], len(latex)], strict=True)):
        colour = len(meant) + 1
        meant[colour] = -1, piece
        made += rf"{{\color{{#{colour:06x}}}{{}}"
        at = start
        for number, each in enumerate(found):
            if start <= each.start < end:
                colour = len(meant) + 1
                meant[colour] = number, piece
                made += latex[at : each.start]
                made += rf"{{\color{{#{colour:06x}}}{latex[each.start : each.end]}}}"
                at = each.end
        made += f"{latex[at:end]}}}"
    return made, meant


def _drawn(latex: str, longest: int, dearest: float) -> Laid | None:
    """With the numbers of colours in place of symbols."""
    svg = reader.glyphs(latex, UNIT, longest, dearest)
    if svg is None:
        return None
    boxes: dict[str, list[float]] = {}
    shapes: dict[int, str] = {}
    glyphs: list[Glyph] = []
    bars: list[Bar] = []
    for part in ElementTree.fromstring(svg).iter():
        kind, colour = part.tag.rpartition("}")[2], part.get("fill", "")
        said = int(colour[1:], 16) if colour.startswith("#") else 0
        if kind == "symbol" and len(part):
            boxes[part.get("id", "")] = [float(n) for n in part.get("viewBox", "").split()]
            if (number := _number(part.get("id", ""))) < 0:
                shapes[number] = part[0].get("d", "")
        elif kind == "use" and (box := boxes.get(part.get("href", "")[1:])):
            x, y, high = (float(part.get(n, "0")) for n in ("x", "y", "height"))
            scale = high / box[3]
            at = round(x - box[0] * scale), round(y - box[1] * scale)
            number = _number(part.get("href", ""))
            glyphs.append(Glyph(number, *at, round(SHAPED * scale), said, 0))
        elif kind == "rect":
            x, y, wide, high = (float(part.get(n, "0")) for n in ("x", "y", "width", "height"))
            bars.append(Bar(round(x), round(y), round(wide), round(high), said, 0))
        elif kind in ("ellipse", "polygon"):
            return None
    return Laid(tuple(glyphs), tuple(bars), shapes=shapes)


def _number(name: str) -> int:
    """Of a glyph; below 0 where the font has it not."""
    return int(name.rpartition("_")[2])
