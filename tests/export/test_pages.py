"""Pages of a usual size: each picture has it, to the pixel and to the point."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import msgspec
import numpy as np
import pytest
from matplotlib import image

from ebmviz.core.errors import UserError
from ebmviz.core.plot import Axis, Curve, Plot
from ebmviz.export import style
from ebmviz.export.job import Job, decode, encode
from ebmviz.export.pages import FIT, PAGES
from ebmviz.export.render import render
from tests.slow import sparing

X = np.linspace(0, 1, 20)
PLOT = Plot("A curve", Axis("x"), Axis("y"), layers=(Curve(X, X**2, "energy", "square"),))


@pytest.mark.parametrize(
    "name", sparing([name for name in PAGES if name != FIT], ("column", "slide"))
)
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


def test_a_column_has_smaller_letters_and_cuts_nothing() -> None:
    """85 mm wide, letters of 8 points: the title is broken, and stands on the page."""
    long = msgspec.structs.replace(PLOT, title="A title that is longer than one column is wide")
    page = PAGES["column"]
    assert page.inches is not None
    assert page.inches[0] * 25.4 == pytest.approx(85)
    svg = render(long, "svg", "light", page.inches, page.dpi, points=page.points).decode()
    found = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt" viewBox="0 0 ([\d.]+)', svg)
    assert found
    assert float(found[1]) == pytest.approx(85 / 25.4 * 72, abs=0.1)
    assert float(found[1]) / float(found[3]) == pytest.approx(8 / style.BODY, abs=1e-4)
    words = re.findall(r">(A title|[a-z ]*column[a-z ]*)", svg)
    assert words, "the title is there, in lines"


@pytest.mark.parametrize("points", [6.0, 8.0, 16.0])
def test_letters_have_the_size_that_is_asked_for_in_every_format(
    points: float, tmp_path: Path
) -> None:
    inches, dpi = (8.0, 5.0), 100.0
    png = render(PLOT, "png", "light", inches, dpi, points=points)
    high, wide = image.imread(io.BytesIO(png)).shape[:2]
    assert [wide, high] == pytest.approx([800, 500], abs=1)
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(render(PLOT, "pdf", "light", inches, dpi, points=points))
    said = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    assert "576 x 360 pts" in said
    boxes = subprocess.run(
        ["pdftotext", "-bbox", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    box = re.search(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">square<', boxes)
    assert box
    assert float(box[2]) - float(box[1]) == pytest.approx(1.164 * points, rel=0.02)


def test_a_transparent_picture_has_no_ground() -> None:
    for format in ("svg", "png"):
        clear, solid = (render(PLOT, format, transparent=on) for on in (True, False))
        assert clear != solid
    pixels = image.imread(io.BytesIO(render(PLOT, "png", transparent=True)))
    assert pixels[0, 0, 3] == 0
    assert (pixels[..., 3] == 0).mean() > 0.8
    assert pixels[..., 3].max() == 1
    assert image.imread(io.BytesIO(render(PLOT, "png")))[0, 0, 3] == 1


def test_letters_of_no_sensible_size_are_refused() -> None:
    for points in (0.0, 3.0, 100.0, float("nan")):
        with pytest.raises(UserError, match="points"):
            render(PLOT, "svg", points=points)
