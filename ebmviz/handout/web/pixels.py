"""Pixels inside a page: maps and surfaces as WebP, without loss, in the address of a picture."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image as Pillow

from ebmviz.core import palette
from ebmviz.core.palette import Theme
from ebmviz.core.plot import Image, Surface
from ebmviz.core.relief import render
from ebmviz.core.snapshot import Array
from ebmviz.export import style

_THEMED = "posterior", "ink"
"""Colour maps that are those of a theme."""
_WIDE = 640  # pixels of a surface


def themes(colormap: str) -> tuple[Theme, ...]:
    """Those in which a map looks otherwise."""
    return ("light", "dark") if colormap in _THEMED else ("light",)


def of_map(layer: Image, theme: Theme) -> str:
    """The address of its cells."""
    cells = style.cells(layer.values, layer.low, layer.high, layer.colormap, theme)
    return _address(cells[::-1])


def of_surface(layer: Surface, theme: Theme) -> str:
    """The address of its picture."""
    left, right, bottom, top = layer.camera.extent
    size = _WIDE, max(1, round(_WIDE * (top - bottom) / (right - left)))
    pixels = render(layer.heights, layer.paint, layer.colormap, layer.camera, size, theme)
    return _address(pixels.view(np.uint8).reshape(*pixels.shape, 4)[::-1])


def of_bar(colormap: str, theme: Theme) -> str:
    """The address of the colours of a map, the lowest at the bottom."""
    return _address(palette.colormap(colormap, theme)[::-4, None])


def _address(pixels: Array) -> str:
    picture = Pillow.fromarray(np.ascontiguousarray(pixels))
    if pixels.shape[2] == 4 and (pixels[..., 3] == 255).all():
        picture = picture.convert("RGB")
    out = io.BytesIO()
    picture.save(out, "webp", lossless=True, method=4, quality=60)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"
