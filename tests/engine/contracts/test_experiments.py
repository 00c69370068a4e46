"""What every experiment keeps, those to come included: they are found in their folder."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from ebmviz.core import assets
from ebmviz.core.errors import NumericError, UserError
from ebmviz.core.scene import Scene, build, model, replace, to_json
from ebmviz.engine.experiments.base.experiment import Experiment, StillExperiment
from ebmviz.engine.model import registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.experimenting import Experimenting
from ebmviz.engine.model.opening import opened, under
from ebmviz.figures.registry import FIGURES, MAIN, below, offered
from ebmviz.files.session import Session, load, save
from tests.scenes import CATALOGUE, built_in

EXPERIMENTS = [c for c in registry.COMPONENTS if issubclass(c, Experiment)]
MOVING = [c for c in EXPERIMENTS if not issubclass(c, StillExperiment)]
MAY_BE_UNKNOWN = {"dimension_needed", "dimension_share", "dimension_regular"}
MAY_BE_UNKNOWN |= {"calibration_border", "calibration_confidence", "calibration_hits"}
"""Their docstrings say where NaN stands in them."""


def name(cls: type[Experiment]) -> str:
    return cls.kind


def scene(cls: type[Experiment], **changes: object) -> Scene:
    given = {"experiment.kind": cls.kind, "device": "cpu", **changes}
    return build("test", "", (), given, CATALOGUE)


def ran(cls: type[Experiment], steps: int, seed: int = 3) -> Experimenting:
    one = Experimenting(scene(cls, seed=seed))
    one.train(steps)
    return one


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


def test_the_folder_is_the_list() -> None:
    folder = Path(assets.__file__).parents[1] / "engine" / "experiments"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert {c.__module__.rpartition(".")[2] for c in EXPERIMENTS} == files
    assert len(EXPERIMENTS) >= 5
    assert not {c.kind for c in EXPERIMENTS} & set(CATALOGUE.kinds("energy"))


@pytest.mark.parametrize("cls", EXPERIMENTS, ids=name)
def test_the_start_follows_from_the_seed_alone(cls: type[Experiment]) -> None:
    experiment = cls(cls.Params())
    state = experiment.start(5)
    torch.manual_seed(99)
    assert same(state, experiment.start(5))
    for each in state.values():
        assert each.dtype == torch.float32
        assert bool(each.isfinite().all())


@pytest.mark.parametrize("cls", EXPERIMENTS, ids=name)
def test_a_step_leaves_the_state_before_as_it_was(cls: type[Experiment]) -> None:
    experiment = cls(cls.Params())
    state = experiment.start(5)
    kept = {k: w.clone() for k, w in state.items()}
    after = experiment.step(state, 0, 5)
    assert same(state, kept)
    assert {k: w.shape for k, w in after.items()} == {k: w.shape for k, w in state.items()}
    assert isinstance(experiment, StillExperiment) == same(after, kept)


@pytest.mark.parametrize("cls", EXPERIMENTS, ids=name)
def test_steps_go_on_from_a_checkpoint_bit_for_bit(cls: type[Experiment], tmp_path: Path) -> None:
    one, two = ran(cls, 11), ran(cls, 4)
    assert one.metrics()["last_step"] == 11
    kept = Session(two.scene, two.checkpoint())
    save(kept, tmp_path / "a.ebmviz", CATALOGUE)
    back = load(tmp_path / "a.ebmviz", CATALOGUE)
    assert back.scene == two.scene
    loaded = opened(back.scene)
    assert loaded.restore(back.checkpoint) == ""
    assert loaded.progress.model == 4
    assert loaded.history.steps == two.history.steps
    loaded.train(7)
    assert same(one.weights, loaded.weights)
    assert one.metrics() == loaded.metrics()
    needs = (cls.shows, "curves")
    ours, theirs = one.snapshot(needs), loaded.snapshot(needs)
    assert ours.arrays.keys() == theirs.arrays.keys()
    for key, array in ours.arrays.items():
        assert np.array_equal(array, theirs.arrays[key], equal_nan=True), key
    other = ran(cls, 11, seed=4)
    assert issubclass(cls, StillExperiment) == same(one.weights, other.weights)


@pytest.mark.parametrize("cls", EXPERIMENTS, ids=name)
def test_what_is_found_is_finite_and_drawn(cls: type[Experiment]) -> None:
    """Every array is named for its figure, and a figure reads it: without it none is drawn."""
    one = ran(cls, 3)
    shot = one.snapshot((cls.shows, "curves"))
    found = one.experiment.arrays(one.weights)
    assert found.arrays
    for key, array in found.arrays.items():
        assert np.isfinite(array).all() or key in MAY_BE_UNKNOWN, key
        assert np.array_equal(array, shot.arrays[key], equal_nan=True)
    assert found.metrics.items() <= shot.metrics.items()
    assert np.isfinite(one.experiment.value(one.weights))
    assert shot.arrays["curve_step"][-1] == 3
    assert FIGURES[cls.shows].needs == (cls.shows,)
    assert FIGURES[cls.shows].when == (MAIN + cls.shows,)
    assert cls.shows in offered(one.scene)
    assert "progress" not in offered(one.scene)


@pytest.mark.parametrize("cls", EXPERIMENTS, ids=name)
def test_a_scene_has_the_experiment_and_nothing_beside_it(cls: type[Experiment]) -> None:
    own = scene(cls)
    assert own.parts == ("experiment", "view", "run")
    assert {at.partition(".")[0] for at in own.values if "." in at} <= {"experiment", "view"}
    assert model(own, CATALOGUE).kind == cls.kind
    for part in ("data", "objective", "optimizer", "sampler"):
        assert own.kind(part) == ""
        assert part not in to_json(own)
    assert not {"loss", "chains"} & own.facts
    assert below(own).startswith(FIGURES[cls.shows].says)
    assert FIGURES[cls.shows].says
    assert "low energy" not in below(own)


def test_the_past_is_looked_at_and_the_present_kept() -> None:
    for cls in MOVING:
        one = ran(cls, 6)
        one.history.forget(after=0)  # a thinned record is none of the run's concern
        before = ran(cls, 2).weights
        one.seek(2)
        assert same(one.weights, before), cls.kind
        assert one.snapshot((cls.shows,)).step == 2
        one.seek(None)
        assert one.snapshot((cls.shows,)).step == 6
        one.reset()
        assert one.progress.model == 0
        assert same(one.weights, ran(cls, 0).weights)


def test_a_parameter_that_needs_no_new_start_keeps_the_state() -> None:
    one = Experimenting(built_in("calibration"))
    one.train(4)
    state = one.weights
    one.set_scene(replace(one.scene, {"experiment.rate": 0.5}, CATALOGUE))
    assert same(one.weights, state)
    assert one.scene["experiment.rate"] == 0.5
    assert msgspec.structs.asdict(one.experiment.params)["rate"] == 0.5
    one.set_scene(replace(one.scene, {"experiment.count": 60}, CATALOGUE))
    assert one.progress.model == 0
    assert len(one.weights["x"]) == 60


def test_an_energy_and_an_experiment_take_turns() -> None:
    energy, experiment = built_in("ellipse"), built_in("dimension")
    first = opened(energy)
    assert isinstance(first, Engine)
    second, anew = under(first, experiment)
    assert isinstance(second, Experimenting)
    assert anew
    assert under(second, experiment) == (second, False)
    third, anew = under(second, energy)
    assert isinstance(third, Engine)
    assert anew
    to = replace(energy, {"experiment.kind": "errata"}, CATALOGUE)
    assert to.parts == ("experiment", "view", "run")
    back = replace(to, {"energy.kind": energy["energy.kind"]}, CATALOGUE)
    assert "experiment.kind" not in back.values
    assert back.kind("optimizer")


def test_a_state_that_is_no_number_is_refused_and_the_last_one_stays() -> None:
    one = ran(MOVING[0], 3)
    state = one.state
    one.experiment.step = lambda state, step, seed: {  # type: ignore[method-assign]
        k: w * float("nan") for k, w in state.items()
    }
    with pytest.raises(NumericError, match=r"went wrong at step 4: .* the state of step 3 stays"):
        one.train(5)
    assert one.state is state
    assert one.metrics()["diverged"] == 1.0
    again = opened(one.scene)
    again.restore(one.checkpoint())
    assert again.metrics()["diverged"] == 1.0


def test_a_checkpoint_of_another_is_refused_in_a_sentence() -> None:
    one, other = ran(MOVING[0], 1), ran(MOVING[1], 1)
    with pytest.raises(UserError, match="weights: .* is missing"):
        one.restore(other.checkpoint())
    assert one.progress.model == 1
    kept = one.checkpoint()
    weights = kept.weights | {"train/step": np.asarray([0], np.int64)}
    with pytest.raises(UserError, match="history: it goes on after"):
        one.restore(msgspec.structs.replace(kept, weights=weights))


def test_what_an_experiment_has_not_is_said_so() -> None:
    own = built_in("dimension")
    for at, value in {
        "objective.loss": "hinge",
        "optimizer.lr": 1.0,
        "data.kind": "ellipse",
    }.items():
        with pytest.raises(
            UserError, match=rf"{at}: Curse of dimension is an experiment and has no"
        ):
            replace(own, {at: value}, CATALOGUE)
    with pytest.raises(UserError, match=r"has no experiment; experiment\.kind chooses"):
        replace(built_in("ellipse"), {"experiment.largest": 3}, CATALOGUE)
    with pytest.raises(UserError, match="an experiment or an energy, not both"):
        replace(own, {"experiment.kind": "errata", "energy.kind": "kmeans"}, CATALOGUE)
    with pytest.raises(UserError, match="experiment.kind: “dimensio” is not known"):
        replace(own, {"experiment.kind": "dimensio"}, CATALOGUE)
