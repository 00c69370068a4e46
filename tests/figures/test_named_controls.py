"""A sentence that says what to press calls it what the window calls it in that scene."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ebmviz
from ebmviz.core import assets
from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.traits import begun_by
from ebmviz.engine.model.opening import opened
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import FIGURES, main
from ebmviz.ui.menus.actions import SPECS
from tests.scenes import built_in

PRESS = re.compile(r"\b[Pp]ress (?:the )?([A-Z]\w*)(?: \((\w+)\))?")
BEGIN = {"Train", "Run", "Recall", "Pause"}
"""Of one button, by the scene: no sentence may be sure of it."""
KEYS = {spec.text: spec.shortcuts for spec in SPECS if spec.text not in BEGIN}
SCENES = [
    name
    for name in assets.scene_names()
    if begun_by(built_in(name).facts) != "Train" and main(built_in(name))
]


def sentences() -> Iterator[tuple[str, str]]:
    """All texts of the program, of each where it stands."""
    for path in sorted(Path(ebmviz.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield f"{path.name}:{node.lineno}", node.value
    for name in assets.scene_names():
        yield name, str(assets.scene_json(name))


def said(drawn: Plot | Sheet) -> str:
    plots = [drawn] if isinstance(drawn, Plot) else [p for row in drawn.rows for p in row]
    return "\n".join((drawn.caption, drawn.title, *(part for p in plots for part in (p.title,))))


@pytest.mark.slow
def test_what_is_pressed_is_a_button_with_that_key() -> None:
    named = [(where, *found) for where, text in sentences() for found in PRESS.findall(text)]
    assert any(name == "Sample" for _, name, _ in named)
    for where, name, key in named:
        assert name in KEYS, where
        assert not key or key in KEYS[name], where


@pytest.mark.parametrize("name", SCENES)
def test_before_the_first_step_the_button_that_begins_them_is_called_as_it_is(name: str) -> None:
    """Not every scene says it; which do, is in `test_it_is_said`."""
    assert set(asked(name)) <= {begun_by(built_in(name).facts)}


@pytest.mark.parametrize("name", ["hopfield-capacity", "dimension", "hopfield"])
def test_it_is_said(name: str) -> None:
    assert asked(name)


def asked(name: str) -> list[str]:
    model = opened(built_in(name))
    figure = main(model.scene)
    assert figure is not None
    drawn = FIGURES[figure.name].draw((Shot(model.scene, model.snapshot(figure.needs)),))
    return [button for button, _ in PRESS.findall(said(drawn))]
