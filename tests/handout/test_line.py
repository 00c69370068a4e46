"""Lines of few places."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ebmviz.handout.web.line import path, thinned

PLACES = st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=1, max_size=60)


def distance(place: tuple[float, float], a: np.ndarray, b: np.ndarray) -> float:
    along = b - a
    share = np.dot(np.array(place) - a, along) / max(1e-30, float(np.dot(along, along)))
    return float(np.hypot(*(np.array(place) - a - np.clip(share, 0, 1) * along)))


@given(PLACES)
def test_no_place_is_far_from_the_line(places: list[tuple[float, float]]) -> None:
    kept = [np.array(each) for each in thinned(places)]
    ends = list(zip(kept, kept[1:], strict=False)) or [(kept[0], kept[0])]
    assert max(min(distance(p, a, b) for a, b in ends) for p in places) < 0.32
    assert tuple(kept[0]) == places[0]
    assert tuple(kept[-1]) == places[-1]


def test_a_smooth_line_has_few_places() -> None:
    at = np.linspace(0, 400, 1000)
    assert len(list(thinned(list(zip(at, 100 * np.sin(at / 60), strict=True))))) < 80
    assert path(at, 0.5 * at) == "M0 0l400 200"


def test_a_line_breaks_where_a_value_is_not_finite() -> None:
    x = np.array([0.0, 1, 2, 3, np.nan, 5, np.inf, 7, 8])
    assert path(x, x) == "M0 0l3 3M5 5M7 7l1 1"
    assert path(x[:0], x[:0]) == ""
    far = path(np.array([0.0, 1e30]), np.array([0.0, 0.0]))
    assert float(re.findall(r"l([\d.]+)", far)[0]) == 1e4
