"""What a change is called in the history, at the timeline and of a branch."""

from __future__ import annotations

import pytest

from ebmviz.core import assets, library
from ebmviz.core.errors import UserError
from ebmviz.core.making.words import changed, differing, retrained
from ebmviz.core.scene import fields, replace

CATALOGUE = library.shipped_catalogue()
HORN = library.scene("horn", CATALOGUE)

TOLD = [
    ({"objective.beta": 1}, "training β ∞ → 1", "training β 1 instead of ∞"),
    ({"optimizer.lr": 0.5}, "rate η 0.02 → 0.5", "rate η 0.5 instead of 0.02"),
    ({"seed": 3}, "seed 7 → 3", "seed 3 instead of 7"),
    ({"view.colormap": "magma"}, "colours Viridis → Magma", ""),
    ({"view.probe": (0.5, 1)}, "probe y′ changed", ""),
    ({"view.link": True}, "link β on", ""),
    ({}, "", ""),
    (
        {"energy.latents": 30, "seed": 1, "objective.beta": 2},
        "latents |Z| 240 → 30, training β ∞ → 2 and 1 more",
        "latents |Z| 30 instead of 240, training β 2 instead of ∞ and 1 more",
    ),
]


@pytest.mark.parametrize(("changes", "arrow", "instead"), TOLD)
def test_a_change_is_told_by_name_and_values(
    changes: dict[str, object], arrow: str, instead: str
) -> None:
    new = replace(HORN, changes, CATALOGUE)
    assert changed(HORN, new, CATALOGUE) == arrow
    assert differing(new, HORN, CATALOGUE) == instead
    assert retrained(HORN, new, CATALOGUE) == (arrow if instead else "")


def test_another_component_is_told_without_the_parameters_it_brings() -> None:
    new = replace(HORN, {"objective.loss": "nll"}, CATALOGUE)
    titles = [CATALOGUE.component("objective", s.kind("objective")).title for s in (HORN, new)]
    assert changed(HORN, new, CATALOGUE) == "loss “{}” → “{}”".format(*titles)


def test_data_that_give_way_to_an_energy_are_told_too() -> None:
    new = replace(HORN, {"energy.kind": "mixture"}, CATALOGUE)
    told = changed(HORN, new, CATALOGUE)
    assert told.startswith("data “Horn” → “")
    assert "energy “" in told


@pytest.mark.parametrize("name", assets.scene_names())
def test_every_difference_of_a_scene_has_words(name: str) -> None:
    """Of each value that a scene may have otherwise, one by one."""
    scene = library.scene(name, CATALOGUE)
    for at, param in fields(scene, CATALOGUE).items():
        if param.type == "bool":
            other: object = not scene[at]
        elif param.type in ("int", "float") and param.low > -1e300 and scene[at] != param.low:
            other = param.low
        else:
            continue
        try:
            new = replace(scene, {at: other}, CATALOGUE)
        except UserError:
            continue  # not offered here
        assert changed(scene, new, CATALOGUE), at
        assert bool(differing(new, scene, CATALOGUE)) == (
            not at.startswith(("view.", "sampler."))
        ), at
