"""What a view hides is neither drawn nor measured, and stays in the legend, to be shown again."""

from __future__ import annotations

import numpy as np
import pytest

from ebmviz.core.assets import scene_names
from ebmviz.core.errors import UserError
from ebmviz.core.plot import Axis, Curve, Plot, Points
from ebmviz.core.scene import from_json, replace, to_json
from ebmviz.core.view import hidden
from ebmviz.engine.model.opening import opened
from ebmviz.figures import landscape
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.hiding import by_label
from ebmviz.figures.registry import missing
from tests.figures.drawing import drawn, scene, shot
from tests.scenes import CATALOGUE, built_in

LOOKED: dict[str, object] = {
    "view.inference": "gradient",
    "view.topology": "basins",
    "sampler.chains": 20,
}


def names(plot: Plot) -> dict[str, bool]:
    """Each entry of a legend, and whether it is hidden."""
    return {entry.name: entry.hidden for entry in plot.entries}


def on(plot: Plot) -> set[str]:
    """The names of what is drawn."""
    return {str(name) for layer in plot.layers if (name := getattr(layer, "layer", ""))}


def test_a_list_of_names_is_added_to_and_taken_from() -> None:
    assert hidden.names(" data, ,cut,data") == ("data", "cut")
    assert hidden.toggled("", "data") == "data"
    assert hidden.toggled("data,cut", "data") == "cut"
    assert hidden.toggled(hidden.toggled("cut", "data"), "data") == "cut"


@pytest.mark.parametrize("name", sorted(landscape.GROUPS))
def test_every_layer_that_is_drawn_can_be_hidden_and_nothing_else_changes(name: str) -> None:
    of = WHERE.get(name, "ellipse")
    base = built_in(of, LOOKED if of == "ellipse" else {}, view__resolution=16)
    engine = opened(base)
    if "chains" in base.facts:
        engine.sample(2)
    whole = landscape.draw(Shot(base, engine.snapshot(landscape.FIGURE.needs)))
    assert names(whole)[name] is False
    assert name in on(whole)
    away = replace(base, {"view.hidden": name}, CATALOGUE)
    engine.set_scene(away)
    needs = landscape.FIGURE.asks(away)
    fewer = landscape.draw(Shot(away, engine.snapshot(needs)))
    assert names(fewer) == {**names(whole), name: True}, "its place in the legend is kept"
    assert list(names(fewer)) == list(names(whole))
    assert on(fewer) == on(whole) - {name}
    assert len(fewer.layers) == sum(getattr(x, "layer", "") != name for x in whole.layers)
    assert fewer.title == whole.title
    if name not in (
        "cut",
        "probe",
        "atoms",
        "field",
        "boundary",
    ):  # these cost nothing of their own
        assert set(needs) < set(landscape.FIGURE.asks(base))


WHERE = {
    "field": "autoencoder",
    "views": "joint-embedding",
    "boundary": "jem",
    "beside": "jem",
    "answers": "regression",
    "atoms": "sparse-coding",
    "regressor": "horn",
    "recalls": "hopfield-modern",
    "negatives": "implicit-regression",
}
"""A built-in scene that has it, where the ellipse has not."""


def test_every_layer_of_every_scene_has_a_name() -> None:
    for name in scene_names():
        of = built_in(name, view__resolution=16)
        if not landscape.FIGURE.fits(of):
            continue
        plot = landscape.draw(Shot(of, opened(of).snapshot(landscape.FIGURE.needs)))
        assert all(getattr(x, "layer", "map") for x in plot.layers), name
        for entry in plot.entries:
            assert landscape.GROUPS[entry.name].fits(of), (name, entry.name)


def test_what_was_shown_again_is_missed_until_it_is_measured() -> None:
    of = scene(view__hidden="data")
    less = Shot(of, opened(of).snapshot(landscape.FIGURE.asks(of)))
    assert landscape.FIGURE.ready(less)
    again = less.hiding("")
    assert not landscape.FIGURE.ready(again), "a window waits for the next frame"
    assert "data" not in on(landscape.draw(again))
    assert less.hiding("data") is less
    assert names(landscape.draw(shot(landscape.FIGURE.needs).hiding("cut")))["cut"]


def test_a_scene_keeps_what_it_hides_and_a_name_that_nobody_knows_is_said() -> None:
    of = scene(view__hidden="data,cross-section:1")
    assert from_json(to_json(of), CATALOGUE).view.hidden == "data,cross-section:1"
    assert missing(of) == ""
    said = missing(scene(view__hidden="datta"))
    assert "layer “datta”" in said
    assert "did you mean “data”" in said
    assert "figure “cros”" in missing(scene(view__hidden="cros:1"))
    with pytest.raises(UserError, match=r"view\.hidden"):
        scene(view__hidden="a\nb")


def test_a_curve_of_a_card_is_hidden_by_its_label() -> None:
    plot = drawn("cross-section")
    assert all(names(plot).values()) is False
    assert {"cross-section:0.1", "cross-section:∞"} <= names(plot).keys()
    fewer = drawn("cross-section", scene(view__hidden="cross-section:0.1"))
    assert len(fewer.layers) == len(plot.layers) - 1
    assert names(fewer) == {**names(plot), "cross-section:0.1": True}
    lens = drawn("latent-lens", scene(view__hidden="latent-lens:p-z-y"))
    assert names(lens)["latent-lens:p-z-y"], "whatever the peak in its label is"


def test_what_has_no_label_goes_with_the_one_of_its_colour() -> None:
    x = np.arange(3.0)
    layers = (
        Curve(x, x, "loss", "loss"),
        Points(x, x, "loss"),
        Curve(x, x, "data", "A"),
        Curve(x, x, "data", "B"),
        Points(x, x, "data"),
        Points(x, x, "text"),
    )
    plot = Plot("", Axis(""), Axis(""), layers)
    kept = by_label("f", plot, "f:loss,f:a")
    assert isinstance(kept, Plot)
    assert [(type(each).__name__, getattr(each, "label", "")) for each in kept.layers] == [
        ("Curve", "B"),
        ("Points", ""),
        ("Points", ""),
    ]
    assert [entry.title for entry in kept.entries] == ["loss", "A", "B"]
