"""Figures of Hopfield networks: cells where they belong, words that are true, painting."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from ebmviz.core.plot import Bars, Curve, Image, Points, Rule, Segments, Sheet
from ebmviz.engine.model.opening import opened
from ebmviz.figures import attention, capacity, hopfield
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers import patterns as cells
from ebmviz.figures.layers import recalls
from tests.figures.drawing import layers
from tests.scenes import built_in


def shoot(name: str, steps: int = 0, **changes: Any) -> Shot:
    engine = opened(built_in(name, changes))
    if steps:
        engine.train(steps)
    figures = {"hopfield": hopfield, "hopfield-capacity": capacity, "hopfield-modern": attention}
    needs = (*figures[name].FIGURE.needs, "recall-trace")
    return Shot(engine.scene, engine.snapshot(needs))


def decoded(changes: dict[str, object], at: str) -> np.ndarray[Any, Any]:
    return np.frombuffer(base64.b64decode(str(changes[at])), "<f8")


def test_the_first_row_of_the_state_is_at_the_top() -> None:
    shot = shoot("hopfield", energy__flips=0, data__letters="L")
    (state, stored), _ = hopfield.draw(shot).rows
    image = layers(state, Image)[0]
    assert (image.values[:2] == 1).all(), "the foot of L is the lowest row"
    assert (image.values[-1, 4:] == -1).all()
    assert image.x == (0.5, 11.5)
    assert len(layers(stored, Image)) == 1
    assert not len(layers(state, Points)[0].x), "nothing differs"


def test_wrong_units_are_marked_where_they_are() -> None:
    shot = shoot("hopfield")
    a = shot.snapshot.arrays
    (state, _), _ = hopfield.draw(shot).rows
    marks = layers(state, Points)[0]
    wrong = np.flatnonzero(a["recall_state"] != a["recall_patterns"][0])
    assert len(marks.x) == len(wrong) == 36
    rows, columns = wrong // 12, wrong % 12
    assert marks.x.tolist() == (columns + 0.5).tolist()
    assert marks.y.tolist() == (11.5 - rows).tolist()


def test_overlaps_are_bars_and_the_best_stands_out() -> None:
    shot = shoot("hopfield", energy__pattern=3)
    overlaps = hopfield.draw(shot).rows[1][0]
    rest, best = layers(overlaps, Bars)
    assert best.x.tolist() == [3.0]
    assert best.height[0] == pytest.approx(0.5)
    assert rest.x.tolist() == [1.0, 2.0, 4.0]


def test_the_trace_has_a_curve_per_pattern() -> None:
    shot = shoot("hopfield", 300)
    curves = layers(hopfield.trace(shot), Curve)
    assert [curve.label for curve in curves] == ["F", "L", "U", "X"]
    first = curves[0]
    assert first.x[[0, -1]].tolist() == [0, 300]
    assert first.y[0] == pytest.approx(0.5)
    now = shot.snapshot.arrays["recall_overlap"]
    assert [float(curve.y[-1]) for curve in curves] == pytest.approx(now.tolist())


@pytest.mark.parametrize(
    ("letters", "state", "title", "words"),
    [
        ("FLUX", "+0", "pattern F", "recalled"),
        ("FLUX", "-2", "−pattern U", "negative"),
    ],
)
def test_the_title_names_what_was_found(letters: str, state: str, title: str, words: str) -> None:
    patterns = shoot("hopfield", data__letters=letters).snapshot.arrays["recall_patterns"]
    sign = 1.0 if state[0] == "+" else -1.0
    painted = cells.table(sign * patterns[int(state[1:])])
    shot = shoot("hopfield", energy__start="painted", energy__state=painted, data__letters=letters)
    sheet = hopfield.draw(shot)
    assert sheet.title == f"Recall · {title}"
    assert words in sheet.caption


def test_a_mixture_is_named_by_its_letters() -> None:
    given: dict[str, Any] = {"data__source": "random", "data__patterns": 5, "data__side": 20}
    xi = shoot("hopfield", **given).snapshot.arrays["recall_patterns"]
    mixed = cells.table(np.sign(xi[0] - xi[2] + xi[4]))
    shot = shoot("hopfield", energy__start="painted", energy__state=mixed, **given)
    sheet = hopfield.draw(shot)
    assert sheet.title == "Recall · mixture 1 − 3 + 5"


# painting -----------------------------------------------------------------------------


def test_a_stroke_over_the_state_gives_its_cells_one_sign() -> None:
    shot = shoot("hopfield")
    before = shot.snapshot.arrays["recall_state"]
    stroke = [(0.5, 11.5), (1.5, 11.5), (1.6, 11.4), (2.5, 10.5), (50.0, 3.0)]
    changes = cells.paint(shot, 0, stroke)
    assert changes["energy.start"] == "painted"
    after = decoded(changes, "energy.state")
    wanted = before.copy()
    wanted[[0, 1, 14]] = -before[0]
    assert after.tolist() == wanted.tolist()
    assert after[0] != before[0]


def test_a_stroke_over_a_stored_pattern_changes_that_one() -> None:
    shot = shoot("hopfield")
    before = shot.snapshot.arrays["recall_patterns"]
    x, y = cells.places(4)[3]
    changes = cells.paint(shot, 1, [(x + 0.01, y + 0.01)])
    assert changes["data.source"] == "painted"
    after = decoded(changes, "data.cells").reshape(before.shape)
    assert np.argwhere(after != before).tolist() == [[3, 11 * 12]], "its lower left cell"
    given: dict[str, Any] = {k.replace(".", "__"): v for k, v in changes.items()}
    new = shoot("hopfield", **given)
    assert new.snapshot.arrays["recall_patterns"].tolist() == after.tolist()


@pytest.mark.parametrize(
    ("plot", "place"), [(0, (-1.0, 3.0)), (0, (12.5, 3.0)), (1, (1.05, 0.5)), (2, (1.0, 0.5))]
)
def test_a_stroke_that_begins_beside_the_cells_changes_nothing(
    plot: int, place: tuple[float, float]
) -> None:
    assert cells.paint(shoot("hopfield"), plot, [place, (0.5, 0.5)]) == {}


# the others ---------------------------------------------------------------------------


def test_the_capacity_is_drawn_as_far_as_it_was_measured() -> None:
    empty = capacity.draw(shoot("hopfield-capacity", energy__units=30))
    assert "Press Recall" in empty.caption
    sheet = capacity.draw(shoot("hopfield-capacity", 7, energy__units=30))
    assert isinstance(sheet, Sheet)
    plot = sheet.rows[0][0]
    assert len(layers(plot, Curve)[0].x) == 7
    assert layers(plot, Rule)[0].at == 0.138


def test_the_first_sweep_turns_what_the_crosstalk_outweighs() -> None:
    """P(N(0, P/N) > 1) against draws; its values of Hertz, Krogh and Palmer, Table 2.1."""
    load = np.array([0.105, 0.138, 0.185, 0.37, 0.61])
    table = [0.001, 0.0036, 0.01, 0.05, 0.1]
    assert capacity.turned(load).tolist() == pytest.approx(table, rel=0.03)


def test_errors_are_half_of_what_the_overlap_lacks() -> None:
    shot = shoot("hopfield-capacity", 24, energy__units=30)
    theory, measured = layers(capacity.errors(shot), Curve)
    a = shot.snapshot.arrays
    wrong = (1 - a["capacity_overlap"]) / 2
    assert measured.y.tolist() == pytest.approx(wrong[wrong > 0].tolist())
    assert theory.x[-1] == 0.25


def test_the_bend_is_marked_on_the_curve() -> None:
    shot = shoot("hopfield-capacity", 48, energy__units=200)
    ring = layers(capacity.draw(shot).rows[0][0], Points)[-1]
    assert ring.marker == "ring"
    a = shot.snapshot.arrays
    here = np.interp(ring.x[0], a["capacity_load"], a["capacity_overlap"])
    assert here == pytest.approx(float(ring.y[0]), abs=1e-3)


def test_recalls_are_drawn_over_the_landscape() -> None:
    shot = shoot("hopfield-modern", energy__starts=3, energy__updates=4)
    a = shot.snapshot.arrays
    drawn = recalls.draw(shot)
    first = next(layer for layer in drawn if isinstance(layer, Segments))
    assert first.start.tolist() == a["attention_path"][:, 0].tolist()
    assert first.end.tolist() == a["attention_path"][:, 1].tolist()
    bars = layers(attention.weights(shot), Bars)[0]
    assert float(bars.height.sum()) == pytest.approx(1, abs=1e-5)
    alone = recalls.draw(shoot("hopfield-modern", energy__starts=0))
    assert not any(isinstance(layer, Segments) for layer in alone)
