"""The page: nothing overlaps, nothing is cut off, whatever the figure and the size."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import msgspec
import numpy as np
import pytest
from matplotlib.figure import Figure

from ebmviz.core.errors import UserError
from ebmviz.core.plot import Axis, Curve, Image, Plot, Points, Segments, Sheet
from ebmviz.export import style
from ebmviz.export.compose import arrangement, compose, fits
from ebmviz.export.legend import renderer
from ebmviz.export.render import render
from ebmviz.export.ticks import Linear
from tests.slow import slow, sparing

LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
LINE = np.linspace(-2.0, 2.0, 9)


def landscape(wide: int = 80, high: int = 80, caption: str = "") -> Plot:
    image = Image(np.zeros((high, wide)), (-2, 2), (-2, 2 * high / wide), 0, 1, "viridis", "F_β")
    layers = (
        image,
        Curve(LINE, LINE, "manifold", "manifold ỹ(z)", halo=True),
        Segments(np.zeros((1, 2)), np.ones((1, 2)), "pull", "pull of the next step", head=6),
        Points(LINE, LINE, "data", "data y"),
    )
    return Plot("F_β(y) and more", Axis("y_1"), Axis("y_2"), layers, equal=True, caption=caption)


def section(curves: int = 6) -> Plot:
    layers = tuple(Curve(LINE, LINE**2 * k, "energy", f"β = {k}") for k in range(1, curves + 1))
    return Plot("Cross-section", Axis("y_2"), Axis("F_β", 0, 5), layers)


FIGURES: dict[str, Plot | Sheet] = {
    "map": landscape(caption="a caption that is long enough to be broken into two lines " * 2),
    "wide": landscape(80, 12),
    "tall": landscape(20, 80),
    "curves": section(12),
    "sheet": Sheet("Cooling", ((landscape(), landscape()),) * 2, "small multiples " * 20),
    "mixed": Sheet("", ((landscape(), section()), (section(),))),
}
SLIDE = (13.33, 7.5)
PAGES = sparing(
    [(name, size) for name in FIGURES for size in (None, SLIDE)],
    [("map", None), ("tall", SLIDE), ("curves", SLIDE), ("sheet", SLIDE), ("mixed", None)],
)


def placed(page: Figure) -> list[tuple[float, float, float, float]]:
    """The boxes of all texts and legends that stand outside of axes, in pixels."""
    page.draw_without_rendering()
    boxes = [text.get_window_extent(renderer(page)) for text in page.texts]
    boxes += [legend.get_window_extent(renderer(page)) for legend in page.legends]
    for axes in page.axes:
        boxes += [text.get_window_extent(renderer(page)) for text in (axes.title, *axes.texts)]
        if legend := axes.get_legend():
            boxes.append(legend.get_window_extent(renderer(page)))
        outer = axes.get_tightbbox(renderer(page), for_layout_only=True)
        boxes += [outer] if outer else []
    return [box.extents for box in boxes if box.width and box.height]


@pytest.mark.parametrize(("name", "size"), PAGES)
def test_everything_stands_on_the_page(name: str, size: tuple[float, float] | None) -> None:
    page = compose(FIGURES[name], "light", size, 100)
    if size:
        assert tuple(page.get_size_inches()) == size
    width, height = page.bbox.width, page.bbox.height
    for left, bottom, right, top in placed(page):
        assert left >= -1
        assert bottom >= -1
        assert right <= width + 1
        assert top <= height + 1


@pytest.mark.parametrize(("name", "size"), PAGES)
def test_panels_and_legends_keep_apart(name: str, size: tuple[float, float] | None) -> None:
    page = compose(FIGURES[name], "light", size, 100)
    page.draw_without_rendering()
    legends = [*page.legends, *(found for axes in page.axes if (found := axes.get_legend()))]
    boxes = [owner.get_window_extent() for owner in (*page.axes, *legends)]
    for k, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[k + 1 :])


def test_a_map_fills_its_frame_and_the_bar_is_as_high() -> None:
    page = compose(landscape(80, 40), "light", None, 100)
    page.draw_without_rendering()
    axes = page.axes[0]
    assert np.allclose(axes.get_xlim(), (-2 - 4 / 79 / 2, 2 + 4 / 79 / 2))
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert axes.bbox.width / axes.bbox.height == pytest.approx((right - left) / (top - bottom))
    (bar,) = axes.child_axes
    assert np.allclose((bar.bbox.y0, bar.bbox.y1), (axes.bbox.y0, axes.bbox.y1))
    assert 2 <= len(bar.get_yticks()) <= 6


@pytest.mark.slow
def test_a_sheet_shares_one_legend() -> None:
    page = compose(FIGURES["sheet"], "dark", None, 100)
    assert len(page.legends) == 1
    assert not any(axes.get_legend() for axes in page.axes)
    assert all(axes.get_legend() for axes in compose(FIGURES["mixed"], "dark", None, 100).axes)


def test_an_empty_figure_is_still_a_page() -> None:
    nothing = Curve(np.zeros(0), np.zeros(0), "data", "nothing")
    for figure in (Sheet("", ()), Plot("", Axis("x"), Axis("y", log=True), (nothing,))):
        assert render(figure, "png").startswith(b"\x89PNG")


def test_texts_that_are_no_markup_stay_readable() -> None:
    odd = "5 $ a_b {~} ^{\\frac} <x> & -- \x00\x07"
    svg = render(Plot(odd, Axis(odd), Axis("$"), ()), "svg")
    assert "<title>" in svg.decode()
    assert ElementTree.fromstring(svg) is not None


def test_long_texts_are_broken_between_words() -> None:
    lines = style.wrapped("one two F_{a b} three four five six seven", style.BODY, 1.0).split("\n")
    assert len(lines) > 2
    assert all(style.width(line, style.BODY) <= 1.0 for line in ("one two", "seven"))


def test_each_tick_says_its_whole_number() -> None:
    assert Linear().format_ticks([0, 1e7, 2e7]) == ["0", "1·10⁷", "2·10⁷"]
    assert Linear().format_ticks([2999.5, 3000.0]) == ["2999.5", "3000.0"]
    assert Linear().get_offset() == ""


@pytest.mark.parametrize(("low", "high"), [(4e4 - 0.03, 4e4 + 0.05), (-3e-9, 5e-9), (8e6, 9e6)])
def test_no_number_of_a_figure_is_cut_in_two_and_none_touch(low: float, high: float) -> None:
    """As the window writes them: whole, along the axes and at the colour bar."""
    side = np.linspace(low, high, 5)
    image = Image(side + side[:, None], (low, high), (low, high), low, high, "viridis", "E")
    plot = Plot("", Axis("x", low, high), Axis("y", low, high), (image,))
    svg = render(plot, "svg", "light", (4, 3)).decode()
    numbers = re.findall(r">([−\d.]+(?:·10[⁻⁰¹²³⁴-⁹]+)?)</text>", svg)
    assert len(numbers) >= 6
    for number in numbers:
        lead, _, power = number.partition("·10")
        value = float(f"{lead}e{power.translate(LOWERED) or 0}".replace("−", "-"))
        assert low <= value <= high, number
    page = compose(plot, "light", (4, 3), 100)
    below = [t for t in page.axes[0].xaxis.get_ticklabels() if t.get_text()]
    boxes = sorted(t.get_window_extent(renderer(page)).extents[[0, 2]].tolist() for t in below)  # type: ignore[attr-defined, call-overload]
    assert all(a[1] < b[0] for a, b in zip(boxes, boxes[1:], strict=False)), boxes


@pytest.mark.parametrize(
    ("format", "size", "dpi", "says"),
    [
        ("bmp", None, 200, "png, svg, pdf"),
        ("png", (2, 2), 200, "too small"),
        ("png", (90, 90), 2000, "at most"),
        ("png", (float("nan"), 3), 200, "inches"),
        ("png", None, float("inf"), "dots"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    format: str, size: tuple[float, float] | None, dpi: float, says: str
) -> None:
    with pytest.raises(UserError, match=says):
        render(landscape(), format, "light", size, dpi)


@pytest.mark.slow
def test_the_label_of_a_low_axis_is_shorter_and_on_the_page() -> None:
    """Whether the page is laid out for it, or an arrangement of another frame is taken over."""
    line = Curve(np.arange(3.0), np.arange(3.0), "energy", "a line")
    plot = Plot("P", Axis("x"), Axis("x_2, agent 2 sees"), (line,))
    sheet = Sheet("S", ((plot, plot), (plot, plot)), "A caption that takes some room below")
    for size, label in (((12.0, 9.0), "agent 2"), ((6.0, 4.35), "")):
        there = arrangement(sheet, size, 100)
        page = compose(sheet, "light", size, 100, there)
        inked = page.get_tightbbox(renderer(page))
        assert inked.x0 >= -0.01
        assert inked.x1 <= size[0] + 0.01
        for axes in page.axes:
            assert label in axes.get_ylabel()
            assert "\n" not in axes.get_ylabel()
            assert axes.get_ylabel()
    assert "agent" not in page.axes[0].get_ylabel()


@pytest.mark.parametrize("size", [(5.0, 4.2), slow((5.6, 4.9)), slow((6.34, 5.4))])
def test_a_figure_has_room_where_it_was_arranged(size: tuple[float, float]) -> None:
    """Its legend is higher below narrower axes: the whole of it is on the page all the same."""
    names = ["other minima over y", "best answer, argmin_y E", "data (x, y)", "cut", "probe y′"]
    plain = landscape()
    lines = tuple(Curve(LINE, LINE, "energy", name) for name in names)
    plot = msgspec.structs.replace(plain, layers=(*plain.layers[:1], *lines))
    there = arrangement(plot, size, 100)
    assert fits(plot, size, 100, there)
