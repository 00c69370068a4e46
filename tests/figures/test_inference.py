"""What the map says of inference and of the next step, from numbers made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core import library, palette
from ebmviz.core.plot import Curve, Image, Layer, Points
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Array, Snapshot
from ebmviz.figures import landscape
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.layers import descents, heat, isolines, push

CATALOGUE = library.shipped_catalogue()
NAN = [np.nan, np.nan]


def scene(**changes: object) -> Scene:
    """The lecture's ellipse; `a__b` stands for the path a.b."""
    paths: dict[str, object] = {k.replace("__", "."): v for k, v in changes.items()}
    return replace(library.scene("ellipse", CATALOGUE), paths, CATALOGUE)


def shot(arrays: dict[str, Array], **changes: object) -> Shot:
    return Shot(scene(**changes), Snapshot(0, 3, arrays, {"range_low": 0.0, "range_high": 4.0}))


DESCENTS = {
    "descent_path": np.array(
        [[0, 0], [1, 1], NAN, [5, 5], NAN, [2, 0], [3, 0], [4, 0], NAN, [7, 7], [99, 7], NAN]
    ),
    "descent_start": np.array([[0.0, 0], [5, 5], [2, 0], [7, 7]]),
    "descent_end": np.array([[1.0, 1], [5, 5], [4, 0], [99, 7]]),
    "descent_good": np.array([True, False, False, False]),
    "descent_ended": np.array([True, False, True, True]),
    "descent_escaped": np.array([False, False, False, True]),
    "argmin": np.array([[1.0, 1.0]]),
}


def curve(layers: tuple[Layer, ...], role: str) -> Curve:
    (found,) = [a for a in layers if isinstance(a, Curve) and a.color == role]
    return found


def test_paths_are_parted_by_where_they_end() -> None:
    layers = descents.draw(shot(DESCENTS))
    good, wrong = curve(layers, "down"), curve(layers, "up")
    assert good.x[:-1].tolist() == [0, 1]
    assert wrong.x[:-1].tolist() == [2, 3, 4]
    assert good.label == "descent → ŷ (1 of 4)"
    assert wrong.label == "descent → wrong minimum (1 of 4)"
    assert curve(layers, "warn").x[:-1].tolist() == [7, 99]
    assert curve(layers, "muted").x[:-1].tolist() == [5], "neither, as it has not ended"
    stars = {a.color: a for a in layers if isinstance(a, Points) and a.marker == "star"}
    assert (stars["down"].x.tolist(), stars["down"].y.tolist()) == ([1], [1])
    assert (stars["up"].x.tolist(), stars["up"].y.tolist()) == ([4], [0])
    assert descents.draw(shot({})) == ()


@pytest.mark.parametrize(
    ("most", "end"),
    [(0.0, 1.0), (1e-4, 1e-4), (0.011, 0.02), (0.021, 0.05), (0.3, 0.5), (0.7, 1.0), (9.99, 10.0)],
)
def test_the_range_of_push_and_pull_is_round_and_holds_all(most: float, end: float) -> None:
    assert push.limit(np.array([[0.0, -most], [most / 2, np.nan]])) == pytest.approx(end)


def test_push_and_pull_takes_the_map_s_place_symmetrically() -> None:
    rise = np.array([[0.03, -0.01], [0.0, 0.02]], np.float32)
    arrays = {"map": np.ones((2, 2), np.float32), "push": rise}
    pushed = shot(arrays, view__picture="push")
    (image,) = heat.heat_map(pushed)
    assert isinstance(image, Image)
    assert image.values is rise
    assert (image.low, image.high) == pytest.approx((-0.05, 0.05))
    assert image.bar == "ΔF"
    assert landscape.on_plane(pushed, ()).title == "Push and pull · ΔF of the next step"
    relative = Shot(pushed.scene, Snapshot(0, 0, pushed.snapshot.arrays, {"push_relative": 1.0}))
    assert push.title(relative) == "Push and pull · ΔF − ⟨ΔF⟩_P of the next step"
    (plain,) = heat.heat_map(shot({"map": arrays["map"]}, view__picture="push"))
    assert isinstance(plain, Image)
    assert plain.values is arrays["map"]
    assert plain.bar == "F_β"


def test_isolines_over_push_and_pull_are_named_for_they_are_of_another_quantity() -> None:
    arrays = {"contours": np.zeros((2, 2)), "push": np.zeros((2, 2))}
    (named,) = isolines.contours(shot(arrays))
    (plain,) = isolines.contours(shot({"contours": arrays["contours"]}))
    assert getattr(named, "label", None) == "isolines of F_β"
    assert getattr(plain, "label", None) == ""


def test_wrong_answers_are_hot_and_the_batch_cold() -> None:
    arrays = {"positive": np.array([[1.0, 2.0]]), "negative": np.array([[3.0, 4.0]])}
    (wrong,) = push.batch(shot(arrays))
    assert isinstance(wrong, Points)
    assert (wrong.x[0], wrong.y[0], wrong.color) == (3, 4, "up")
    rises = {"positive_rise": np.array([-0.1]), "negative_rise": np.array([0.1])}
    right, up = push.batch(shot(arrays | rises | {"push": np.zeros((2, 2))}))
    assert isinstance(right, Points)
    assert isinstance(up, Points)
    assert (right.x[0], right.y[0], right.color) == (1, 2, "down")
    assert (up.x[0], up.color) == (3, "up")
    assert up.label.endswith("ŷ, pushed up")
    assert push.batch(shot({})) == ()


def test_what_the_step_moves_the_other_way_is_not_said_to_be_pushed_so() -> None:
    arrays = {
        "push": np.zeros((2, 2)),
        "positive": np.zeros((3, 2)),
        "positive_rise": np.array([0.2, -0.1, 0.0]),
        "negative": np.ones((2, 2)),
        "negative_rise": np.array([-0.3, -0.2]),
    }
    found = [
        (x.label, x.color, len(x.x)) for x in push.batch(shot(arrays)) if isinstance(x, Points)
    ]
    assert found == [
        ("next batch, pushed down", "down", 1),
        ("2 of 3 of the batch, not pushed down", "muted", 2),
        ("2 of 2 negatives ŷ, not pushed up", "muted", 2),
    ]


def test_pushed_down_is_blue_pushed_up_red_and_nothing_is_dark() -> None:
    table = palette.colormap("push-pull").astype(int)
    assert table.shape == (256, 3)
    light = table.sum(1)
    middle = int(light.argmin())
    assert abs(middle - 127.5) < 2
    assert (np.diff(light[: middle + 1]) <= 0).all()
    assert (np.diff(light[middle:]) >= 0).all()
    strong = table[:96], table[-96:]
    assert (strong[0][:, 2] > strong[0][:, 0]).all()
    assert (strong[1][:, 0] > strong[1][:, 2]).all()
