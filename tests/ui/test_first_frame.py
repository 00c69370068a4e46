"""Nothing is claimed before the first frame, and colours that stand for more say so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ebmviz.core.plot import Image, beyond
from ebmviz.ui.plots.colorbar import ended
from tests.ui.conftest import Student


@pytest.mark.slow
def test_no_axis_has_numbers_before_the_first_frame(sit_down: Callable[..., Student]) -> None:
    student = sit_down(wait=False)
    view = student.window.landscape
    axis = view.canvas.area.getAxis("bottom")
    if student.window.stage.shot is None:
        assert axis.tickValues(0.0, 1.0, 500.0) == []
        assert view.bar._ticks() == ([], [])
    student.until(lambda: student.window.stage.shot is not None)
    assert axis.tickValues(*axis.range, axis.width())  # type: ignore[call-arg]
    assert view.bar._ticks()[1]
    assert view.bar._ticks()[1][-1] == "≥ 3"  # the lecture's range ends within the window


@pytest.mark.parametrize(
    ("values", "more"),
    [([0.0, 2.0], (False, False)), ([0.5, 7.0], (False, True)), ([-1.0, 1.0], (True, False)),
     ([np.nan, np.nan], (False, False)), ([-9.0, 9.0], (True, True))],
)  # fmt: skip
def test_what_lies_beyond_the_colours_is_known(
    values: list[float], more: tuple[bool, bool]
) -> None:
    image = Image(np.array([values]), (0, 1), (0, 1), 0.0, 2.0, "viridis")
    assert beyond(image) == more


def test_an_end_with_more_beyond_says_so_and_is_not_crowded() -> None:
    assert ended([0.0, 1.0, 2.0], 0.0, 2.0, (False, True))[1] == ["0", "1", "≥ 2"]
    values, labels = ended([0.0, 0.5, 1.0, 1.5], 0.0, 1.55, (True, True))
    assert values == [0.0, 0.5, 1.0, 1.55]
    assert labels == ["≤ 0.0", "0.5", "1.0", "≥ 1.55"]
