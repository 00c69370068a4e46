"""The bias of the gradient and the joint model as values."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.core.plot import Curve, Image, Note, Plot, Points, Segments, Sheet
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.engine.model import registry
from ebmviz.figures import landscape
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.gradient_bias import FIGURE as BIAS
from ebmviz.figures.joint import FIGURE as JOINT
from ebmviz.figures.layers import answers, push
from ebmviz.figures.registry import FIGURES

CATALOGUE = library.shipped_catalogue()
NUMBERS = {
    "bias_angle": 60.0,
    "bias_ratio": 0.5,
    "bias_error": 0.87,
    "bias_noise": 0.1,
    "bias_draws": 8.0,
    "bias_rows": 200.0,
    "bias_gap": 0.25,
}


def bias(loss: str = "cd", **changes: float) -> Plot:
    scene = replace(library.scene("canyon", CATALOGUE), {"objective.loss": loss}, CATALOGUE)
    metrics = {k: v for k, v in {**NUMBERS, **changes}.items() if not math.isnan(v)}
    labels: dict[str, tuple[str, ...]] = {"bias_loss": (registry.loss(scene).brief,)}
    plot = BIAS.draw((Shot(scene, Snapshot(0, 5, {}, metrics, labels)),))
    assert isinstance(plot, Plot)
    return plot


@pytest.mark.parametrize(("angle", "noise"), [(20.0, 0.4), (170.0, 0.9), (-60.0, 0.7)])
def test_what_chance_makes_of_the_gradient_is_seen_whole(angle: float, noise: float) -> None:
    plot = bias(bias_angle=angle, bias_ratio=1.0, bias_noise=noise)
    disc = next(x for x in plot.layers if isinstance(x, Curve) and "error" in x.label)
    for axis, seen in ((plot.x, disc.x), (plot.y, disc.y)):
        assert axis.low is not None
        assert axis.high is not None
        assert axis.low < seen.min() < seen.max() < axis.high


def arrows(plot: Plot) -> list[Segments]:
    return [layer for layer in plot.layers if isinstance(layer, Segments)]


def test_two_arrows_at_the_angle_and_of_the_lengths_measured() -> None:
    plot = bias()
    exact, found = arrows(plot)
    np.testing.assert_allclose(exact.end, [[1, 0]])
    np.testing.assert_allclose(found.end, [[0.25, math.sqrt(3) / 4]])
    assert found.label == "CD, k = 10"
    assert plot.equal
    (disc,) = [c for c in plot.layers if isinstance(c, Curve) and c.label]
    np.testing.assert_allclose(np.hypot(disc.x - 0.25, disc.y - math.sqrt(3) / 4), 0.1)


def test_exact_samples_are_named_with_their_grid() -> None:
    assert arrows(bias("nll-samples"))[1].label == "exact samples, on its grid"


def test_the_caption_says_all_of_it_in_words() -> None:
    caption = bias().caption
    for words in ("60° off", "0.5 times as long", "error 0.87", "8 draws for 200 data", "= 0.25"):
        assert words in caption


def test_an_arrow_too_long_is_cut_and_says_so() -> None:
    plot = bias(bias_ratio=40.0)
    assert float(np.hypot(*arrows(plot)[1].end[0])) < 2
    assert any(isinstance(x, Note) and x.text == "× 40" for x in plot.layers)


def test_where_nothing_was_measured_it_says_so() -> None:
    plot = bias(bias_angle=math.nan)
    assert plot.layers == ()
    assert "not measured" in plot.caption


@pytest.mark.parametrize(("loss", "there"), [("pcd", True), ("nll", True), ("hinge", False)])
def test_it_is_offered_for_likelihoods(loss: str, there: bool) -> None:
    scene = replace(library.scene("canyon", CATALOGUE), {"objective.loss": loss}, CATALOGUE)
    assert FIGURES["gradient-bias"].fits(scene) == there


# the joint model ----------------------------------------------------------------------


def joint(score: float = 1.0) -> tuple[Sheet, Shot]:
    arrays: dict[str, Array] = {
        "joint_sure": np.full((4, 4), 0.5, np.float32),
        "joint_sure_ce": np.full((4, 4), 0.9, np.float32),
        "beside_border": np.array([[0.0, 0.0], [1.0, 1.0]]),
        "class_border": np.array([[0.0, 1.0], [1.0, 0.0]]),
        "data": np.zeros((3, 2)),
        "data_class": np.arange(3.0),
    }
    metrics = {
        "classes": 5.0,
        "joint_score": score,
        "joint_sure_probe": 0.75,
        "joint_nll": 2.1,
        "joint_nll_ce": 40.0,
        "joint_accuracy": 0.99,
        "joint_accuracy_ce": 1.0,
    }
    shot = Shot(library.scene("jem", CATALOGUE), Snapshot(0, 5, arrays, metrics))
    sheet = JOINT.draw((shot,))
    assert isinstance(sheet, Sheet)
    return sheet, shot


def test_both_classifiers_stand_side_by_side_in_one_range() -> None:
    sheet, _ = joint()
    own, beside = (
        [layer for layer in plot.layers if isinstance(layer, Image)][0] for plot in sheet.rows[0]
    )
    assert (own.low, own.high) == (beside.low, beside.high) == (0, 1)
    assert float(own.values.max()) == pytest.approx(0.5)
    assert float(beside.values.max()) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("score", "word"), [(1.0, "out of distribution"), (0.95, "at the edge"), (0.4, "like the data")]
)
def test_the_title_says_how_unusual_the_probe_is(score: float, word: str) -> None:
    sheet, _ = joint(score)
    assert sheet.title == f"Joint model · x′ {word}"
    assert f"above that of {100 * score:.0f} % of the data" in sheet.caption
    assert "2.1 nats against 40 nats" in sheet.caption
    assert "99 % against 100 %" in sheet.caption


def test_the_landscape_has_the_other_boundary_dashed() -> None:

    _, shot = joint()
    (curve,) = answers.beside(shot)
    assert isinstance(curve, Curve)
    assert curve.dash == "dash"
    assert "beside" in landscape.FIGURE.needs


def test_samples_are_called_so() -> None:

    for name, word in (("jem", "samples of x"), ("canyon", "negatives ŷ")):
        arrays: dict[str, Array] = {"negative": np.zeros((2, 2)), "positive": np.zeros((2, 2))}
        (ring,) = push.batch(Shot(library.scene(name, CATALOGUE), Snapshot(0, 1, arrays, {})))
        assert isinstance(ring, Points)
        assert ring.label == word
