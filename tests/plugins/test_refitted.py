"""What becomes of the scene, and of the training, when a file of one's own is saved again."""

from __future__ import annotations

from pathlib import Path

import pytest

from ebmviz.core import library
from ebmviz.core.making.refitted import refitted
from ebmviz.core.scene import Scene, replace
from ebmviz.engine.model import plugins, registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.model.opening import anew
from ebmviz.engine.model.trial import unfit
from tests.plugins.test_reload import BOWL, engine_side, saved, title

pytestmark = pytest.mark.usefixtures("unplugged")


def with_bowl(tmp_path: Path, **given: object) -> tuple[Path, Scene]:
    path = saved(tmp_path / "bowl.py", BOWL)
    assert engine_side(path) == ()
    catalogue = registry.catalogue()
    changes = {"energy.kind": "bowl", "device": "cpu", "objective.loss": "energy", **given}
    return path, replace(library.scene("ellipse", catalogue), changes, catalogue)


def test_values_are_kept_where_they_are_there_and_accepted(tmp_path: Path) -> None:
    path, scene = with_bowl(tmp_path, **{"energy.width": 9.0, "view.beta": 3.0})
    assert refitted(scene, registry.catalogue()) == (scene, ())
    deeper = BOWL.replace(
        "    width",
        '    depth: Annotated[float, real("Depth", affects=Affects'
        ".TRAIN, low=0, high=1)] = 0.5\n    width",
    )
    assert engine_side(saved(path, deeper)) == ()
    more, said = refitted(scene, registry.catalogue())
    assert said == ()
    assert (more["energy.depth"], more["energy.width"], more["view.beta"]) == (0.5, 9.0, 3.0)
    assert engine_side(saved(path, BOWL.replace("high=10)", "high=5)"))) == ()
    less, said = refitted(more, registry.catalogue())
    assert said == ("energy.depth is gone", "energy.width is 2: 9 is not accepted any more")
    assert less["energy.width"] == 2.0
    assert engine_side(saved(path, BOWL.replace('"bowl"', '"cone"'))) == ()
    other, said = refitted(less, registry.catalogue())
    assert said == ("energy.kind: there is no “bowl” any more",)
    assert other.kind("energy") != "bowl"
    assert other["view.beta"] == 3.0


def test_the_training_goes_on_with_the_same_weights(tmp_path: Path) -> None:
    path, scene = with_bowl(tmp_path, **{"optimizer.lr": 0.5})
    engine = Engine(scene)
    engine.train(7)
    assert engine_side(saved(path, BOWL.replace("self.params.width**2", "self.params.width"))) == ()
    made, said = anew(engine, scene)
    assert said == ""
    assert made.progress.model == 7
    assert made.weights["w"].tolist() == engine.weights["w"].tolist() != [0.0, 0.0]
    assert made.history.past(5) is not None
    assert isinstance(made, Engine)
    assert made.task.energy is not engine.task.energy
    rows = made.task.data
    twice = 2 * engine.task.energy.free(engine.weights, rows, 1.0)
    assert made.task.energy.free(made.weights, rows, 1.0).tolist() == pytest.approx(twice.tolist())


def test_it_begins_anew_and_says_so_where_they_do_not_fit(tmp_path: Path) -> None:
    path, scene = with_bowl(tmp_path)
    engine = Engine(scene)
    engine.train(7)
    more = BOWL.replace("torch.zeros(2)}", 'torch.zeros(2), "v": torch.ones(3)}')
    assert engine_side(saved(path, more)) == ()
    made, said = anew(engine, scene)
    assert said.startswith("the training cannot go on with the version that was saved, and starts ")
    assert made.progress.model == 0


def test_one_that_fails_at_work_is_a_broken_save_too(tmp_path: Path) -> None:
    """It is tried on the scene before it takes the place of what there was."""
    path, scene = with_bowl(tmp_path)
    model, before = Engine(scene), registry.catalogue()

    def again() -> tuple[tuple[str, ...], tuple[str, ...]]:
        return plugins.again([path], lambda _: None, refused=lambda: unfit(model))

    saved(path, BOWL.replace("return (rows", 'raise ValueError("no luck")\n        return (rows'))
    why = f"plug-in {path}, line 23: ValueError: no luck; its last good version stays"
    assert again() == ((), (why,))
    assert registry.catalogue() == before
    assert Engine(scene).train(2) == 2
    assert again() == ((), (why,)), "as long as it is not mended"
    saved(path, BOWL.replace('"""Bowl"""', '"""Mended"""'))
    assert again() == ((str(path),), ())
    assert title() == "Mended"
    assert again() == ((), ())
