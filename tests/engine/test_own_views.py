"""Own pairs of views: what the joint embedding is trained on, shown where they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ebmviz.core.samples import samples_of
from ebmviz.engine.model.engine import Engine
from ebmviz.files.opening import open_file
from ebmviz.files.session import Session, load, save
from tests.scenes import CATALOGUE

RNG = np.random.default_rng(5)


@pytest.mark.parametrize(("offset", "size"), [(0.0, 1.0), (4e5, 0.01)])
def test_four_columns_are_two_views(offset: float, size: float, tmp_path: Path) -> None:
    one = RNG.normal(size=(40, 2))
    rows = offset + size * np.column_stack([one, one + 0.1 * RNG.normal(size=(40, 2))])
    path = tmp_path / "views.csv"
    np.savetxt(path, rows, "%.17g", ",", header="x1,x2,y1,y2", comments="")
    scene = open_file(path, CATALOGUE).scene
    assert (scene.kind("energy"), scene.kind("data")) == ("joint-embedding", "own-views")
    assert str(scene["data.read"]).startswith(
        "40 pairs, columns x₁ = x1, x₂ = x2, y₁ = y1, y₂ = y2"
    )
    made = samples_of(scene)
    assert made is not None
    assert made.rows.tolist() == rows.tolist()
    engine = Engine(scene)
    engine.train(3)
    shot = engine.snapshot(("data", "views", "map", "embedding"))
    assert np.abs(shot.arrays["data"] - rows[:, :2]).max() < 1e-5 * size
    shown = len(shot.arrays["view_two"])
    assert np.abs(shot.arrays["view_two"] - rows[:shown, 2:]).max() < 1e-5 * size
    assert np.isfinite(shot.arrays["map"]).all()
    assert shot.metrics["embed_spread"] > 0
    left, right, bottom, top = scene.view.window
    places = made.places
    assert left < places[:, 0].min()
    assert places[:, 0].max() < right
    assert bottom < places[:, 1].min()
    assert places[:, 1].max() < top
    save(Session(scene, engine.checkpoint()), tmp_path / "v.ebmviz", CATALOGUE)
    again = load(tmp_path / "v.ebmviz", CATALOGUE).scene
    assert again == scene
