"""Pictures whose dark parts become points."""

from __future__ import annotations

import struct
import zlib
from random import Random

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from ebmviz.core.hands.chance import chance
from ebmviz.core.hands.density import drawn
from ebmviz.ui.hands.picture import dark, read
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import Target
from tests.benchmarks.fuzz.targets.png import START, chunk


class Densities(Target):
    """PNG and JPEG of anything."""

    name, what = "densities", "pictures that points are drawn from (PNG, JPEG)"

    def seeds(self) -> list[bytes]:
        grey = (np.arange(40 * 60).reshape(40, 60) % 251).astype(np.uint8)
        image = QImage(grey.data, 60, 40, 60, QImage.Format.Format_Grayscale8)
        made = []
        for kind, form in (("PNG", 0), ("JPEG", 0), ("PNG", 1)):
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            some = image.convertToFormat(QImage.Format.Format_Indexed8) if form else image
            some.save(buffer, kind)  # type: ignore[call-overload]
            made.append(bytes(buffer.data().data()))
        return made

    def made(self, dice: Random) -> bytes:
        if dice.random() < 0.5:
            return super().made(dice)
        wide, high = (
            mutations.packed_number(dice, ">L")
            if dice.random() < 0.3
            else struct.pack(">L", dice.choice((1, 7, 60, 3000)))
            for _ in "ab"
        )
        depth, colour = dice.choice((1, 2, 4, 8, 16, 3)), dice.choice((0, 2, 3, 4, 6, 5))
        head = wide + high + bytes((depth, colour, 0, 0, dice.choice((0, 1))))
        rows = zlib.compress(bytes(dice.choice((10, 3000, 200_000))))
        extra = [
            chunk(
                dice.choice(
                    (b"PLTE", b"tRNS", b"gAMA", b"iCCP", b"pHYs", b"acTL", b"eXIf", b"zTXt")
                ),
                dice.randbytes(dice.choice((0, 3, 9, 200))),
            )
            for _ in range(dice.choice((0, 0, 1, 3)))
        ]
        parts = [START, chunk(b"IHDR", head), *extra, chunk(b"IDAT", rows), chunk(b"IEND", b"")]
        return b"".join(parts)

    def act(self, data: bytes) -> None:
        kind = "jpg" if data[:2] == b"\xff\xd8" else "png"
        image = read(self.written(f"a.{kind}", data))
        shade = dark(image)
        if not (np.isfinite(shade).all() and shade.min() >= 0 and shade.max() <= 1):
            raise AssertionError("darker than black, or lighter than white")
        points = drawn(shade, (0.0, 1.0, 0.0, 1.0), 50, chance(1, 0))
        if points.shape != (50, 2) or not np.isfinite(points).all():
            raise AssertionError(f"points of {points.shape}")
