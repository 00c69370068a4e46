"""What is drawn of embeddings, of reconstructions and of views."""

from __future__ import annotations

from typing import Any

import numpy as np

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.plot import Curve, Plot, Points, Segments
from ebmviz.core.scene import Scene
from ebmviz.engine.model.engine import Engine
from ebmviz.figures import embedding, landscape
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES, offered
from ebmviz.figures.slots import cards
from tests.figures.drawing import labelled
from tests.scenes import built_in


def scene(name: str, **changes: object) -> Scene:
    """A built-in scene; `a__b` stands for the path a.b."""
    return built_in(name, changes, view__resolution=16)


def drawn(name: str, figure: Any = landscape, **changes: object) -> tuple[Plot, Shot]:
    of = scene(name, **changes)
    shot = Shot(of, Engine(of).snapshot(figure.FIGURE.needs))
    return figure.draw(shot), shot


def labels(plot: Plot) -> set[str]:
    return {getattr(layer, "label", "") for layer in plot.layers} - {""}


def test_it_is_offered_where_there_are_two_embeddings() -> None:
    assert FIGURES["embedding"] is embedding.FIGURE
    for name, there in (("joint-embedding", True), ("implicit-regression", True), ("pca", False)):
        assert ("embedding" in offered(scene(name))) == there
    assert embedding.FIGURE in cards(scene("joint-embedding"))


def test_the_cosines_circle_holds_data_and_probe() -> None:
    plot, shot = drawn("joint-embedding", embedding)
    (circle,) = [layer for layer in plot.layers if isinstance(layer, Curve)]
    np.testing.assert_allclose(np.hypot(circle.x, circle.y), 1)
    first = labelled(plot, "h(x)")
    assert np.array_equal(first.values, shot.snapshot.arrays["embed_energy"])
    assert (first.low, first.high) == shot.scene.view.levels
    probe = labelled(plot, "h(y′)")
    assert np.hypot(probe.x[0], probe.y[0]) - 1 < 1e-5
    for axis in (plot.x, plot.y):
        assert axis.low is not None
        assert axis.low < -1
        assert axis.high is not None
        assert axis.high > 1


def test_two_branches_have_no_circle_and_say_how_much_is_shown() -> None:
    plot, shot = drawn("implicit-regression", embedding, energy__hidden=8)
    assert not [layer for layer in plot.layers if isinstance(layer, Curve)]
    assert labels(plot) >= {"G_Y(y)", "probe’s two"}
    points = [layer for layer in plot.layers if isinstance(layer, Points)]
    assert all(plot.x.low <= p.x.min() and p.x.max() <= plot.x.high for p in points)
    assert shot.snapshot.metrics["embed_shown"] < 1
    assert "% shown" in plot.title


def test_a_collapsed_embedding_is_still_a_picture() -> None:
    of = scene("implicit-regression")
    engine = Engine(of)
    flat = {k: w * 0 for k, w in engine.checkpoint().weights.items() if not k.startswith("train/")}
    engine.restore(Checkpoint({**engine.checkpoint().weights, **flat}))
    shot = Shot(of, engine.snapshot(embedding.FIGURE.needs))
    plot = embedding.draw(shot)
    assert (plot.x.low, plot.x.high) == (-1.0, 1.0)
    assert "least std 0.00" in plot.title


def test_a_linear_code_draws_its_axis_field_and_arrows() -> None:
    plot, shot = drawn("pca")
    line = labelled(plot, "manifold")
    start, end = (np.array([line.x[i], line.y[i]]) for i in (0, -1))
    a = shot.snapshot.arrays
    step = labelled(plot, "y → ỹ")
    assert np.array_equal(step.start, a["recon_at"])
    assert np.array_equal(step.end, a["recon"])
    across = (step.end - step.start) @ (end - start)
    np.testing.assert_allclose(across, 0, atol=1e-4)  # every arrow meets the axis squarely
    field = labelled(plot, "field")
    there, back = a["recon_field"] - field.start, field.end - field.start
    turn = there[:, 0] * back[:, 1] - there[:, 1] * back[:, 0]
    np.testing.assert_allclose(turn, 0, atol=1e-5)
    left, right, *_ = shot.scene.view.window
    assert np.hypot(*back.T).max() < (right - left) / 25, "no arrow reaches the next"


def test_atoms_lead_from_the_origin_over_the_data() -> None:
    plot, shot = drawn("sparse-coding")
    atoms = labelled(plot, "atoms")
    assert isinstance(atoms, Segments)
    assert not atoms.start.any()
    assert np.array_equal(atoms.end, shot.snapshot.arrays["atoms"])
    order = [getattr(layer, "label", "") for layer in plot.layers]
    assert order.index("data y") < order.index("atoms w_k") < order.index("z_k w_k")
    assert plot.title == "Free energy · E(y, ž)"
    learned, _ = drawn("sparse-coding", energy__inference="lista")
    assert learned.title == "Free energy · E(y, z̃)"


def test_two_views_are_joined() -> None:
    plot, _ = drawn("joint-embedding")
    assert plot.title == "Energy · E(x, y′)"
    assert labels(plot) >= {"first view x", "second view y"}
    assert "second view y" not in labels(drawn("joint-embedding", view__arrows="off")[0])
