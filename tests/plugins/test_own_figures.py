"""A figure of one's own: what it may import, what is said of a broken one, and of one that raises
when it is drawn.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ebmviz import cli
from ebmviz.core import assets, library
from ebmviz.core.errors import UserError
from ebmviz.core.plot import Plot
from ebmviz.core.plugins import files
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Snapshot
from ebmviz.figures import plugins
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES, find, missing, offered

pytestmark = pytest.mark.usefixtures("unplugged")
MINE = """from ebmviz.core.plot import Axis, Plot
from ebmviz.figures.base.figure import live


def draw(shot):
    return Plot("Mine", Axis("x"), Axis("y"), ())


FIGURE = live("mine", "Mine", ("data",), draw)
"""
SHOT = Shot(library.scene("ellipse", library.shipped_catalogue()), Snapshot(0, 0, {}, {}))


def written(folder: Path, text: str, name: str = "mine.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_it_is_on_offer(tmp_path: Path) -> None:
    assert plugins.load([written(tmp_path, MINE)]) == ()
    assert "mine" in offered(SHOT.scene)
    drawn = find("mine", offered(SHOT.scene)).draw((SHOT,))
    assert isinstance(drawn, Plot)
    assert drawn.title == "Mine"
    orders = [figure.order for figure in FIGURES.values()]
    assert orders == sorted(orders)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (MINE + "def f(:\n", r", line 10: .*syntax"),
        ("x = 1 / 0\n" + MINE, r", line 1: ZeroDivisionError: division by zero"),
        (MINE.replace("live(", "liv("), r", line 9: NameError: name 'liv' is not defined"),
        (MINE.replace("FIGURE =", "figure ="), r": it defines no figure: a FIGURE"),
        (MINE.replace('"mine"', '"stack"'), r", line 9: there is another figure “stack”"),
        (MINE.replace('"mine"', '"My figure"'), r", line 9: the name of a figure is of small"),
        (MINE.replace('("data",)', '"data"'), r", line 9: figure “mine”: `needs` and `when` are"),
        (MINE.replace("draw)", 'draw, ("latnt",))'), r", line 9: figure mine: there is no trait “"),
        (
            MINE.replace("    return", "    import torch\n    return"),
            r", line 6: it imports `torch",
        ),
        ("import torch.nn as nn\n" + MINE, r", line 1: it imports `torch`, which the window"),
        ("from ebmviz.engine.model import registry\n" + MINE, r", line 1: .* `ebmviz\.engine`"),
        ("from ebmviz import plugin\n" + MINE, r", line 1: it imports `ebmviz\.plugin`"),
    ],
)
def test_a_broken_one_is_named_with_its_line(tmp_path: Path, text: str, wanted: str) -> None:
    path, before = written(tmp_path, text), list(FIGURES)
    (said,) = plugins.load([path])
    assert re.search(re.escape(f"plug-in {path}") + wanted, said), said
    assert said.endswith("; it is left out")
    assert list(FIGURES) == before


def test_torch_is_refused_behind_another_import_too(tmp_path: Path) -> None:
    """As the window would meet it: a library of the person's that imports it."""
    written(tmp_path, "import torch\n", "lib_of_mine.py")
    mine = written(
        tmp_path, f"import sys\nsys.path.append({str(tmp_path)!r})\nimport lib_of_mine\n{MINE}"
    )
    text = (
        "import sys\nfrom ebmviz.figures import plugins\n"
        "print(*plugins.load(sys.argv[1:]))\nassert 'torch' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", text, str(mine)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"plug-in {mine}, line 3: ImportError: it imports `torch`, which the win" in done.stdout


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (MINE.replace("return Plot", "return Plt"), "mine.py, line 6: NameError: name 'Plt' is"),
        (MINE.replace("return Plot", "print"), "mine.py draws a NoneType, not a Plot"),
        (MINE.replace('return Plot("Mine"', 'return Plot(shot.snapshot.arrays["x"]'), "KeyError"),
    ],
)
def test_one_that_raises_when_drawn_says_where(tmp_path: Path, text: str, wanted: str) -> None:
    assert plugins.load([written(tmp_path, text)]) == ()
    with pytest.raises(UserError, match="figure “mine”: mine.py") as said:
        FIGURES["mine"].draw((SHOT,))
    assert wanted in str(said.value)


def test_a_command_that_draws_it_says_so_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = written(tmp_path, MINE.replace("return Plot", "return Plt"))
    words = ["figures", "ellipse", "--figure", "mine", "-o", str(tmp_path), "--plugin", str(mine)]
    assert cli.main(words) == 1
    assert capsys.readouterr().err == (
        "ebmviz: figure “mine”: mine.py, line 6: NameError: name 'Plt' is not defined\n"
    )


def test_nobody_runs_a_file_to_find_out_whose_it_is(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    head = f"open({str(ran)!r}, 'w')\n"
    whose = {
        "loss.py": ("from ebmviz.plugin import PairLoss\n", "engine"),
        "figure.py": ("from ebmviz.figures.base.figure import live\n", "window"),
        "other.py": ("import ebmviz.figures\n", "window"),
        "both.py": ("from ebmviz import figures\n", "window"),
        "half.py": ("from ebmviz.figures.words import text\ndef f(:\n", "window"),
        "empty.py": ("", "engine"),
        "scene.json": ("{}", "scene"),
    }
    for name, (text, side) in whose.items():
        assert files.side_of(written(tmp_path, text and head + text, name)) == side, name
    assert not ran.exists()


def test_a_file_that_cannot_be_told_stays_whose_it_was(tmp_path: Path) -> None:
    path = written(tmp_path, MINE)
    for text in (MINE, "", "def f(:\n", "x = 1\n"):
        path.write_text(text)
        assert files.side_of(path) == "window", text
    path.unlink()
    assert files.side_of(path) == "window"
    path.write_text("import numpy\n")
    assert files.side_of(path) == "engine"


def test_a_figure_that_nobody_has_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = library.shipped_catalogue()
    scenes = [library.scene(name, catalogue) for name in assets.scene_names()]
    assert [missing(scene) for scene in scenes] == [""] * len(scenes)
    mine = written(tmp_path, MINE)
    chosen = replace(SHOT.scene, {"view.cards": "mine,stack"}, catalogue)
    said = "There is no figure “mine” here: one of a plug-in is given with --plugin FILE"
    assert missing(chosen) == said
    words = ["figures", "ellipse", "--set", "view.cards=mine,,", "--figure", "cross-section"]
    words += ["--format", "svg", "-o", str(tmp_path)]
    assert cli.main(words) == 0
    assert capsys.readouterr().err == f"ebmviz: {said}\n"
    assert cli.main([*words, "--plugin", str(mine)]) == 0
    assert capsys.readouterr().err == ""
    assert missing(chosen) == ""
