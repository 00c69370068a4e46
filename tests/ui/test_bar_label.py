"""The label of a colour bar is whole, however long."""

from __future__ import annotations

import pytest

from ebmviz.core import markup
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.plots.axis import text_width
from ebmviz.ui.plots.colorbar import ColorBar


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize("label", ["E", "E − min E", "F_β − min F_β", "ΔF − ⟨ΔF⟩_P"])
@pytest.mark.usefixtures("qtbot")
def test_the_label_has_room(label: str, scale: float) -> None:
    theme.apply(application(), "dark", scale)
    bar = ColorBar()
    bar.show_scale("viridis", 0.0, 3.0, label)
    wide = text_width([markup.to_plain(label)], theme.font("number"))
    assert bar.minimumWidth() == bar.maximumWidth() >= theme.px(12) + wide
    theme.apply(application(), "dark")
