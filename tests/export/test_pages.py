"""Pages of a usual size: each picture has it, to the pixel and to the point."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from matplotlib import image

from ebmviz.core.plot import Axis, Curve, Plot
from ebmviz.export.job import Job, decode, encode
from ebmviz.export.pages import FIT, PAGES
from ebmviz.export.render import render

X = np.linspace(0, 1, 20)
PLOT = Plot("A curve", Axis("x"), Axis("y"), layers=(Curve(X, X**2, "energy", "square"),))


@pytest.mark.parametrize("name", [name for name in PAGES if name != FIT])
def test_a_picture_has_the_size_of_its_page(name: str) -> None:
    page = PAGES[name]
    assert page.inches is not None
    png = render(PLOT, "png", "light", page.inches, page.dpi)
    high, wide = image.imread(io.BytesIO(png)).shape[:2]
    expected = [round(side * page.dpi) for side in page.inches]
    assert [wide, high] == pytest.approx(expected, abs=1)
    svg = render(PLOT, "svg", "light", page.inches, page.dpi).decode()
    found = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    assert found
    assert [float(s) / 72 for s in found.groups()] == pytest.approx(page.inches, abs=0.01)


def test_slides_fill_a_projector() -> None:
    for name, size in {"wide": (1920, 1080), "slide": (1440, 1080)}.items():
        page = PAGES[name]
        assert page.inches is not None
        assert tuple(round(side * page.dpi) for side in page.inches) == size


def test_an_order_keeps_its_page() -> None:
    assert decode(encode(Job(PLOT, "png", page="wide"))).page == "wide"
    assert decode(encode(Job(PLOT, "png"))).page == FIT
