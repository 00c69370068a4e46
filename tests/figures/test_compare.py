"""Two models on one scale and one axis, and exactly the difference between them."""

from __future__ import annotations

import functools

import msgspec
import numpy as np
import pytest

from ebmviz.core.assets import scene_names
from ebmviz.core.plot import Curve, Image, Plot, Rule, Sheet
from ebmviz.core.snapshot import Beside
from ebmviz.engine.model import beside as engine_beside
from ebmviz.engine.model.branches import Branches
from ebmviz.engine.model.opening import opened
from ebmviz.figures import registry
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.compare import DIFFERENCE, FIGURE, subtracted
from ebmviz.figures.registry import COMPARE, FIGURES, LAB
from tests.scenes import built_in


@functools.cache
def shot(name: str = "ellipse", steps: int = 9, other: str = "0@2", **more: object) -> Shot:
    scene = built_in(name, more, view__compare=other, view__resolution=32)
    model = opened(scene)
    model.train(steps)
    looked = model.subject()
    found = model.snapshot(FIGURE.asks(scene), 1, looked)
    return Shot(scene, engine_beside.Beside(Branches()).joined(found, model, looked))


def sheet(of: Shot) -> Sheet:
    drawn = FIGURE.shown((of,))
    assert isinstance(drawn, Sheet)
    return drawn


def image(plot: Plot) -> Image:
    return next(layer for layer in plot.layers if isinstance(layer, Image))


def curves(plot: Plot) -> dict[str, Curve]:
    return {layer.label: layer for layer in plot.layers if isinstance(layer, Curve)}


def test_both_maps_have_one_scale_and_the_difference_is_theirs() -> None:
    here = shot()
    a, b, apart = sheet(here).rows[0]
    assert (a.title, b.title, apart.title) == ("A · step 9", "B · step 2", DIFFERENCE)
    one, two, three = map(image, (a, b, apart))
    assert (one.low, one.high) == (two.low, two.high)
    assert here.beside is not None
    exact = here.beside.snapshot.arrays["map"].astype(np.float64) - here.snapshot.arrays["map"]
    np.testing.assert_allclose(three.values, exact, rtol=1e-7)
    assert three.low == -three.high, "diverging about zero"
    assert float(np.abs(exact).max()) <= three.high
    assert [(p.x.low, p.x.high, p.y.low, p.y.high) for p in (b, apart)] == [
        (a.x.low, a.x.high, a.y.low, a.y.high)
    ] * 2


def test_colours_that_follow_span_both() -> None:
    here = shot(view__follow=True)
    a, b, _ = sheet(here).rows[0]
    assert here.beside is not None
    both = [s.snapshot.arrays["map"] for s in (here, here.beside)]
    for each in map(image, (a, b)):
        assert each.low <= min(float(m.min()) for m in both) + 1e-6
        assert each.high >= max(float(m.max()) for m in both) - 1e-6


def test_curves_of_both_stand_in_one_plot() -> None:
    here = shot()
    along, training, apart = sheet(here).rows[1]
    assert here.beside is not None
    own, theirs = (s.snapshot.arrays["section"][-1] for s in (here, here.beside))
    np.testing.assert_array_equal(curves(along)["A"].y, own)
    np.testing.assert_array_equal(curves(along)["B"].y, theirs)
    np.testing.assert_allclose(curves(apart)[""].y, theirs.astype(np.float64) - own, rtol=1e-7)
    assert apart.y.low == -(apart.y.high or 0)
    assert any(isinstance(layer, Rule) and layer.at == 0 for layer in apart.layers)
    a, b = curves(training)["A"], curves(training)["B"]
    assert (a.x[-1], b.x[-1]) == (9, 2)
    np.testing.assert_array_equal(b.y, a.y[: len(b.y)], "a step of the same run has its past")
    assert (training.x.low, training.x.high) == (0, 9)


def test_what_is_equal_is_called_so_and_nothing_else_is() -> None:
    assert sheet(shot(other="0")).caption == "A and B are equal all over the map"
    assert "from −" in sheet(shot()).caption
    assert "equal" not in sheet(shot()).caption


def test_where_only_differences_count_both_stand_above_their_least() -> None:
    here = shot("canyon", 3, "0@0")
    a, b, apart = sheet(here).rows[0]
    for each in (a, b):
        assert float(image(each).values.min()) == pytest.approx(0, abs=1e-6)
        assert "− min" in image(each).bar
    np.testing.assert_allclose(
        image(apart).values, image(b).values - image(a).values, rtol=1e-5, atol=1e-6
    )
    assert sheet(here).caption.endswith("each above its own minimum")


def test_what_differs_is_said() -> None:
    here = shot()
    assert here.snapshot.beside is not None
    told = msgspec.structs.replace(here.snapshot.beside, differs="rate η 0.5 instead of 0.2")
    other = Shot(here.scene, msgspec.structs.replace(here.snapshot, beside=told))
    assert sheet(other).caption.startswith("B: rate η 0.5 instead of 0.2; B − A from")
    snapshot = other.snapshot.calling("a_b")
    caption = sheet(Shot(here.scene, snapshot)).caption
    assert caption.startswith(r"B is a\_b: rate η 0.5 instead of 0.2; B − A from")
    alike = sheet(Shot(here.scene, here.snapshot.calling("branch 2"))).caption
    assert alike.startswith("B is branch 2; B − A from")
    assert sheet(here).caption.startswith("B − A from")


