"""The SVG of each kind of figure as other programs draw it, beside our own PNG.

`python -m tests.benchmarks.drawings [-o FOLDER]` draws by Qt, Chromium, ImageMagick or librsvg, and
Inkscape, as far as they are installed, and prints for each the mean difference of colours and the
share of places that are off by more than a quarter. Ends with 1 where that share is above 2 %.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from ebmviz.commands.base.headless import draw
from ebmviz.core import library
from ebmviz.core.snapshot import Array
from ebmviz.export.render import render
from ebmviz.figures.registry import FIGURES
from ebmviz.files.opening import open_any

CATALOGUE = library.shipped_catalogue()
KINDS = {
    "map": ("ellipse", "landscape"),
    "surface": ("ellipse", "surface"),
    "isolines": ("ellipse", "stack"),
    "curves": ("ellipse", "cross-section"),
    "bars": ("ellipse", "latent-lens"),
    "sheet": ("ellipse", "gibbs-manifold"),
    "cells": ("hopfield", "hopfield"),
    "classes": ("multiclass", "class-maps"),
}
DPI, BLOCK = 144, 4  # letters differ by a pixel from one program to another
OFF, MOST = 0.25, 0.02
Drawn = Callable[[Path, int, int], Array]


def by_qt(svg: Path, wide: int, high: int) -> Array:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    _app = QGuiApplication.instance() or QGuiApplication([])
    image = QImage(wide, high, QImage.Format.Format_RGB888)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(high, image.bytesPerLine())
    return rows[:, : 3 * wide].reshape(high, wide, 3).copy()


def by_chromium(svg: Path, wide: int, high: int) -> Array:
    from tests.screen.browser import chromium

    page = svg.with_suffix(".html")
    look = f"position:fixed;left:0;top:0;width:{wide}px;height:{high}px"
    page.write_text(f'<img src="{svg.name}" style="{look}">', "utf-8")
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder)) as browser:
        browser.open(page)
        return opened(browser.look(wide, high))


def by_librsvg(svg: Path, wide: int, high: int) -> Array:
    size = ["-w", str(wide), "-h", str(high), "-b", "white"]
    return opened(output("rsvg-convert", *size, str(svg)))


def by_imagemagick(svg: Path, wide: int, high: int) -> Array:
    size = ["-density", str(DPI), str(svg), "-resize", f"{wide}x{high}!", "-flatten", "png:-"]
    return opened(output("convert", *size))


def by_inkscape(svg: Path, wide: int, high: int) -> Array:
    made = svg.with_suffix(".inkscape.png")
    size = ["-w", str(wide), "-h", str(high), "-b", "white", "-o", str(made)]
    output("inkscape", *size, str(svg))
    return opened(made.read_bytes())


PROGRAMS: dict[str, tuple[str, Drawn]] = {
    "Qt": ("", by_qt),
    "Chromium": ("chromium", by_chromium),
    "librsvg": ("rsvg-convert", by_librsvg),
    "ImageMagick": ("convert", by_imagemagick),
    "Inkscape": ("inkscape", by_inkscape),
}


def output(*words: str) -> bytes:
    return subprocess.run(words, check=True, capture_output=True, timeout=120).stdout


def opened(png: bytes) -> Array:
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    ground = Image.new("RGBA", picture.size, "white")
    return np.asarray(Image.alpha_composite(ground, picture).convert("RGB"))


def difference(one: Array, other: Array) -> tuple[float, float]:
    """The mean, and the share of blocks that are off."""
    high, wide = (side // BLOCK * BLOCK for side in one.shape[:2])
    shape = high // BLOCK, BLOCK, wide // BLOCK, BLOCK, 3
    blocks = [each[:high, :wide].astype(float).reshape(shape).mean((1, 3)) for each in (one, other)]
    off = abs(blocks[0] - blocks[1]) / 255
    return float(off.mean()), float((off.max(-1) > OFF).mean())


def main() -> int:
    """Print a line for each figure and program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path(tempfile.mkdtemp()))
    folder: Path = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    there = {k: d for k, (p, d) in PROGRAMS.items() if not p or shutil.which(p)}
    print(f"drawn by {', '.join(there)}; into {folder}")
    wrong = 0
    for kind, (scene, figure) in KINDS.items():
        found = open_any(scene, CATALOGUE)
        value = draw(FIGURES[figure], found, CATALOGUE)
        svg = folder / f"{kind}.svg"
        svg.write_bytes(render(value, "svg"))
        png = opened(render(value, "png", dpi=DPI))
        Image.fromarray(png).save(folder / f"{kind}.png")
        for name, drawn in there.items():
            made = drawn(svg, png.shape[1], png.shape[0])
            Image.fromarray(made).save(folder / f"{kind}.{name}.png")
            mean, off = difference(png, made)
            wrong += off > MOST
            print(f"{kind:9} {name:12} mean {mean:.4f}  off {100 * off:6.3f} %", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
