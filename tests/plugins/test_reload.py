"""A file that is saved again is loaded again; a broken one leaves what it brought before, and says
why with its line. Without a window: what loads, what becomes of the scene, and of the training.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ebmviz.core import assets, library
from ebmviz.core.plugins import scenes, watch
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Snapshot
from ebmviz.engine.model import measuring, plugins, registry
from ebmviz.engine.model.engine import Engine
from ebmviz.figures import plugins as figures
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES

pytestmark = pytest.mark.usefixtures("unplugged")
BOWL = '''from typing import Annotated

import torch

from ebmviz.plugin import Affects, Energy, ParamSet, real


class BowlParams(ParamSet, frozen=True):
    width: Annotated[float, real("Width", affects=Affects.TRAIN, low=0.1, high=10)] = 2.0


class Bowl(Energy[BowlParams]):
    """Bowl"""

    kind = "bowl"
    Params = BowlParams
    traits = ("continuous", "plane:y", "takes:points", "nonnegative")

    def initial(self, generator, rows):
        return {"w": torch.zeros(2)}

    def free(self, weights, rows, beta):
        return (rows - weights["w"]).square().sum(1) / self.params.width**2
'''
MEASURE = """import numpy as np

from ebmviz.engine.measures.base.measure import Measure


def _count(subject):
    return {"count": np.array([1.0])}


MEASURE = Measure("count", _count)
"""
FIGURE = """from ebmviz.core.plot import Axis, Plot
from ebmviz.figures.base.figure import live

