"""Nothing can be turned that does nothing."""

from __future__ import annotations

import pytest

from ebmviz.core.assets import scene_names
from ebmviz.core.scene import visible
from tests.figures.effects import PACE, SCREEN, every_loss, idle, small
from tests.pairwise import covering
from tests.scenes import CATALOGUE, built_in
from tests.slow import sparing

# One energy of each kind that a loss meets: decoders, networks of y, of x and y, classes, codes.
TRAINED = ("ellipse", "unconditional", "implicit-regression", "binary", "joint-embedding", "vae")
UNDER = [(name, loss) for name in TRAINED for loss in every_loss(name)]
FEW = covering(UNDER, lambda row: row[0], lambda row: row[1])
# Scenes in which every control occurs that occurs in any; the rest of controls × scenes is slow.
SHOWN = {name: frozenset(visible(built_in(name), CATALOGUE)) for name in scene_names()}
SOME = covering(
    SHOWN, *(lambda name, at=at: at in SHOWN[name] for at in frozenset().union(*SHOWN.values()))
)
NOTHING_RANDOM = {"information", "errata"}  # their seed stands in the file alone


@pytest.mark.parametrize(
    "name",
    sparing(scene_names(), SOME),
)
def test_every_control_of_a_scene_changes_a_step_or_a_figure(name: str) -> None:
    found = set(idle(small(built_in(name))))
    assert found <= ({"seed"} if name in NOTHING_RANDOM else set())


@pytest.mark.parametrize(
    ("name", "loss"),
    sparing(UNDER, FEW),
)
def test_so_does_every_control_of_every_loss(name: str, loss: str) -> None:
    scene = small(built_in(name, {"objective.loss": loss}))
    assert set(idle(scene, ("objective",))) == set()


@pytest.mark.parametrize("name", ["regression", "implicit-regression"])
@pytest.mark.parametrize("distance", ["l1", "half-square"])
def test_so_does_every_regulariser_of_either_distance(name: str, distance: str) -> None:
    scene = small(built_in(name, {"energy.distance": distance}))
    assert set(idle(scene, ("regularizer",))) == set()
    fixed = (name, distance) == ("regression", "l1")  # its slope in y is ±1
    assert ("regularizer.gradient" in visible(scene, CATALOGUE)) is not fixed


def test_what_trains_nothing_shows_neither_rate_nor_training_beta() -> None:
    for name in ("hopfield-modern", "hopfield", "information", "dimension"):
        shown = visible(built_in(name), CATALOGUE)
        assert not {"objective.beta", "optimizer.lr", "optimizer.batch"} & shown.keys()


def test_where_no_chain_can_walk_nothing_of_chains_is_shown() -> None:
    for name in ("regression", "binary", "joint-embedding", "hopfield"):
        shown = visible(built_in(name), CATALOGUE)
        assert not {at for at in shown if at.startswith("sampler.")}


def test_two_classes_have_one_wrong_answer_and_no_choice_of_it() -> None:
    assert "objective.negatives" not in visible(built_in("binary"), CATALOGUE)
    hinge = built_in("multiclass", {"objective.loss": "hinge"})
    assert "objective.negatives" in visible(hinge, CATALOGUE)


def test_what_is_left_out_is_of_the_window_or_of_pace() -> None:
    every = {at for name in scene_names() for at in visible(built_in(name), CATALOGUE)}
    assert every >= PACE | SCREEN
