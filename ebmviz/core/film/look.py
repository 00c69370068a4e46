"""How a film looks and how it is kept: all but what moves in it."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from ebmviz.core.errors import UserError
from ebmviz.core.palette import Theme

FORMATS = {"mp4": "MP4, H.264", "gif": "Animated GIF", "png": "Animated PNG"}
"""By the ending of the file's name."""
SHAPES = {"16:9": (16, 9), "4:3": (4, 3), "1:1": (1, 1)}
RATES = (24, 30, 60)
"""Frames a second."""
HEIGHTS = (480, 720, 1080, 1440, 2160)
"""Pixels, of the usual ones: from the first to the last, any even number is accepted."""
SCALES = {"fixed": "One for the whole film", "own": "Each frame its own"}
MOST = 20_000
"""Frames of a film, at most."""
_GIF = 50  # frames a second that viewers show: a shorter pause is taken for a tenth of a second


class Size(NamedTuple):
    """Pixels of a frame."""

    width: int
    height: int


class Look(msgspec.Struct, frozen=True):
    """rate: frames a second. text: whether what is said of the picture stands beside it. scale:
    whether colours and axes hold over the film, or fit each frame.
    """

    format: str = "mp4"
    shape: str = "16:9"
    height: int = 1080
    rate: int = 30
    theme: Theme = "light"
    text: bool = False
    scale: str = "fixed"

    @property
    def size(self) -> Size:
        """H.264 knows even sides alone."""
        wide, high = SHAPES[self.shape]
        return Size(2 * round(self.height * wide / high / 2), self.height)

    def check(self) -> None:
        """Raises UserError of a film that cannot be."""
        if self.format not in FORMATS:
            there = ", ".join(f".{each}" for each in FORMATS)
            raise UserError(f"a film is a file that ends in {there}")
        if self.height % 2 or not HEIGHTS[0] <= self.height <= HEIGHTS[-1]:
            ends = f"{HEIGHTS[0]} … {HEIGHTS[-1]}"
            raise UserError(f"{self.height} pixels high: choose an even number of {ends}")
        if self.format == "gif" and self.rate > _GIF:
            raise UserError(
                f"a GIF has at most {_GIF} frames a second: choose 24 or 30, or another format"
            )
