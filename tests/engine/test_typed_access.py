"""What a scene holds reaches its readers typed, and the view is made of it once."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import msgspec
import pytest

import ebmviz
from ebmviz.core import scene as scenes
from ebmviz.core.params import ParamSet, Value, typed
from ebmviz.core.scene import Scene, replace
from ebmviz.core.view import View
from ebmviz.engine.model.engine import Engine
from ebmviz.engine.server.frames import Frames
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES, offered
from tests.scenes import CATALOGUE, built_in

SOURCES = sorted(Path(ebmviz.__file__).parent.rglob("*.py"))


def test_the_view_is_made_once_per_scene_and_anew_for_another() -> None:
    scene = built_in("ellipse", view__beta=2.0)
    assert scene.view is scene.view
    assert scene.run is scene.run
    other = replace(scene, {"view.beta": 3.0}, CATALOGUE)
    assert (scene.view.beta, other.view.beta) == (2.0, 3.0)
    # What was made of it is no part of the value.
    assert built_in("ellipse", view__beta=2.0) == scene
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(scene), type=Scene) == scene


def test_frames_of_one_scene_make_no_view(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[type] = []

    def counted(cls: type[ParamSet], values: dict[str, Value]) -> object:
        made.append(cls)
        return typed(cls, values)

    monkeypatch.setattr(scenes, "typed", counted)
    scene = built_in("ellipse", view__resolution=32, sampler__chains=20)
    made.clear()  # the scene's own check of itself
    engine, frames = Engine(scene), Frames()
    drawn = [FIGURES[name] for name in offered(scene) if FIGURES[name].live]
    needs = tuple({need for figure in drawn for need in figure.needs})
    frames.quick(engine, needs, 1)
    assert made.count(View) == 1
    made.clear()
    engine.train(3)
    engine.sample(3)
    frames.touch()
    shot = Shot(scene, frames.quick(engine, needs, 1))
    for figure in drawn:
        figure.draw((shot,))
    assert View not in made


def test_numbers_and_words_are_typed() -> None:
    scene = built_in("ellipse", view__beta=math.inf, energy__latents=12)
    assert scene.number("view.beta") == math.inf
    assert (scene.number("energy.latents"), scene.number("energy.none", 0.5)) == (12.0, 0.5)
    assert scene.word("energy.kind") == "ellipse"
    assert scene.word("energy.none", "") == ""
    for where in ("energy.kind", "view.lab", "energy.none"):
        with pytest.raises(TypeError, match=f"{where} is .*, not a number"):
            scene.number(where)
    with pytest.raises(TypeError, match=r"view\.beta is inf, not a word"):
        scene.word("view.beta")


def casts_of_text(tree: ast.AST) -> list[int]:
    """Lines with a float(str(…)) or int(str(…))."""

    def called(node: ast.AST, *names: str) -> bool:
        function = node.func if isinstance(node, ast.Call) else None
        return isinstance(function, ast.Name) and function.id in names

    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node, "float", "int")
        if any(called(each, "str") for argument in node.args for each in ast.walk(argument))
    ]


def test_no_value_is_read_through_its_text() -> None:
    assert casts_of_text(ast.parse("a = int(float(str(x)))\nb = float(x)")) == [1, 1]
    found = {path.name: casts_of_text(ast.parse(path.read_text())) for path in SOURCES}
    assert len(found) > 100
    assert not {name: at for name, at in found.items() if at}
