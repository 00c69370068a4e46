"""Colours can be told apart from what they lie on, by the ratios of WCAG 2.2 (1.4.3, 1.4.11)."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from ebmviz.core import palette
from ebmviz.core.palette import ROLES, Theme
from ebmviz.core.plot import Curve, Layer, Points, Segments
from ebmviz.ui.app import application
from ebmviz.ui.look import theme as theme_of
from ebmviz.ui.plots import strokes
from ebmviz.ui.plots.items import paint_of

THEMES: tuple[Theme, ...] = ("dark", "light")
CLASSES = [palette.class_role(k) for k in range(palette.CLASSES)]
MARKS = ["data", "manifold", "probe", "latent", "energy", "cut", "loss", "down", "up", *CLASSES]
SIGNS = ["accent", "good", "warn", "bad"]
WORDS = ["text", "muted", "latent", "loss", "bad"]
"""Roles that words are written in."""


def luminance(color: str) -> float:
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def rim(theme: Theme) -> str:
    found: QColor = strokes.rim(theme, 255)
    return found.name()


def test_the_ratio_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_words_can_be_read(theme: Theme) -> None:
    for role in WORDS:
        assert contrast(palette.color(role, theme), palette.color("panel", theme)) >= 4.5, role
    for role, ground in (("text", "window"), ("muted", "window"), ("text", "field")):
        assert contrast(palette.color(role, theme), palette.color(ground, theme)) >= 4.5, role
    assert contrast(palette.color("on-accent", theme), palette.color("accent", theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", [*MARKS, *SIGNS])
def test_marks_are_seen_on_a_panel_and_in_a_legend(role: str, theme: Theme) -> None:
    assert contrast(palette.color(role, theme), palette.color("panel", theme)) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", [*MARKS, "text"])
def test_marks_are_seen_within_their_halo_on_any_map(role: str, theme: Theme) -> None:
    """Whatever the map's colour, the mark has an edge: its ink against its halo."""
    assert contrast(palette.color(role, theme), rim(theme)) >= 3


def seen(layer: Layer, theme: Theme, ground: str) -> set[str]:
    """The colours of a layer painted on a ground."""
    picture = QImage(60, 60, QImage.Format.Format_RGB32)
    picture.fill(QColor(ground))
    painter = QPainter(picture)
    paint_of(layer, theme)(painter, QRectF(0, 0, 60, 60))
    painter.end()
    return {picture.pixelColor(x, y).name() for x in range(60) for y in range(60)}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", ["pull", "contour", "text", "muted", "manifold"])
@pytest.mark.parametrize("ground", ["#fde725", "#440154", "#21908c", "#ffffff", "#14171e"])
def test_a_line_arrow_or_mark_with_a_halo_is_seen(role: str, theme: Theme, ground: str) -> None:
    """It has an edge of 3 to 1 in itself: the boundary of classes, arrows, answers."""
    theme_of.apply(application(), theme)
    at, ends = np.array([5.0, 55.0]), np.array([[5.0, 30.0]])
    layers: tuple[Layer, ...] = (
        Curve(at, np.array([30.0, 30.0]), role, width=2.2, halo=True),
        Segments(ends, ends + [50.0, 0.0], role, width=2.2, halo=True),
        Points(np.array([30.0]), np.array([30.0]), role, size=20),
    )
    for layer in layers:
        colours = seen(layer, theme, ground)
        assert palette.color(role, theme) in colours
        assert max(contrast(palette.color(role, theme), c) for c in colours) >= 3
    theme_of.apply(application(), "dark")


def test_every_role_of_a_class_is_checked() -> None:
    assert {r for r in ROLES if r.startswith("class-")} == set(CLASSES)
