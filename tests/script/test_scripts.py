"""Scripts stand alone, and train what the engine trains."""

from __future__ import annotations

import base64
from pathlib import Path

import msgspec
import numpy as np
import pytest

from ebmviz.core import assets
from ebmviz.core.errors import UserError
from ebmviz.core.rows import encode_points
from ebmviz.script.compose import script
from tests.scenes import built_in
from tests.script.alone import apart, both, ran, trained
from tests.slow import slow


@pytest.mark.parametrize(
    ("name", "steps"), [("ellipse", 24), slow("implicit-regression", 12), slow("vae", 8)]
)
def test_a_script_by_itself_reaches_the_loss_of_the_engine(
    name: str, steps: int, tmp_path: Path
) -> None:
    alone, engine = both(built_in(name), steps, tmp_path)
    assert apart(alone.loss, engine.loss) < 0.01
    assert apart(alone.energy, engine.energy) < 0.01
    assert (tmp_path / f"{name}-script.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("ellipse", {"energy.init": "random", "objective.beta": 2.0, "optimizer.kind": "momentum"}),
        ("ellipse", {"objective.beta": 0.0, "optimizer.batch": 24}),
        slow("ellipse", {"objective.beta": 1e-4, "view.beta": 0.01}),
        slow("mixture", {"objective.beta": 1e-4, "view.beta": 0.0}),
        slow("jem", {"regularizer.magnitude": 0.1, "objective.steps": 2}),
        slow("unconditional", {"objective.loss": "cd", "objective.steps": 3}),
        slow("unconditional", {"objective.loss": "pcd", "objective.steps": 3}),
        ("unconditional", {"objective.loss": "short-run", "objective.steps": 3}),
        slow("joint-embedding", {"regularizer.magnitude": 0.1}),
        slow("multiclass", {"regularizer.magnitude": 0.1, "objective.loss": "hinge"}),
        ("horn-latent", {"energy.dimension": 1, "energy.latents": 21, "data.count": 40}),
        slow("mixture", {"objective.beta": "inf", "optimizer.beta1": 0.5}),
        ("unconditional", {"objective.loss": "hinge", "objective.answers": 8}),
        slow("canyon", {"objective.loss": "hinge", "objective.negatives": "offending"}),
        ("conditional", {"objective.loss": "hinge", "objective.negatives": "uniform"}),
        ("jem", {"objective.steps": 3, "objective.buffer": 60, "objective.renewed": 0.5}),
        ("conditional", {"objective.loss": "square-square", "objective.negatives": "noise"}),
        ("multiclass", {"objective.loss": "hinge", "regularizer.decay": 0.01}),
        ("binary", {"objective.loss": "nll", "regularizer.clip": 0.3}),
        ("regression", {"regularizer.spectral": 1.0, "energy.distance": "half-square"}),
        slow("implicit-regression", {"regularizer.magnitude": 0.1, "data.kind": "s-curve"}),
        ("pca", {"energy.weights": "untied"}),
        slow("pca", {"energy.code": 2}),
        ("vae", {"energy.width": "fixed", "objective.springs": 0.1, "objective.draws": 3}),
        ("joint-embedding", {"data.shape": "spiral", "data.turn": 20.0}),
        slow("kmeans", {"data.kind": "rays", "seed": 3}),
    ],
)
def test_what_a_scene_sets_is_in_its_script(
    name: str, changes: dict[str, object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scene = built_in(name, changes)
    engine = trained(scene, 5)
    alone = ran(script(scene, 5), tmp_path, monkeypatch)
    assert apart(alone.loss, engine.loss) < 1e-3
    assert apart(alone.energy, engine.energy) < 1e-3


PAIRS = ("hinge", "log", "lvq2", "mce", "square-square", "square-exponential", "simple")
EVERY = ("perceptron", "nll", "mee", "infonce")


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        *(("implicit-regression", {"objective.loss": loss}) for loss in (*PAIRS, *EVERY)),
        *(
            slow("multiclass", {"objective.loss": loss})
            for loss in (*PAIRS, *EVERY)
            if loss != "lvq2"
        ),
        *(
            slow(
                "implicit-regression",
                {"objective.loss": loss, "objective.beta": 2.0} | {"objective.negatives": "grid"},
            )
            for loss in PAIRS
        ),
    ],
)
def test_losses_of_wrong_answers_have_scripts(
    name: str, changes: dict[str, object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Adam would make steps of what rounding leaves of slopes that cancel.
    scene = built_in(name, {**changes, "optimizer.kind": "sgd", "optimizer.lr": 0.05})
    alone, engine = ran(script(scene, 3), tmp_path, monkeypatch), trained(scene, 3)
    assert apart(alone.loss, engine.loss) < 1e-3


@pytest.mark.parametrize(
    ("name", "rows", "kind", "holds"),
    [
        ("ellipse", 2, "own", "points"),
        ("multiclass", 3, "own-labelled", "labelled"),
        ("horn", 3, "own-conditioned", "conditioned"),
        ("joint-embedding", 4, "own-views", "views"),
    ],
)
def test_own_data_are_written_out(
    name: str, rows: int, kind: str, holds: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    points = np.random.default_rng(3).uniform(0, 1.5, (40, rows))
    if kind == "own-labelled":
        points[:, 2] = np.arange(40) % 3
    held = base64.b64encode(encode_points(points, rows)).decode()
    scene = built_in(name, {"data.kind": kind, f"data.{holds}": held})
    alone, engine = ran(script(scene, 4), tmp_path, monkeypatch), trained(scene, 4)
    assert apart(alone.loss, engine.loss) < 1e-3
    many = np.zeros((2000, rows)) + np.arange(2000)[:, None] / 2000
    if kind == "own-labelled":
        many[:, 2] = 0
    held = base64.b64encode(encode_points(many, rows)).decode()
    with pytest.raises(UserError, match="no script yet"):
        script(built_in(name, {"data.kind": kind, f"data.{holds}": held}), 4)


def test_a_title_is_never_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    title = '\\"""\n"); raise SystemExit  # \\'
    scene = msgspec.structs.replace(built_in("ellipse"), title=title)
    assert ran(script(scene, 2), tmp_path, monkeypatch) == ran(
        script(built_in("ellipse"), 2), tmp_path, monkeypatch
    )


def test_only_what_a_scene_uses_is_in_its_script() -> None:
    cold = script(built_in("kmeans"), 3)
    assert "logsumexp" not in cold
    assert "def network(" not in cold
    assert "regularizer" not in cold
    assert "logsumexp" in script(built_in("kmeans", view__beta=2.0), 3)


@pytest.mark.parametrize("name", assets.scene_names())
def test_a_script_is_a_short_note_or_there_is_a_sentence_why_not(name: str) -> None:
    scene = built_in(name)
    if "loss" not in scene.facts:
        with pytest.raises(UserError, match="nothing to train"):
            script(scene, 3)
        return
    text = script(scene, 3)
    lines = text.splitlines()
    assert 100 <= len(lines) <= 250
    assert max(map(len, lines)) <= 110
    assert "‹" not in text
    assert "ebmviz" not in text.replace("Written by ebmviz", "")


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("conditional", {"objective.loss": "cd"}),
        ("unconditional", {"objective.loss": "nll-samples"}),
        ("sparse-coding", {"energy.inference": "lista"}),
        ("unconditional", {"regularizer.gradient": 0.1}),
        ("vae", {"objective.expectation": "quadrature"}),
        ("unconditional", {"objective.negatives": "uniform"}),
        ("jem", {"objective.chain": "hmc"}),
    ],
)
def test_what_has_no_script_is_said_so(name: str, changes: dict[str, object]) -> None:
    with pytest.raises(UserError, match="no script yet"):
        script(built_in(name, changes), 3)
