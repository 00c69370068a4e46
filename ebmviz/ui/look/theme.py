"""The look of the whole window: Fusion with our palette, one style sheet, three type sizes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QToolTip

from ebmviz.core import assets, palette
from ebmviz.core.palette import Theme
from ebmviz.ui.look.stylesheet import sheet

Type = Literal["body", "title", "hero", "number", "math"]

SIZES: dict[Type, int] = {"body": 13, "title": 11, "hero": 20, "number": 13, "math": 13}
_ICON_SIZES = (16, 20, 24, 32, 40, 48, 64, 128)


@dataclass
class _Look:
    theme: Theme = "dark"
    scale: float = 1.0
    lens: float = 1.0


_look = _Look()


def apply(app: QApplication, theme: Theme, scale: float = 1.0) -> None:
    """Dresses every window; may be called again at any time, to change theme or size."""
    _look.theme, _look.scale = theme, scale
    wanted = sheet(theme, px)
    if app.styleSheet() == wanted:  # it says every colour and length: nothing would change
        return
    app.setStyleSheet("")  # Qt dresses what wears none in half the time of changing it
    if not app.property("ebmvizFusion"):
        app.setStyle("Fusion")
        app.setProperty("ebmvizFusion", True)
    app.setPalette(_palette(theme))
    app.setFont(font("body"))
    QToolTip.setFont(font("body"))
    app.setStyleSheet(wanted)


@contextmanager
def dressed_together(app: QApplication) -> Iterator[None]:
    """For making a window: what is made inside is dressed at its end. Qt would dress every widget,
    and all within it, each time that it is put into another: half the time of making a window.
    """
    worn = app.styleSheet()
    app.setStyleSheet("")
    try:
        yield
    finally:
        app.setStyleSheet(worn)


def current() -> Theme:
    """The theme last applied."""
    return _look.theme


def scale() -> float:
    """The magnification last applied: 1, or more for the presenter mode."""
    return _look.scale


def px(length: float) -> int:
    """A length of the design, in device-independent pixels at the current magnification."""
    return round(length * _look.scale)


def growth() -> float:
    """What marks on a plot are magnified by: with the text they grow, but never shrink."""
    return max(1.0, _look.scale)


def thick(width: float) -> float:
    """Of a line, in pixels. It grows with the text, but for hairlines, which Qt strokes several
    times faster than others.
    """
    return width if width <= 1 else width * growth() * _look.lens


@contextmanager
def behind_lens(factor: float) -> Iterator[None]:
    """What is drawn meanwhile is seen so many times larger. Lines, whose width Qt takes in pixels
    of the screen, are drawn that much broader.
    """
    before, _look.lens = _look.lens, factor
    try:
        yield
    finally:
        _look.lens = before


def tint(role: str, alpha: float = 1.0) -> QColor:
    """The colour of a role in the current theme."""
    color = QColor(palette.color(role, _look.theme))
    color.setAlphaF(alpha)
    return color


def font(kind: Type) -> QFont:
    """One of the three type sizes, `math` being italic; all figures have equal width."""
    found = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    found.setPixelSize(px(SIZES[kind]))
    found.setFeature(QFont.Tag.fromString("tnum"), 1)
    if kind == "title":
        found.setCapitalization(QFont.Capitalization.AllUppercase)
        found.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 1.1 * _look.scale)
    if kind in ("title", "hero"):
        found.setWeight(QFont.Weight.DemiBold)
    found.setItalic(kind == "math")
    return found


def system_theme(app: QApplication) -> Theme:
    """What the desktop asks for; dark where it does not say."""
    return "light" if app.styleHints().colorScheme() is Qt.ColorScheme.Light else "dark"


@cache
def icon(name: str, theme: Theme, role: str = "text") -> QIcon:
    """icons/NAME.svg in the colour of `role`, sharp at every size; muted while disabled."""
    made = QIcon()
    for mode, shade in ((QIcon.Mode.Normal, role), (QIcon.Mode.Disabled, "track")):
        for size in _ICON_SIZES:
            made.addPixmap(_drawn(name, palette.color(shade, theme), size), mode)
    return made


def pixmap(name: str, size: int, ratio: float, role: str = "text") -> QPixmap:
    """An icon as a picture of `size` device-independent pixels, for custom painting."""
    return _scaled(name, palette.color(role, _look.theme), size, ratio)


@lru_cache(256)  # texts of every size have theirs
def _scaled(name: str, color: str, size: int, ratio: float) -> QPixmap:
    drawn = _drawn(name, color, round(size * ratio))
    drawn.setDevicePixelRatio(ratio)
    return drawn


def _drawn(name: str, color: str, size: int) -> QPixmap:
    svg = assets.icon(name).read_text("utf-8").replace("currentColor", color)
    drawn = QPixmap(size, size)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return dried(drawn)


def dried(drawn: QPixmap) -> QPixmap:
    """The same picture without what painted it: Qt keeps an engine of some 10 kB for every picture
    that was ever painted on, as long as it lives.
    """
    return QPixmap.fromImage(drawn.toImage().copy())


def _palette(theme: Theme) -> QPalette:
    roles: dict[QPalette.ColorRole, str] = {
        QPalette.ColorRole.Window: "window",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "field",
        QPalette.ColorRole.AlternateBase: "panel",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.Button: "panel",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.BrightText: "bad",
        QPalette.ColorRole.ToolTipBase: "panel",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on-accent",
        QPalette.ColorRole.Accent: "accent",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.LinkVisited: "accent",
        QPalette.ColorRole.Light: "border",
        QPalette.ColorRole.Midlight: "border",
        QPalette.ColorRole.Mid: "border",
        QPalette.ColorRole.Dark: "border",
        QPalette.ColorRole.Shadow: "window",
    }
    made = QPalette()
    for role, name in roles.items():
        made.setColor(role, QColor(palette.color(name, theme)))
    faint = QColor(palette.color("muted", theme))
    faint.setAlphaF(0.55)
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.ButtonText,
    ):
        made.setColor(QPalette.ColorGroup.Disabled, role, faint)
    return made