FIGURE = live("mine", "Mine", ("data",), lambda shot: Plot("One", Axis("x"), Axis("y"), ()))
"""
SCENE = """{
  "name": "mine", "title": "Mine", "figures": ["landscape"],
  "data": {"kind": "ellipse", "count": 200},
  "energy": {"kind": "kmeans", "centres": 1}
}
"""
Load = Callable[[Path], tuple[str, ...]]


def engine_side(path: Path) -> tuple[str, ...]:
    return plugins.load([path])


def window_side(path: Path) -> tuple[str, ...]:
    return figures.load([path])


def scene_side(path: Path) -> tuple[str, ...]:
    return scenes.load([path], library.shipped_catalogue())


def title(kind: str = "bowl") -> str:
    return registry.catalogue().component("energy", kind).title


def drawn() -> str:
    scene = library.scene("ellipse", library.shipped_catalogue())
    plot = FIGURES["mine"].draw((Shot(scene, Snapshot(0, 0, {}, {})),))
    return plot.title


def saved(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


# a good save ---------------------------------------------------------------------------


def test_what_is_saved_takes_the_place_of_what_was(tmp_path: Path) -> None:
    energy, figure = tmp_path / "bowl.py", tmp_path / "figure.py"
    scene = tmp_path / "scene.json"
    assert engine_side(saved(energy, BOWL)) == window_side(saved(figure, FIGURE)) == ()
    assert scene_side(saved(scene, SCENE)) == ()
    assert (title(), drawn(), assets.scene_json("mine")["title"]) == ("Bowl", "One", "Mine")
    # Of the same length and in the same second: a compiled copy would not be told apart.
    assert engine_side(saved(energy, BOWL.replace('"""Bowl"""', '"""Cone"""'))) == ()
    assert window_side(saved(figure, FIGURE.replace('"One"', '"Two"'))) == ()
    assert scene_side(saved(scene, SCENE.replace('"title": "Mine"', '"title": "Ours"'))) == ()
    assert (title(), drawn(), assets.scene_json("mine")["title"]) == ("Cone", "Two", "Ours")
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "bowl.py",
        "figure.py",
        "scene.json",
    ]


def test_a_file_that_holds_the_same_is_not_run_again(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    text = f"with open({str(runs)!r}, 'a') as f: f.write('x')\n{BOWL}"
    path = saved(tmp_path / "bowl.py", text)
    for _ in range(3):
        assert engine_side(path) == ()
        saved(path, text)
    assert runs.read_text() == "x"


def test_other_names_take_the_place_of_those_that_are_gone(tmp_path: Path) -> None:
    energy, figure = saved(tmp_path / "e.py", BOWL), saved(tmp_path / "f.py", FIGURE)
    assert engine_side(energy) == window_side(figure) == ()
    assert engine_side(saved(energy, BOWL.replace('"bowl"', '"cone"'))) == ()
    assert window_side(saved(figure, FIGURE.replace('"mine"', '"ours"'))) == ()
    kinds = registry.catalogue().kinds("energy")
    assert ("bowl" in kinds, "cone" in kinds) == (False, True)
    assert ("mine" in FIGURES, "ours" in FIGURES) == (False, True)


def test_a_kind_may_move_from_one_file_to_another(tmp_path: Path) -> None:
    """In one save of both, whichever is loaded first."""
    cone, disc = BOWL.replace('"bowl"', '"cone"'), BOWL.replace('"bowl"', '"disc"')
    one, two = saved(tmp_path / "one.py", BOWL), saved(tmp_path / "two.py", cone)
    assert plugins.load([one, two]) == ()
    saved(one, cone)
    saved(two, disc)
    assert plugins.load([one, two]) == ()
    assert registry.catalogue().component("energy", "cone").plugin == "one"
    assert registry.catalogue().component("energy", "disc").plugin == "two"


def test_a_measure_is_measured_anew(tmp_path: Path) -> None:
    path = saved(tmp_path / "count.py", MEASURE)
    assert engine_side(path) == ()
    engine = Engine(library.scene("ellipse", registry.catalogue()))
    assert engine.snapshot(("count",)).arrays["count"].tolist() == [1.0]
    assert engine_side(saved(path, MEASURE.replace("1.0", "2.0"))) == ()
    assert engine.snapshot(("count",)).arrays["count"].tolist() == [2.0]
    assert "count" in measuring.measures()


# a broken save ---------------------------------------------------------------------------

BROKEN = {
    "half": (BOWL[: BOWL.index('real("Width"')], r", line 9: .*never closed"),
    "syntax": (BOWL + "def f(:\n", r", line 24: .*syntax"),
    "name": (BOWL.replace("Energy[", "Enery["), r", line 12: NameError: name 'Enery' is not"),
    "trait": (BOWL.replace("continuous", "continous"), r", line 12: Bowl: there is no trait"),
    "empty": ("", r": it defines no component"),
    "clash": (BOWL.replace('"bowl"', '"ellipse"'), r", line 12: Bowl: there is another energy of"),
    "default": (BOWL.replace("= 2.0", "= 20.0"), r", line 12: Bowl: width: 20 is outside"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_save_keeps_the_last_good_one_and_says_the_line(tmp_path: Path, how: str) -> None:
    path = saved(tmp_path / "bowl.py", BOWL)
    assert engine_side(path) == ()
    before = registry.catalogue()
    text, wanted = BROKEN[how]
    (said,) = engine_side(saved(path, text))
    assert re.search(re.escape(f"plug-in {path}") + wanted, said), said
    assert said.endswith("; its last good version stays")
    assert "\n" not in said
    assert registry.catalogue() == before
    scene = replace(library.scene("ellipse", before), {"energy.kind": "bowl"}, before)
    assert Engine(scene).train(2) == 2
    assert engine_side(saved(path, BOWL.replace('"""Bowl"""', '"""Mended"""'))) == ()
    assert title() == "Mended"


BROKEN_FIGURES = {
    "syntax": (FIGURE + "def f(:\n", r", line 5: .*syntax"),
    "name": (FIGURE.replace("= live(", "= liv("), r", line 4: NameError"),
    "empty": ("", r": it defines no figure"),
    "clash": (FIGURE.replace('"mine"', '"stack"'), r", line 4: there is another figure “stack”"),
    "torch": ("import torch\n" + FIGURE, r", line 1: it imports `torch`"),
    "trait": (FIGURE.replace("()))", '()), ("latnt",))'), r", line 4: figure mine: there is no"),
}


@pytest.mark.parametrize("how", BROKEN_FIGURES)
def test_so_does_a_figure(tmp_path: Path, how: str) -> None:
    path = saved(tmp_path / "figure.py", FIGURE)
    assert window_side(path) == ()
    text, wanted = BROKEN_FIGURES[how]
    (said,) = window_side(saved(path, text))
    assert re.search(re.escape(f"plug-in {path}") + wanted, said), said
    assert said.endswith("; its last good version stays")
    assert drawn() == "One"
    assert engine_side(path) == (), "it is said once, by the side that draws it"
    assert window_side(saved(path, FIGURE.replace('"One"', '"Two"'))) == ()
    assert drawn() == "Two"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (SCENE[:60], r", line 2: not JSON"),
        (SCENE.replace('"name": "mine", ', ""), r": a scene is an object with a `name`"),
        (SCENE.replace('"name": "mine"', '"name": "horn"'), r": there is another scene “horn”"),
        (SCENE.replace("kmeans", "kmaens"), r": energy.kind: “kmaens” is not known \(did you mean"),
        ("", r", line 1: not JSON"),
    ],
)
def test_so_does_a_scene(tmp_path: Path, text: str, wanted: str) -> None:
    path = saved(tmp_path / "scene.json", SCENE)
    assert scene_side(path) == ()
    (said,) = scene_side(saved(path, text))
    assert re.search(re.escape(f"plug-in {path}") + wanted, said), said
    assert said.endswith("; its last good version stays")
    assert library.scene("mine", library.shipped_catalogue()).title == "Mine"


@pytest.mark.parametrize(
    ("name", "text", "load"),
    [
        ("bowl.py", BOWL, engine_side),
        ("figure.py", FIGURE, window_side),
        ("scene.json", SCENE, scene_side),
    ],
)
@pytest.mark.parametrize("folder", [False, True])
def test_so_does_one_that_is_deleted(
    tmp_path: Path, name: str, text: str, load: Load, folder: bool
) -> None:
    path = saved(tmp_path / name, text)
    word = tmp_path if folder else path
    assert load(word) == ()
    path.unlink()
    assert load(word) == (f"plug-in {path}: no such file; its last good version stays",)
    saved(path, text)
    assert load(word) == ()


def test_a_file_that_comes_into_the_folder_is_found(tmp_path: Path) -> None:
    assert engine_side(tmp_path) == window_side(tmp_path) == ()
    was = watch.status([str(tmp_path)])
    saved(tmp_path / "bowl.py", BOWL)
    saved(tmp_path / "figure.py", FIGURE)
    assert watch.status([str(tmp_path)]) != was
    assert engine_side(tmp_path) == window_side(tmp_path) == ()
    assert (title(), drawn()) == ("Bowl", "One")


def test_a_save_is_seen_and_rest_is_not(tmp_path: Path) -> None:
    path = tmp_path / "bowl.py"
    states = [watch.status([str(path)])]
    for text in ("a", "ab"):
        saved(path, text)
        assert watch.status([str(path)]) == watch.status([str(path)])
        states.append(watch.status([str(path)]))
    other = saved(tmp_path / "other", "ab")
    other.replace(path)  # as many editors save
    states.append(watch.status([str(path)]))
    path.unlink()
    states.append(watch.status([str(path)]))
    assert all(one != two for one, two in itertools.pairwise(states))
