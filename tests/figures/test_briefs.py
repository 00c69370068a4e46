"""Small plots of an experiment have names for where there is little room."""

from __future__ import annotations

import pytest

from ebmviz.core.markup import to_plain
from ebmviz.core.plot import Sheet
from ebmviz.engine.model.opening import opened
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import main
from tests.scenes import built_in

LETTERS = 14
"""What fits beside a number, or below one another, in a window of 1024 pixels whose text is 1.25
times as large as usual."""


@pytest.mark.parametrize(
    "name", ["calibration", "dimension", "errata", "hopfield-capacity", "information"]
)
@pytest.mark.parametrize("steps", [0, 3])
def test_each_has_one_that_is_short_and_no_other_has(name: str, steps: int) -> None:
    model = opened(built_in(name))
    model.train(steps)
    figure = main(model.scene)
    assert figure is not None
    sheet = figure.draw((Shot(model.scene, model.snapshot(figure.needs)),))
    assert isinstance(sheet, Sheet)
    plots = [plot for row in sheet.rows for plot in row]
    names = [(plot.brief or plot.title).partition(" · ")[0] for plot in plots]
    assert max(len(to_plain(each)) for each in names) <= LETTERS, names
    assert len({*names}) == len(names)
