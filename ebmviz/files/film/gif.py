"""An animated GIF, of 256 colours for the whole film.

Written frame by frame: Pillow compresses each, but keeps all in memory where it writes the file.
"""

from __future__ import annotations

import contextlib
import io
import struct
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from ebmviz.core.film.look import Look
from ebmviz.core.snapshot import Array
from ebmviz.files.film.changed import changed

if TYPE_CHECKING:
    from PIL.Image import Image

_HEAD = 13
_FOR_EVER = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
_LONGEST = 65535  # hundredths of a second that a picture stays
_THINNED = 3  # of rows and columns, in the search for colours: of all in 9 pixels, one


@contextlib.contextmanager
def begun(
    file: BinaryIO, look: Look, _pictures: int, samples: Sequence[Array]
) -> Iterator[_Animation]:
    """One that repeats for ever."""
    yield (made := _Animation(file, look, samples))
    made.end()


class _Animation:
    def __init__(self, file: BinaryIO, look: Look, samples: Sequence[Array]) -> None:
        self._file, self._rate, self._frames = file, look.rate, 0
        self._palette = _common(samples)
        self._before: Array | None = None
        # The size, 256 colours of 8 bits each for all pictures; the first is the ground.
        file.write(b"GIF89a" + struct.pack("<HHBBB", *look.size, 0xF7, 0, 0))
        file.write(bytes(self._palette.getpalette() or ()).ljust(768, b"\0") + _FOR_EVER)

    def add(self, picture: Array, frames: int) -> None:
        """A picture as far as it differs from the one before."""
        from PIL import Image

        image = Image.fromarray(picture)
        indices = np.asarray(image.quantize(palette=self._palette, dither=Image.Dither.NONE))
        part, left, top = changed(self._before, indices)
        self._file.write(b"\x21\xf9\x04\x04" + struct.pack("<HBB", self._pause(frames), 0, 0))
        high, wide = part.shape
        self._file.write(b"\x2c" + struct.pack("<HHHHB", left, top, wide, high, 0))
        self._file.write(_compressed(part))
        self._before = indices

    def end(self) -> None:
        """It is whole."""
        self._file.write(b"\x3b")

    def _pause(self, frames: int) -> int:
        """Hundredths of a second, such that the film as a whole is as long as it should be."""
        began = round(100 * self._frames / self._rate)
        self._frames += frames
        return min(_LONGEST, round(100 * self._frames / self._rate) - began)


def _common(samples: Sequence[Array]) -> Image:
    """The 256 colours that suit these pictures."""
    from PIL import Image

    thin = [sample[::_THINNED, ::_THINNED] for sample in samples]
    wide = max(each.shape[1] for each in thin)
    padded = [np.pad(each, ((0, 0), (0, wide - each.shape[1]), (0, 0)), "edge") for each in thin]
    whole = Image.fromarray(np.concatenate(padded))
    return whole.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _compressed(indices: Array) -> bytes:
    """The data of a GIF with the one picture: what follows its head, its colours and its place."""
    from PIL import Image

    image = Image.fromarray(indices)
    image.putpalette(bytes(range(256)) * 3)
    out = io.BytesIO()
    image.save(out, "GIF", optimize=False, interlace=0)
    return _data(out.getvalue())


def _data(whole: bytes) -> bytes:
    """From the size of its first codes to the end of its blocks."""
    packed = whole[10]
    at = _HEAD + (3 << (packed & 7) + 1 if packed & 0x80 else 0)
    while whole[at] == 0x21:  # an extension: its blocks are skipped
        at = _end(whole, at + 2)
    assert whole[at] == 0x2C
    local = whole[at + 9]
    at += 10 + (3 << (local & 7) + 1 if local & 0x80 else 0)
    return whole[at : _end(whole, at + 1)]


def _end(whole: bytes, at: int) -> int:
    """Behind the blocks that begin there."""
    while whole[at]:
        at += whole[at] + 1
    return at + 1
