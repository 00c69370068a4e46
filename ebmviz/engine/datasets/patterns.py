"""Patterns of ±1 on a square grid: letters, noise, or what was painted."""

from __future__ import annotations

import base64
from typing import Annotated

import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.params import Affects, ParamSet, choice, integer, table, text
from ebmviz.engine.datasets.base.dataset import Dataset, Points
from ebmviz.engine.streams import Stream, stream

# Eight rows of eight cells per letter, from the top, the left one in the highest bit.
_GLYPHS = {
    "A": "3C7EC3C3FFFFC3C3",
    "B": "FCFEC3FEFEC3FEFC",
    "C": "3F7FC0C0C0C07F3F",
    "D": "FCFEC3C3C3C3FEFC",
    "E": "FFFFC0FEFEC0FFFF",
    "F": "FFFFC0FEFEC0C0C0",
    "G": "3F7FC0C0CFC37F3E",
    "H": "C3C3C3FFFFC3C3C3",
    "I": "7E7E181818187E7E",
    "J": "0F0F060606C6FE7C",
    "K": "C3C6CCF8F8CCC6C3",
    "L": "C0C0C0C0C0C0FFFF",
    "M": "C3E7FFFFDBC3C3C3",
    "N": "C3E3F3FBDFCFC7C3",
    "O": "3C7EC3C3C3C37E3C",
    "P": "FCFEC3C3FEFCC0C0",
    "Q": "3C7EC3C3CBCF7E3D",
    "R": "FCFEC3C3FEFCC6C3",
    "S": "3F7FC0FC3F03FEFC",
    "T": "FFFF181818181818",
    "U": "C3C3C3C3C3C37E3C",
    "V": "C3C3C3C366663C18",
    "W": "C3C3C3DBFFFFE7C3",
    "X": "C3C3663C3C66C3C3",
    "Y": "C3C3663C18181818",
    "Z": "FFFF060C3060FFFF",
}
_ROWS = 8
MOST = 64
"""Patterns at most."""


class PatternsParams(ParamSet, frozen=True):
    source: Annotated[
        str,
        choice(
            "Patterns",
            {"letters": "Letters", "random": "Random ±1", "painted": "Painted"},
            help="Painted: click the cells of a stored pattern to flip them; it begins with the"
            " letters",
            affects=Affects.TRAIN,
        ),
    ] = "letters"
    letters: Annotated[
        str,
        text(
            "Letters",
            help="Which letters of A–Z are stored",
            affects=Affects.TRAIN,
            when=("data.source=letters",),
        ),
    ] = "FLUX"
    patterns: Annotated[
        int,
        integer(
            "Number",
            symbol="P",
            help="How many patterns are stored",
            affects=Affects.TRAIN,
            low=1,
            high=MOST,
            slider=(1, 32),
            when=("data.source=random",),
        ),
    ] = 8
    side: Annotated[
        int,
        integer(
            "Grid side",
            help="The network has side × side units",
            affects=Affects.TRAIN,
            low=4,
            high=32,
            slider=(4, 24),
            unit="units",
            when=("data.source=letters|data.source=random",),
        ),
    ] = 12
    cells: Annotated[str, table("Cells", affects=Affects.TRAIN, hidden=True)] = ""


class Patterns(Dataset[PatternsParams]):
    """Patterns

    One row per pattern, a square grid of ±1 row by row from the top: what a Hopfield network
    stores.
    Formula: ξ_i = ±1, i = 1 … N
    Source: Hopfield 1982
    """

    kind = "patterns"
    order = 140
    Params = PatternsParams
    requires = {"takes:patterns": "it holds patterns of ±1 on a grid"}

    def points(self, seed: int) -> Points:
        """(P, N) float64 of ±1, N = side². Raises UserError for what is no letter, and for painted
        cells that fit no grid.
        """
        p = self.params
        if p.source == "random":
            bits = stream(seed, Stream.PLACES).integers(0, 2, (p.patterns, p.side**2))
            return bits.astype(np.float64) * 2 - 1
        if p.source == "painted" and p.cells:
            return _painted(p.cells, p.side)
        return np.stack([glyph(letter, p.side).ravel() for letter in _letters(p.letters)])


def glyph(letter: str, side: int) -> Points:
    """A letter of A–Z on a grid, (side, side) of ±1, row 0 at the top."""
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(_GLYPHS[letter]), np.uint8))
    nearest = (np.arange(side) * 2 + 1) * _ROWS // (2 * side)
    cells = bits.reshape(_ROWS, _ROWS)[np.ix_(nearest, nearest)]
    return np.where(cells, 1.0, -1.0).astype(np.float64)


def _letters(given: str) -> list[str]:
    """Each letter once."""
    letters = list(dict.fromkeys(given.upper().replace(" ", "").replace(",", "")))
    wrong = [letter for letter in letters if letter not in _GLYPHS]
    if wrong or not letters:
        raise UserError(f"data.letters: “{given}” must be letters of A–Z")
    return letters


def _painted(cells: str, side: int) -> Points:
    """Patterns of a table: its signs, as many as there are."""
    raw = base64.b64decode(cells)
    count, rest = divmod(len(raw), 8 * side**2)
    if rest or not 1 <= count <= MOST:
        raise UserError(f"data.cells: no patterns of {side} × {side} cells")
    values = np.frombuffer(raw, "<f8").reshape(count, side**2)
    return np.where(values > 0, 1.0, -1.0).astype(np.float64)
