"""Operations of a hand on points, by value."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core import library
from ebmviz.core.errors import UserError
from ebmviz.core.hands import points
from ebmviz.core.hands.chance import HANDS, chance
from ebmviz.core.hands.cloud import Cloud, cloud_of, headings, shape_of
from ebmviz.core.rows import POINTS_CAP
from ebmviz.core.samples import CONDITIONED, LABELLED, PAIRS, POINTS, samples_of
from ebmviz.core.scene import diff, replace
from ebmviz.engine.streams import Stream

ONE = np.ones(2)
FOUR = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0], [3.0, 3.0]])


def plain(places: np.ndarray = FOUR) -> Cloud:
    return Cloud(POINTS, places)


def classes(labels: list[int]) -> Cloud:
    return Cloud(LABELLED, np.column_stack([FOUR, labels]))


def mask(*which: int) -> np.ndarray:
    return np.isin(np.arange(4), which)


def test_near_a_path_is_a_capsule_of_its_own_radius_along_each_axis() -> None:
    places = np.array([[2.0, 0.99], [2.0, 1.01], [-0.9, 0.0], [-1.1, 0.0], [4.7, 0.8]])
    line = np.array([[0.0, 0.0], [4.0, 0.0]])
    assert points.near(places, line, ONE).tolist() == [True, False, True, False, False]
    wide = points.near(places, line / [1, 1], np.array([1.2, 0.5]))
    assert wide.tolist() == [False, False, True, True, False]
    assert points.near(places, line[:1], ONE).tolist() == [False, False, True, False, False]


def test_the_nearest_within_reach() -> None:
    assert points.nearest(FOUR, np.array([0.9, 0.1]), ONE) == 1
    assert points.nearest(FOUR, np.array([10.0, 0.0]), ONE) is None
    assert points.nearest(FOUR[:0], np.zeros(2), ONE) is None


def test_points_are_added_where_they_are_seen_with_what_they_have_beside() -> None:
    new = np.array([[5.0, 6.0]])
    assert points.added(plain(), new).rows[-1].tolist() == [5, 6]
    assert points.added(classes([0, 0, 1, 1]), new, 1).rows[-1].tolist() == [5, 6, 1]
    at_x = Cloud(CONDITIONED, np.column_stack([np.arange(4), FOUR]))
    more = points.added(at_x, new, 0.25)
    assert more.rows[-1].tolist() == [0.25, 5, 6]
    assert more.places[-1].tolist() == [5, 6]


def test_more_points_than_a_scene_takes_are_refused_in_a_sentence() -> None:
    with pytest.raises(UserError, match=r"100004 points: at most 100 000 are accepted"):
        points.added(plain(), np.zeros((POINTS_CAP, 2)))
    with pytest.raises(UserError, match="beyond"):
        points.moved(plain(), mask(0), np.array([1e13, 0.0]))


def test_the_last_point_of_all_and_of_a_class_stays() -> None:
    assert points.without(plain(), mask(0, 1, 3)).rows.tolist() == [[0, 2]]
    assert points.without(plain(), mask(0, 1, 2, 3)).rows.tolist() == [[3, 3]]
    assert "last point stays" in points.stays(plain(), mask(0, 1, 2, 3))
    assert points.stays(plain(), mask(0, 1)) == ""
    two = classes([0, 0, 1, 1])
    assert points.without(two, mask(0, 1, 2)).rows.tolist() == [[1, 0, 0], [3, 3, 1]]
    assert points.stays(two, mask(0, 1)) == "The last point of a class stays."


def test_a_selection_moves_and_the_rest_stays() -> None:
    after = points.moved(plain(), mask(1, 3), np.array([0.5, -1.0]))
    assert after.rows.tolist() == [[0, 0], [1.5, -1], [0, 2], [3.5, 2]]
    assert points.inside(FOUR, np.array([2.0, 2.0]), np.array([-1.0, -1.0])).tolist() == [
        *(True, True, True, False)
    ]


def test_noise_is_gaussian_and_of_those_meant_alone() -> None:
    many = Cloud(POINTS, np.zeros((20_000, 2)))
    half = np.arange(20_000) % 2 == 0
    after = points.jittered(many, half, np.array([0.5, 2.0]), chance(1, 0))
    assert not after.rows[~half].any()
    assert after.rows[half].std(0) == pytest.approx([0.5, 2.0], rel=0.03)
    whole = points.jittered(many, half | True, np.array([0.5, 2.0]), chance(1, 0))
    assert np.array_equal(whole.rows[half], after.rows[half])


def test_thinning_keeps_a_share() -> None:
    many = Cloud(POINTS, np.arange(20_000.0).reshape(-1, 2))
    every = np.ones(10_000, bool)
    assert len(points.thinned(many, every, 0.3, chance(0, 0)).rows) == pytest.approx(3000, rel=0.06)
    assert len(points.halved(many, every, chance(0, 0)).rows) == 5000
    assert points.thinned(many, every, 1.0, chance(0, 0)).rows.shape == many.rows.shape


def test_a_class_is_given_but_none_is_emptied() -> None:
    two = classes([0, 0, 1, 1])
    assert points.classed(two, mask(0), 1).label.tolist() == [1, 0, 1, 1]
    with pytest.raises(UserError, match="no points left"):
        points.classed(two, mask(2, 3), 0)


def test_the_stream_of_hands_is_nobody_elses() -> None:
    assert HANDS not in set(Stream)
    first, second = chance(3, 0).random(2), chance(3, 1).random(2)
    assert first.tolist() == chance(3, 0).random(2).tolist()
    assert not np.array_equal(first, second)


@pytest.mark.parametrize(
    ("name", "shape", "beside"),
    [
        ("ellipse", POINTS, None),
        ("conditional", PAIRS, None),
        ("multiclass", LABELLED, "data_class"),
        ("horn", CONDITIONED, "data_x"),
    ],
)
def test_a_scene_goes_on_with_the_points_that_it_shows(
    name: str, shape: object, beside: str | None
) -> None:
    catalogue = library.shipped_catalogue()
    scene = library.scene(name, catalogue)
    found, why = shape_of(scene, catalogue)
    assert found is not None
    assert (found.kind, why) == (shape.kind, "")  # type: ignore[attr-defined]
    arrays = {"data": FOUR.astype(np.float32)}
    if beside:
        assert cloud_of(scene, arrays, found) is None  # the rest has not come yet
        arrays[beside] = np.array([0, 0, 1, 1], np.float32)
    cloud = cloud_of(scene, arrays, found)
    assert cloud is not None
    new = replace(scene, cloud.changes(scene, catalogue), catalogue)
    kept = samples_of(new)
    assert kept is not None
    assert np.array_equal(kept.places, FOUR)
    assert diff(scene, new, catalogue).name == "TRAIN"  # the weights stay
    assert new.view == scene.view
    assert new["data.read"] == "4 points, edited by hand"
    again = cloud_of(new, {}, found)
    assert again is not None
    assert again.changes(new, catalogue)["data.name"] == new["data.name"] != ""


def test_what_cannot_be_painted_says_why() -> None:
    catalogue = library.shipped_catalogue()
    for name, words in {
        "joint-embedding": "pair of views",
        "hopfield": "no data that lie on a map",
        "information": "no data that lie on a map",
    }.items():
        shape, why = shape_of(library.scene(name, catalogue), catalogue)
        assert shape is None
        assert words in why


def test_columns_are_called_as_the_axes_are() -> None:
    catalogue = library.shipped_catalogue()
    scene = library.scene("multiclass", catalogue)
    assert headings(classes([0, 0, 1, 1]), scene) == ("x₁", "x₂", "label")
    xy = library.scene("conditional", catalogue)
    assert headings(Cloud(PAIRS, FOUR), xy) == ("x", "y")
