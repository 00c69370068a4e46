"""The line of a picture leads back to its scene."""

from __future__ import annotations

import argparse
import shlex

import pytest

from ebmviz.commands import screenshot as command
from ebmviz.commands.base import arguments
from ebmviz.core import assets, library
from ebmviz.core.errors import UserError
from ebmviz.core.making.command_line import Source, assignments, screenshot
from ebmviz.core.scene import Scene, replace
from tests.scenes import CATALOGUE, built_in


def of(name: str) -> Source:
    return Source(name, library.scene(name, CATALOGUE))


def read(line: str) -> tuple[argparse.Namespace, Scene]:
    """What the program makes of a line."""
    program, name, *rest = shlex.split(line)
    assert (program, name) == ("ebmviz", "screenshot")
    parser = argparse.ArgumentParser()
    command.configure(parser)
    parser.add_argument("--plugin", action="append", default=[])
    args = parser.parse_args(rest)
    return args, arguments.opened(args.source, args.set, CATALOGUE).scene


@pytest.mark.parametrize("name", assets.scene_names())
def test_an_untouched_scene_needs_no_assignment(name: str) -> None:
    scene = library.scene(name, CATALOGUE)
    assert screenshot(of(name), scene, CATALOGUE) == f"ebmviz screenshot {name} -o {name}.png"


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("ellipse", {"view.beta": 0.1 + 0.2, "view.cut": (-1.5, 1 / 3, 2, 1e-7)}),
        ("ellipse", {"view.beta": "inf", "objective.beta": 0.0, "view.lab": True, "seed": 12}),
        ("ellipse", {"view.hidden": "data,contours", "view.cards": "loss-curve"}),
        ("canyon", {"objective.loss": "hinge", "objective.margin": 3, "data.kind": "rings"}),
        ("kmeans", {"energy.kind": "mixture", "optimizer.kind": "momentum", "device": "cpu"}),
        ("vae", {"energy.kind": "pca"}),
        ("horn", {"experiment.kind": "information"}),
        ("information", {"energy.kind": "horn-latent", "data.kind": "horn"}),
        ("multiclass", {"view.drawn": (0.5, -1.25, 1e-3, 2.0)}),
    ],
)
def test_a_line_says_all_that_differs(name: str, changes: dict[str, object]) -> None:
    scene = replace(library.scene(name, CATALOGUE), changes, CATALOGUE)
    line = screenshot(of(name), scene, CATALOGUE, steps=40, size=(800, 600), theme="light")
    args, found = read(line)
    assert found == scene
    assert (args.steps, args.size, args.theme) == (40, (800, 600), "light")


def test_only_what_differs_is_said() -> None:
    scene = built_in("ellipse", view__beta=3.0)
    assert assignments(of("ellipse").scene, scene, CATALOGUE) == ["view.beta=3", "device=cpu"]


def test_every_pair_of_built_in_scenes_is_joined_by_a_line() -> None:
    """All components, and all values that scenes give them."""
    every = [of(name) for name in assets.scene_names()]
    for one, other in zip(every, [*every[7:], *every[:7]], strict=True):
        wanted = Scene(one.name, one.scene.title, one.scene.figures, other.scene.values)
        line = screenshot(one, wanted, CATALOGUE)
        assert read(line)[1].values == other.scene.values, line


def test_a_shell_reads_odd_words_as_they_are() -> None:
    scene = built_in("ellipse", view__hidden="data")
    line = screenshot(Source("/a b/c'd.ebmviz", scene), scene, CATALOGUE, plugins=["$x y.py"])
    assert shlex.split(line)[2:5] == ["/a b/c'd.ebmviz", "--plugin", "$x y.py"]


def test_what_no_line_can_hold_is_refused() -> None:
    own = built_in("ellipse", data__kind="own", data__points="AAAAAAAA8D8AAAAAAADwPw==")
    with pytest.raises(UserError, match="your own"):
        screenshot(of("ellipse"), own, CATALOGUE)
    with pytest.raises(UserError, match="no command line reproduces"):
        screenshot(of("horn"), built_in("ellipse"), CATALOGUE)
