"""A user's own components, from a file to the command line, the engine and the session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ebmviz import cli
from ebmviz.core import library, protocol
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.scene import from_json, replace, to_json
from ebmviz.engine.model import plugins, registry
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.plugged import PLUGGED
from ebmviz.files.session import load

PLUGIN = '''
from typing import Annotated

import numpy as np
import torch

from ebmviz.plugin import (
    Affects, Dataset, Energy, Info, Loss, PairParams, ParamSet, Sampler, SamplerParams,
    normal, real, taken,
)


class BowlParams(ParamSet, frozen=True):
    width: Annotated[float, real("Width", affects=Affects.TRAIN, low=0.1, high=10)] = 2.0


class Bowl(Energy[BowlParams]):
    """Bowl

    A paraboloid about a learned centre.
    Formula: E(y) = ‖y − w‖^2 / b^2
    """

    kind = "bowl"
    Params = BowlParams
    traits = ("continuous", "plane:y", "takes:points", "nonnegative")

    def initial(self, generator, rows):
        return {"w": torch.zeros(2)}

    def free(self, weights, rows, beta):
        return (rows - weights["w"]).square().sum(1) / self.params.width**2


class Cubed(Loss[PairParams]):
    """Cubed hinge

    Pushes the harder, the more is missing.
    """

    kind = "cubed"
    Params = PairParams
    answers = "one"

    def pair(self, right, wrong):
        return (1 + right - wrong).clamp(min=0) ** 3


class Dots(Dataset[ParamSet]):
    """Two dots"""

    kind = "dots"
    requires = {"takes:points": "it holds points of the plane"}

    def points(self, seed):
        return np.array([[1.0, 2.0], [1.0, 4.0]])


class Stroll(Sampler[SamplerParams]):
    """Random-walk Metropolis"""

    kind = "stroll"
    Params = SamplerParams

    def step(self, chains, field, beta, generator):
        moved = self.init(field, chains.y + normal(chains.y, generator))
        after, chance = taken(chains, moved, beta * (chains.energy - moved.energy), generator)
        return after, Info(chance)
'''
pytestmark = pytest.mark.usefixtures("unplugged")
SET = ["--set", "energy.kind=bowl", "--set", "data.kind=dots", "--set", "device=cpu"]


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "my_energy.py"
    path.write_text(PLUGIN)
    return path


def fault(tmp_path: Path, text: str, name: str = "bad.py") -> str:
    """What is said of a plug-in with this text."""
    path = tmp_path / name
    path.write_text(text)
    (said,) = plugins.load([path])
    assert said.startswith(f"plug-in {path}")
    assert said.endswith("; it is left out")
    assert not PLUGGED
    return said


# what it brings ------------------------------------------------------------------------


def test_the_catalogue_knows_it(mine: Path) -> None:
    assert plugins.load([mine]) == ()
    assert plugins.load([mine]) == ()  # loaded once
    found = registry.catalogue()
    bowl = found.component("energy", "bowl")
    assert (bowl.title, bowl.plugin) == ("Bowl", "my_energy")
    assert bowl.formula == "E(y) = ‖y − w‖^2 / b^2"
    assert [p.name for p in bowl.params] == ["width"]
    assert found.component("energy", "ellipse").plugin == ""
    again = library.catalogue_from_json(json.loads(json.dumps(library.catalogue_to_json(found))))
    assert again == found


def run(*args: str | Path) -> int:
    return cli.main([str(a) for a in args])


def test_every_command_takes_it(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run.ebmviz"
    with_it = ("--plugin", mine)
    few = (
        *SET,
        "--set",
        "objective.loss=energy",
        "--set",
        "optimizer.lr=0.5",
        "--set",
        "optimizer.batch=2",
    )
    assert run("train", "ellipse", *few, "--steps", "60", "-o", out, *with_it) == 0
    assert "w = [1, 3]" in capsys.readouterr().out
    assert run("eval", out, "--y", "1,3", *with_it) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["free_energy"] == pytest.approx(0.0, abs=1e-6)
    assert run("inspect", out, *with_it) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["scene"]["plugins"] == ["my_energy"]
    assert said["scene"]["energy"] == {"kind": "bowl", "width": 2.0}
    assert run("figures", out, "--figure", "landscape", "-o", tmp_path, *with_it) == 0
    assert run("catalogue", *with_it) == 0
    assert "objective.loss = cubed   Cubed hinge" in capsys.readouterr().out


def test_its_loss_trains(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = (*SET, "--set", "objective.loss=cubed", "--set", "optimizer.lr=0.001")
    assert run("train", "ellipse", *few, "--steps", "20", "--plugin", mine) == 0
    assert capsys.readouterr().out.startswith("step 20, mean energy ")


def test_its_sampler_walks(mine: Path) -> None:
    catalogue = with_it(mine)
    changes: dict[str, object] = {"energy.kind": "bowl", "data.kind": "dots"}
    changes |= {"sampler.kind": "stroll", "sampler.chains": 2000, "view.beta": 2.0, "device": "cpu"}
    engine = Engine(replace(library.scene("ellipse", catalogue), changes, catalogue))
    assert engine.sample(60) == 60
    assert engine.sampling is not None
    assert engine.sampling.chains is not None
    # p ∝ exp(−2 ‖y‖² / 4): variance 1 along each axis; 4 standard errors, thinly mixed
    variance = engine.sampling.chains.y.var(0)
    assert bool(((variance - 1).abs() < 4 * (2 / 2000) ** 0.5).all())
    assert 0.2 < engine.sampling.acceptance < 0.9


def test_an_installed_package_is_found_by_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "their_energy.py").write_text(PLUGIN)
    info = tmp_path / "their_energy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their-energy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[ebmviz.plugins]\ntheirs = their_energy\ngone = their_missing\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    (said,) = plugins.load([])
    assert said.startswith("plug-in “gone”: ModuleNotFoundError: No module named 'their_missing'")
    assert registry.catalogue().component("energy", "bowl").plugin == "theirs"
    sys.modules.pop("their_energy")


def test_the_engine_brings_it_to_the_window(mine: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("x = 1\nraise ValueError('no luck')\n")
    plugins.load([mine])
    catalogue = registry.catalogue()
    few: dict[str, Any] = {"energy.kind": "bowl", "data.kind": "dots", "device": "cpu"}
    few |= {"view.resolution": 16, "objective.loss": "cubed", "objective.answers": 8}
    scene = replace(library.scene("ellipse", catalogue), few, catalogue)
    orders: list[protocol.AnyMessage] = [
        protocol.Grant(frames=1),
        protocol.SetScene(generation=1, scene=scene, needs=("map",)),
        protocol.Fetch(token=1),
    ]
    command = [sys.executable, "-P", "-m", "ebmviz.engine"]
    process = subprocess.Popen(
        [*command, "--plugin", mine, "--plugin", broken],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    try:
        process.stdin.write(b"".join(bytes(p) for m in orders for p in protocol.encode(m)))
        process.stdin.flush()
        reader = protocol.FrameReader(engine_side=False, skip=True)
        heard: list[Any] = []
        while not any(isinstance(m, protocol.Frame) for m in heard):
            data = os.read(process.stdout.fileno(), 1 << 16)
            assert data, process.stderr.read().decode()
            heard += [m for m, _ in reader.feed(data)]
    finally:
        process.kill()
        process.communicate()
    loaded = [protocol.Loading(plugin=str(file)) for file in (mine, broken)]
    assert heard[:2] == loaded
    hello = heard[2]
    assert hello.catalogue == catalogue
    assert hello.faults == (f"plug-in {broken}, line 2: ValueError: no luck; it is left out",)
    assert not any(isinstance(m, protocol.Failure) for m in heard)


# what is broken -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x = 1\ndef f(:\n", r", line 2: .*syntax"),
        ("x = 1\n\n1 / 0\n", r", line 3: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(3)\n", r", line 2: SystemExit: 3"),
        ("from ebmviz.plugin import nothing\n", r", line 1: ImportError: "),
        ("x = 1\n", r": it defines no component"),
        (
            PLUGIN.replace('"""Two dots"""', ""),
            rf", line {PLUGIN[: PLUGIN.index('class Dots')].count(chr(10)) + 1}: Dots: a docstring",
        ),
        (PLUGIN.replace('kind = "bowl"', 'kind = "ellipse"'), r"another energy of the kind “elli"),
        (PLUGIN.replace('kind = "bowl"', 'kind = "Bowl!"'), r"Bowl: its kind must be of small"),
        (PLUGIN.replace("def free", "def fre"), r"Bowl: it does not define `free`"),
        (PLUGIN.replace("def pair", "def par"), r"Cubed: it does not define `pair`"),
        (PLUGIN.replace("def step", "def ste"), r"Stroll: it does not define `step`"),
        (PLUGIN.replace("= 2.0", "= 20.0"), r"Bowl: width: 20 is outside 0.1 … 10"),
    ],
)
def test_a_broken_one_is_named_with_its_line(tmp_path: Path, text: str, wanted: str) -> None:
    import re

    said = fault(tmp_path, text)
    assert re.search(wanted, said), said
    assert "\n" not in said


def test_others_still_load(tmp_path: Path, mine: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("1 / 0\n")
    (one, two) = plugins.load([bad, tmp_path / "none.py", mine])
    assert "ZeroDivisionError" in one
    assert "no such file" in two
    assert "bowl" in registry.catalogue().kinds("energy")


def test_two_plugins_of_one_kind(tmp_path: Path, mine: Path) -> None:
    other = tmp_path / "other.py"
    other.write_text(PLUGIN)
    (said,) = plugins.load([mine, other])
    assert str(other) in said
    assert "another energy of the kind “bowl”" in said


def test_a_command_names_a_broken_one_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("1 / 0\n")
    assert run("eval", "ellipse", "--y", "0,1", "--plugin", bad) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)
    assert said.err == (
        f"ebmviz: plug-in {bad}, line 1: ZeroDivisionError: division by zero; it is left out\n"
    )


# what is missing ------------------------------------------------------------------------


def with_it(mine: Path) -> Catalogue:
    plugins.load([mine])
    return registry.catalogue()


def test_a_session_says_which_it_needs(mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "run.ebmviz"
    assert run("train", "ellipse", *SET, "--steps", "2", "-o", out, "--plugin", mine) == 0
    with zipfile.ZipFile(out) as archive:
        assert json.loads(archive.read("scene.json"))["plugins"] == ["my_energy"]
    PLUGGED.clear()
    needs = "needs the plug-in “my_energy”: start ebmviz with --plugin my_energy.py"
    with pytest.raises(UserError, match=needs):
        load(out, library.shipped_catalogue())
    assert load(out, with_it(mine)).scene.kind("energy") == "bowl"


def test_only_scenes_that_use_one_name_it(mine: Path) -> None:
    catalogue = with_it(mine)
    scene = library.scene("ellipse", catalogue)
    assert "plugins" not in to_json(scene)
    own = replace(scene, {"energy.kind": "bowl"}, catalogue)
    assert to_json(own)["plugins"] == ["my_energy"]
    assert from_json(to_json(own), catalogue) == own


def test_a_scene_file_loads_none(mine: Path) -> None:
    raw = to_json(library.scene("ellipse", library.shipped_catalogue()))
    with pytest.raises(UserError, match="needs the plug-in “my_energy”"):
        from_json(raw | {"plugins": [mine.stem]}, library.shipped_catalogue())
    with pytest.raises(UserError, match="the plug-in's name"):
        from_json(raw | {"plugins": [str(mine.with_suffix(""))]}, library.shipped_catalogue())
    assert not PLUGGED
    with pytest.raises(UserError, match="must be text"):
        from_json(raw | {"plugins": [1]}, library.shipped_catalogue())
