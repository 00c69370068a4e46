"""A sampler of one's own is offered as the chains of every loss that takes chains."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from pytestqt.qtbot import QtBot

from ebmviz import cli
from ebmviz.core import library
from ebmviz.core.errors import UserError
from ebmviz.core.scene import replace
from ebmviz.engine.losses.base.chains import ChainParams, samplers
from ebmviz.engine.model import plugins, registry
from ebmviz.engine.model.engine import Engine
from ebmviz.ui.panel.form import Form

pytestmark = pytest.mark.usefixtures("unplugged")
TOY = '''
from typing import Annotated

from ebmviz.plugin import Affects, Info, Sampler, SamplerParams, real


class CreepParams(SamplerParams, frozen=True):
    step: Annotated[float, real("Step", affects=Affects.DRAW, low=0, high=10)] = 0.1
    noise: Annotated[float, real("Noise", affects=Affects.DRAW, low=0, high=10)] = 0.0


class Creep(Sampler[CreepParams]):
    """Creep

    To the right, whatever the landscape.
    """

    kind = "creep"
    Params = CreepParams
    tuned_by = ("step", "noise")

    def step(self, chains, field, beta, generator):
        y = chains.y.clone()
        y[:, 0] += self.params.step
        return self.init(field, y), Info(chains.energy * 0 + 1)
'''
WITH_CHAINS = ("cd", "pcd", "short-run")


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    path = tmp_path / "creep.py"
    path.write_text(TOY)
    return path


def test_losses_offer_it_while_it_is_there(toy: Path) -> None:
    before = registry.catalogue()
    assert plugins.load([toy]) == ()
    after = registry.catalogue()
    for kind in (*WITH_CHAINS, "jem"):
        was = {p.name: p for p in before.component("objective", kind).params}
        now = {p.name: p for p in after.component("objective", kind).params}
        assert "creep" not in was["chain"].choices
        assert now["chain"].choices == {**was["chain"].choices, "creep": "Creep"}
        # A noise of its own takes the place of the one that follows β.
        assert now["spread"].shown_by(frozenset(["objective.chain=creep"]))
        assert not now["noise"].shown_by(frozenset(["objective.chain=creep"]))
    assert library.shipped_catalogue() == before
    assert list(samplers())[-1] == "creep"


def test_a_sampler_that_no_loss_can_tune_is_not_offered(toy: Path) -> None:
    toy.write_text(TOY.replace('tuned_by = ("step", "noise")', ""))
    assert plugins.load([toy]) == ()
    assert "creep" not in samplers()
    assert "creep" in registry.catalogue().kinds("sampler")


@pytest.mark.parametrize("kind", WITH_CHAINS)
def test_they_walk_by_it(toy: Path, kind: str) -> None:
    """The chains of a step end k steps to the right, mirrored at the box."""
    assert plugins.load([toy]) == ()
    catalogue = registry.catalogue()
    given: dict[str, object] = {"energy.kind": "unconditional"}
    given |= {"objective.loss": kind, "objective.chain": "creep", "objective.step": 0.01}
    given |= {"device": "cpu", "objective.steps": 5}
    scene = replace(library.scene("unconditional", catalogue), given, catalogue)
    engine = Engine(scene)
    params = engine.task.loss.params
    assert isinstance(params, ChainParams)
    sampler, steps = params.walk()
    assert (sampler.kind, steps) == ("creep", 5)
    y = torch.zeros(3, 2)
    chains = sampler.init(lambda at: (at.sum(1) * 0, at * 0), y)
    for _ in range(steps):
        chains, _ = sampler.step(chains, lambda at: (at.sum(1) * 0, at * 0), 1.0, torch.Generator())
    assert torch.allclose(chains.y, torch.tensor([0.05, 0.0]).expand(3, 2))
    assert engine.train(3) == 3


def test_the_command_line_and_the_panel_have_it(
    toy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], qtbot: QtBot
) -> None:
    out = tmp_path / "creep.ebmviz"
    few = ("--set", "objective.chain=creep", "--set", "device=cpu", "--steps", "2", "-o", str(out))
    assert cli.main(["train", "jem", *few, "--plugin", str(toy)]) == 0
    assert cli.main(["inspect", str(out), "--plugin", str(toy)]) == 0
    said = capsys.readouterr().out
    assert json.loads(said[said.index("{") :])["scene"]["objective"]["chain"] == "creep"
    catalogue = registry.catalogue()
    scene = library.scene("jem", catalogue)
    form = Form(catalogue, ("objective",))
    qtbot.addWidget(form)
    form.set_scene(scene)
    (row,) = [row for row in form.section("objective").rows() if row.path == "objective.chain"]
    assert "creep" in row.param.choices


def test_without_it_a_session_that_walks_by_it_is_refused() -> None:
    shipped = library.shipped_catalogue()
    with pytest.raises(UserError, match="“creep” is not one of ula, mala"):
        replace(library.scene("jem", shipped), {"objective.chain": "creep"}, shipped)
