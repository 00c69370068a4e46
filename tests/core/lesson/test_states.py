"""A stop of a scene leads to that scene again."""

from __future__ import annotations

import math

import pytest

from ebmviz.core import assets, library
from ebmviz.core.lesson import text
from ebmviz.core.lesson.states import scene_of, step_of, stop_of, trained, under
from ebmviz.core.lesson.stop import Lesson, Reveal, Stop
from ebmviz.core.scene import Scene, replace

CATALOGUE = library.shipped_catalogue()
CHANGES: list[dict[str, object]] = [
    {},
    {"view.beta": math.inf, "view.probe": (0.1, 0.2), "view.zoom": 2.0, "seed": 3},
    {"objective.loss": "nll", "objective.beta": 2.0},
    {"objective.loss": "hinge"},
    {"energy.kind": "horn"},
    {"data.kind": "rings", "optimizer.kind": "adam", "view.dimension": "surface"},
]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_a_stop_is_the_scene_it_was_taken_of(changes: dict[str, object]) -> None:
    scene = replace(library.scene("ellipse", CATALOGUE), changes, CATALOGUE)
    stop = stop_of(scene, 12, 0, CATALOGUE, "now")
    assert scene_of(stop, CATALOGUE) == scene
    again = text.read(text.write(Lesson("a", stops=(stop,)))).stops[0]
    assert scene_of(again, CATALOGUE) == scene
    assert len(stop.changes) <= len(changes) + 12


@pytest.mark.parametrize("name", assets.scene_names())
def test_a_scene_as_shipped_is_a_stop_without_changes(name: str) -> None:
    stop = stop_of(library.scene(name, CATALOGUE), 0, 0, CATALOGUE, "now")
    assert (stop.scene, stop.changes) == (name, {})


def test_what_is_of_the_hand_stays() -> None:
    own = {"view.speed": 3.0, "device": "cpu", "view.bookmarks": "4 fold", "view.beta": 2.0}
    scene = replace(library.scene("ellipse", CATALOGUE), own, CATALOGUE)
    stop = stop_of(scene, 0, 0, CATALOGUE, "now")
    assert stop.changes == {"view.beta": 2.0}
    shown = under(scene_of(stop, CATALOGUE), scene)
    assert (shown["view.speed"], shown["device"], shown["view.bookmarks"]) == (3.0, "cpu", "4 fold")
    shown = under(scene_of(stop, CATALOGUE), scene, anew=True)
    assert (shown["view.speed"], shown["device"], shown["view.bookmarks"]) == (3.0, "cpu", "")


def test_a_scene_of_no_shipped_name_is_put_by_one_of_its_kind() -> None:
    base = library.scene("kmeans", CATALOGUE)
    scene = Scene("", "mine", base.figures, base.values, base.facts)
    stop = stop_of(scene, 0, 0, CATALOGUE, "now")
    assert scene_of(stop, CATALOGUE).values == scene.values


def test_what_is_revealed_differs() -> None:
    stop = Stop("a", "ellipse", {"view.beta": 1.0}, 4, reveal=Reveal({"view.beta": 2.0}, 9))
    shown = scene_of(stop, CATALOGUE), scene_of(stop, CATALOGUE, revealed=True)
    assert [scene["view.beta"] for scene in shown] == [1.0, 2.0]
    assert (step_of(stop), step_of(stop, revealed=True)) == (4, 9)


def test_training_depends_on_no_look() -> None:
    scene = library.scene("ellipse", CATALOGUE)

    def after(path: str, value: object) -> bool:
        new = replace(scene, {path: value}, CATALOGUE)
        return trained(scene, CATALOGUE) == trained(new, CATALOGUE)

    assert after("view.beta", 1.0)
    assert after("view.zoom", 2.0)
    assert after("device", "cpu")
    assert after("sampler.kind", "hmc")
    assert not after("seed", 3)
    assert not after("objective.beta", 1.0)
    assert not after("optimizer.lr", 0.1)
    assert not after("data.kind", "rings")
