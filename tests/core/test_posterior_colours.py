"""A density over z begins as the panel that it lies on, in both themes."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core import palette
from ebmviz.core.palette import Theme


def rgb(role: str, theme: Theme) -> list[int]:
    written = palette.color(role, theme)
    return [int(written[i : i + 2], 16) for i in (1, 3, 5)]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_looks_like_the_panel_and_the_most_is_far_from_it(theme: Theme) -> None:
    table = palette.colormap("posterior", theme).astype(int)
    assert table[0].tolist() == rgb("panel", theme)
    away = np.abs(table - table[0]).sum(1)
    assert (np.diff(away) >= -2).all()
    assert away[-1] > 250


def test_other_maps_are_those_of_both_themes() -> None:
    for name in ("viridis", "magma", "cold-warm", "push-pull", "classes"):
        assert (palette.colormap(name, "dark") == palette.colormap(name, "light")).all()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_cells_that_are_off_are_nearly_the_panel_and_the_others_are_data(theme: Theme) -> None:
    """A letter is the same letter in both themes, not its negative."""
    table = palette.colormap("ink", theme).astype(int)
    panel = np.array(rgb("panel", theme))
    off, on = (np.abs(row - panel).sum() for row in (table[0], table[-1]))
    assert table[-1].tolist() == rgb("data", theme)
    assert 20 < off < on / 3
