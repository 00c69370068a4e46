"""Each skeleton in a folder of one's own, named once on the command line: nothing else is touched,
and they are listed, set, trained, measured, drawn, kept and offered in the panel.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ebmviz import cli
from ebmviz.core import assets, library
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.plugins import scenes
from ebmviz.core.scene import replace
from ebmviz.engine.model import plugins, registry
from ebmviz.figures import plugins as figures
from ebmviz.figures.registry import FIGURES, main, offered
from ebmviz.figures.slots import choices
from ebmviz.files.session import load
from ebmviz.ui.panel.form import Form
from tests.test_skeletons import DROPPED, SET

pytestmark = pytest.mark.usefixtures("unplugged")
GIVEN = [word for path, value in SET.items() for word in ("--set", f"{path}={value}")]
FEW = ("--set", "device=cpu", "--steps", "10")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with all of them."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in DROPPED.keys() - {"command.py"}:  # which is no plug-in
        shutil.copyfile(assets.resource("skeletons") / name, folder / name)
    return folder


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    status = cli.main([str(word) for word in words])
    said = capsys.readouterr()
    assert (status, said.err) == (0, "")
    return said.out


def with_them(folder: Path) -> Catalogue:
    assert plugins.load([folder]) == ()
    assert figures.load([folder]) == ()
    catalogue = registry.catalogue()
    assert scenes.load([folder], catalogue) == ()
    return catalogue


def test_all_are_found_by_their_folder(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(run(capsys, "catalogue", "--json", "--plugin", mine))
    brought = {(each["part"], each["kind"]) for each in listed["components"] if "plugin" in each}
    assert brought == {
        ("data", "figure-eight"),
        ("energy", "bowl"),
        ("experiment", "needle"),
        ("objective", "power-hinge"),
        ("optimizer", "lion"),
        ("sampler", "random-walk"),
    }
    assert {"data-energies", "needle"} <= {each["name"] for each in listed["figures"]}
    rows = json.loads(run(capsys, "scenes", "--json", "--plugin", mine))
    assert "skeleton" in [row["name"] for row in rows]


def test_they_are_set_trained_kept_and_drawn(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.ebmviz"
    with_it = ("--plugin", mine)
    said = run(capsys, "train", "skeleton", *GIVEN, *FEW, "-o", kept, *with_it)
    assert said.startswith("step 10, mean energy ")
    scene = json.loads(run(capsys, "inspect", kept, *with_it))["scene"]
    assert scene["plugins"] == ["dataset", "energy", "loss", "optimizer", "sampler"]
    assert scene["energy"] == {"kind": "bowl", "width": 2.0}
    asked = ("--figure", "data-energies", "--format", "svg", "-o", tmp_path)
    drawn = run(capsys, "figures", kept, *asked, *with_it).strip()
    assert Path(drawn).stat().st_size > 1000
    tried = tmp_path / "tried.ebmviz"
    needle = ("--set", "experiment.kind=needle", *FEW, "-o", tried, *with_it)
    assert run(capsys, "train", "dimension", *needle).startswith("step 10, share of crossings 0.")
    drawn = run(
        capsys, "figures", tried, "--figure", "needle", "--format", "svg", "-o", tmp_path, *with_it
    )
    assert Path(drawn.strip()).stat().st_size > 1000


def test_the_panel_and_the_cards_offer_them(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], qtbot: QtBot
) -> None:
    catalogue = with_them(mine)
    kept = tmp_path / "kept.ebmviz"
    run(capsys, "train", "skeleton", *GIVEN, *FEW, "-o", kept, "--plugin", mine)
    scene = load(kept, catalogue).scene
    assert "data-energies" in offered(scene)
    assert "data-energies" in [figure.name for figure in choices(scene)]
    parts = ("data", "energy", "objective", "sampler")
    form = Form(catalogue, parts)
    qtbot.addWidget(form)
    form.set_scene(scene)
    shown = {row.path for part in parts for row in form.section(part).rows()}
    assert {"data.size", "energy.width", "objective.power", "sampler.spread"} <= shown
    own = library.scene("dimension", catalogue)
    assert main(replace(own, {"experiment.kind": "needle"}, catalogue)) is FIGURES["needle"]


def test_the_window_loads_figures_without_torch(mine: Path) -> None:
    """And tells them apart from what is measured without running it."""
    text = (
        "import sys; sys.modules['torch'] = None\n"
        "from ebmviz.figures import plugins, registry\n"
        "assert plugins.load(sys.argv[1:]) == (), plugins.load(sys.argv[1:])\n"
        "assert {'needle', 'data-energies'} <= registry.FIGURES.keys()\n"
        "assert not [m for m in sys.modules if m.startswith('ebmviz.engine')]\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", text, str(mine)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_helper_is_no_plug_in(mine: Path) -> None:
    (mine / "_notes.py").write_text("1 / 0\n")
    (mine / "notes.txt").write_text("of no interest")
    with_them(mine)
