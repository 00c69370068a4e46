"""A choice is offered only where it does something, and gives way where it no longer does."""

from __future__ import annotations

import pytest

from ebmviz.commands.base.arguments import changed
from ebmviz.core import assets, library
from ebmviz.core.errors import UsageError, UserError
from ebmviz.core.params import Affects, choice
from ebmviz.core.scene import Scene, fields, from_json, replace, to_json

CATALOGUE = library.shipped_catalogue()


def scene(name: str, **changes: object) -> Scene:
    given = {path.replace("__", "."): value for path, value in changes.items()}
    return replace(library.scene(name, CATALOGUE), given, CATALOGUE)


def offered(at: Scene, path: str) -> set[str]:
    return set(fields(at, CATALOGUE)[path].offered(at.facts))


ANY = {"energy", "push", "push-one"}
DENSE = {"probability", "chains"}


@pytest.mark.parametrize(
    ("name", "pictures"),
    [
        ("ellipse", ANY | DENSE),
        ("vae", ANY | DENSE | {"variational"}),
        ("jem", ANY | DENSE),
        ("multiclass", ANY),
        ("regression", ANY),
        ("joint-embedding", ANY),
        ("hopfield-modern", {"energy"} | DENSE),
    ],
)
def test_the_map_shows_what_the_scene_has(name: str, pictures: set[str]) -> None:
    assert offered(scene(name), "view.picture") == pictures


@pytest.mark.parametrize(
    ("name", "arrows"),
    [
        ("ellipse", {"data", "probe"}),
        ("horn", {"probe"}),
        ("pca", {"data", "probe"}),
        ("joint-embedding", {"data"}),
        ("hopfield-modern", {"probe"}),
        ("unconditional", set()),
        ("binary", set()),
    ],
)
def test_arrows_pull_where_there_is_something_to_pull(name: str, arrows: set[str]) -> None:
    assert offered(scene(name), "view.arrows") == {"off", "descent", "ascent"} | arrows


def test_without_chains_they_have_no_density() -> None:
    assert "chains" not in offered(scene("ellipse", sampler__chains=0), "view.picture")
    shown = scene("ellipse", view__picture="chains")
    assert replace(shown, {"sampler.chains": 0}, CATALOGUE).view.picture == "energy"


def test_what_is_asked_for_and_does_nothing_is_refused_in_one_sentence() -> None:
    with pytest.raises(UserError) as refused:
        scene("ellipse", view__picture="variational")
    assert str(refused.value) == (
        "view.picture: “variational” is not offered for Ellipse decoder: it has no encoder"
        " q(z|y); available: energy, push, push-one, probability, chains"
    )
    with pytest.raises(UsageError, match=r"--set view\.arrows: “data” is not offered for Horn"):
        changed(scene("horn"), ["view.arrows=data"], CATALOGUE)
    both = ["energy.kind=vae", "view.picture=variational"]
    assert changed(scene("ellipse"), both, CATALOGUE).view.picture == "variational"


def test_another_energy_makes_it_give_way() -> None:
    shown = scene("vae", view__picture="variational", view__arrows="data")
    kept = replace(shown, {"energy.kind": "ellipse"}, CATALOGUE)
    assert (kept.view.picture, kept.view.arrows) == ("energy", "data")
    assert "view.picture=energy" in kept.facts
    assert "view.picture=variational" not in kept.facts
    bare = replace(shown, {"energy.kind": "unconditional"}, CATALOGUE)
    assert bare.view.arrows == "off", "the default, “data”, does nothing either"


def test_a_session_of_before_opens() -> None:
    raw = to_json(scene("regression"))
    raw["view"] |= {"picture": "variational", "arrows": "data"}
    opened = from_json(raw, CATALOGUE)
    assert (opened.view.picture, opened.view.arrows) == ("energy", "off")
    assert from_json(to_json(opened), CATALOGUE) == opened


@pytest.mark.parametrize("name", assets.scene_names())
def test_no_built_in_scene_asks_for_what_does_nothing(name: str) -> None:
    asked = assets.scene_json(name).get("view", {})
    found = scene(name).view
    for each in ("picture", "arrows"):
        assert getattr(found, each) == asked.get(each, getattr(found, each))


def test_nothing_is_required_of_what_requires_nothing() -> None:
    free = choice("Colour", {"a": "A", "b": "B"}, affects=Affects.DRAW)
    assert free.offered(frozenset()) == {"a": "A", "b": "B"}
    tied = choice(
        "Colour", {"a": "A", "b": "B"}, affects=Affects.DRAW, requires={"b": {"x|y": "no x"}}
    )
    assert tied.offered(frozenset("z")) == {"a": "A"}
    assert tied.offered(frozenset("y")) == {"a": "A", "b": "B"}
    assert (tied.refused("b", frozenset()), tied.refused("a", frozenset())) == ("no x", "")
