"""Icons wear the theme's colour."""

from __future__ import annotations

from pathlib import Path

import pytest

from ebmviz.core.palette import Theme, color
from ebmviz.ui.look import theme


@pytest.mark.usefixtures("qapp")
def test_every_action_has_an_icon_in_the_theme_s_colour() -> None:
    names = sorted(path.stem for path in Path("icons").glob("*.svg"))
    assert {"play", "pause", "reset", "export", "ebmviz"} <= set(names)
    both: tuple[Theme, ...] = ("dark", "light")
    for each in both:
        for name in names:
            picture = theme.icon(name, each).pixmap(32, 32).toImage()
            seen = {
                picture.pixelColor(x, y).name()
                for x in range(picture.width())
                for y in range(picture.height())
                if picture.pixelColor(x, y).alpha() == 255
            }
            assert seen, name
            assert name == "ebmviz" or color("text", each) in seen, name