def test_maps_of_different_things_have_no_difference() -> None:
    here = shot()
    assert here.snapshot.beside is not None
    theirs = here.snapshot.beside.snapshot
    density = {"density": np.ones((32, 32), np.float32), "density_max": np.float32(1)}
    changed = msgspec.structs.replace(theirs, arrays={**theirs.arrays, **density})
    there = Beside(here.scene, changed)
    drawn = sheet(Shot(here.scene, msgspec.structs.replace(here.snapshot, beside=there)))
    assert len(drawn.rows[0]) == 2
    assert "they have no difference" in drawn.caption
    assert drawn.title.endswith("F_β and P(y)")


def test_alone_it_says_why() -> None:
    here = shot(other="5")
    assert [plot.title for row in sheet(here).rows for plot in row] == ["A · step 9"]
    assert sheet(here).caption == "B cannot be shown: there is no branch 5"
    none = Shot(here.scene, msgspec.structs.replace(here.snapshot, labels={}))
    assert sheet(none).caption == "Nothing to compare with yet: choose it above"


def test_infinite_energies_have_no_difference_where_both_are() -> None:
    a = np.array([[0.0, np.inf], [np.inf, -1.0]], np.float32)
    b = np.array([[1.0, 2.0], [np.inf, -np.inf]], np.float32)
    np.testing.assert_array_equal(subtracted(b, a), [[1, -np.inf], [np.nan, -np.inf]])


def beside(here: Shot, other: Shot) -> Shot:
    """Another model in the place of B."""
    found = Beside(other.scene, other.snapshot)
    return Shot(here.scene, msgspec.structs.replace(here.snapshot, beside=found))


@pytest.mark.parametrize("end", [np.inf, -np.inf])
def test_what_is_infinite_in_one_alone_is_not_equal(end: float) -> None:
    here = shot()
    shown = here.snapshot.arrays["map"].copy()
    shown[0, 0] = end
    arrays = {**here.snapshot.arrays, "map": shown}
    other = Shot(here.scene, msgspec.structs.replace(here.snapshot, arrays=arrays))
    said = sheet(beside(here, other)).caption
    assert said == "B − A from 0 to 0 where both are finite"


def test_one_alone_stands_above_its_least_and_the_axis_names_both() -> None:
    here, other = shot(), shot("canyon", 3, "0@0")
    one, two = sheet(beside(here, other)), sheet(beside(other, here))
    assert one.caption.endswith("; B above its own minimum")
    assert two.caption.endswith("; A above its own minimum")
    for drawn in (one, two):
        names = [image(plot).bar for plot in drawn.rows[0][:2]]
        assert names[0] != names[1]
        assert drawn.rows[1][0].y.label == " and ".join(names)


def test_of_a_push_nothing_is_above_its_least_and_the_curve_says_that_it_is_of_energies() -> None:
    here = shot("canyon", 3, "0@0", view__picture="push")
    drawn = sheet(here)
    assert "ΔF" in drawn.title
    assert "least" not in drawn.caption
    along, _, apart = drawn.rows[1]
    assert apart.y.label == f"B − A of {along.y.label}"
    assert sheet(shot()).rows[1][2].y.label == DIFFERENCE


@pytest.mark.parametrize("name", scene_names())
def test_every_map_can_be_compared(name: str) -> None:
    scene = built_in(name, view__compare="0@0")
    if not FIGURE.fits(scene):
        assert registry.main(scene) is not FIGURE, "what has no map is shown as it is"
        return
    assert registry.main(scene) is FIGURE
    assert COMPARE in registry.offered(scene)
    steps = 0 if "still" in scene.facts else 1
    drawn = sheet(shot(name, steps, "0@0", view__contours=3))
    assert [len(row) for row in drawn.rows] == [3, 3]
    assert all(np.isfinite(image(plot).values).all() for plot in drawn.rows[0])


def test_the_lab_goes_first_and_without_a_wish_nothing_is_compared() -> None:
    both = built_in("implicit-regression", view__compare="0", view__lab=True)
    assert registry.main(both) is FIGURES[LAB]
    assert registry.main(built_in("ellipse")) is None
    assert COMPARE not in registry.offered(built_in("ellipse"))


def test_data_lie_on_the_difference_where_they_are_of_both() -> None:
    here = shot()
    assert "data" in {getattr(x, "layer", "") for x in sheet(here).rows[0][2].layers}
    assert here.snapshot.beside is not None
    theirs = here.snapshot.beside.snapshot
    moved = {**theirs.arrays, "data": theirs.arrays["data"] + 0.5}
    there = Beside(here.scene, msgspec.structs.replace(theirs, arrays=moved))
    apart = sheet(Shot(here.scene, msgspec.structs.replace(here.snapshot, beside=there))).rows[0][2]
    assert "data" not in {getattr(x, "layer", "") for x in apart.layers}
    assert "probe" in {getattr(x, "layer", "") for x in apart.layers}


def test_a_run_that_diverged_has_an_axis() -> None:
    here = shot()
    assert here.snapshot.beside is not None
    theirs = here.snapshot.beside.snapshot
    energy = theirs.arrays["curve_energy"].copy()
    energy[-1] = np.inf
    gone = {**theirs.arrays, "curve_energy": energy}
    there = Beside(here.scene, msgspec.structs.replace(theirs, arrays=gone))
    drawn = sheet(Shot(here.scene, msgspec.structs.replace(here.snapshot, beside=there)))
    y = drawn.rows[1][1].y
    assert y.low is not None
    assert y.high is not None
    assert np.isfinite([y.low, y.high]).all()
