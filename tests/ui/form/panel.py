"""A made-up catalogue for the panel, and how a test uses its controls."""

from __future__ import annotations

from typing import Annotated, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core import scene as scenes
from ebmviz.core.catalogue import Catalogue, Component, common
from ebmviz.core.params import (
    Affects,
    ParamSet,
    Value,
    choice,
    flag,
    integer,
    real,
    reals,
    specs,
    table,
    text,
)
from ebmviz.core.scene import Scene
from ebmviz.ui.controls.valuebox import ValueBox
from ebmviz.ui.panel.form import Form

W = TypeVar("W", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton
BUILD, TRAIN = Affects.BUILD, Affects.TRAIN


class Points(ParamSet, frozen=True):
    noise: Annotated[
        float,
        real("Noise", symbol="σ", affects=TRAIN, low=0, high=100, slider=(0.0, 0.5)),
    ] = 0.05
    file: Annotated[str, text("File", affects=TRAIN)] = "points.csv"
    points: Annotated[bytes, table("Points", affects=TRAIN)] = b""


class Ellipse(ParamSet, frozen=True):
    init: Annotated[
        str, choice("Initial w", {"lecture": "Lecture’s", "random": "Random"}, affects=BUILD)
    ] = "lecture"
    latents: Annotated[
        int,
        integer(
            "Latents",
            symbol="|Z|",
            help="How many values z takes",
            unit="points",
            affects=BUILD,
            low=1,
            high=4096,
            slider=(1, 192),
        ),
    ] = 48
    secret: Annotated[float, real("Secret", affects=BUILD, hidden=True)] = 1.0


class Horn(Ellipse, frozen=True):
    centre: Annotated[tuple[float, ...], reals("Centre", affects=BUILD, size=2)] = (0.0, 1.0)
    learn: Annotated[bool, flag("Learn the centre", affects=BUILD)] = False


class Loss(ParamSet, frozen=True):
    beta: Annotated[
        float,
        real(
            "Training β",
            symbol="β",
            affects=TRAIN,
            low=0,
            slider=(1e-3, 1e4),
            log=True,
            inf=True,
            thermometer=True,
        ),
    ] = 1.0


class Sgd(ParamSet, frozen=True):
    lr: Annotated[
        float,
        real("Rate", symbol="η", affects=TRAIN, low=0, high=1e4, slider=(1e-4, 1.0), log=True),
    ] = 0.2


CATALOGUE = Catalogue(
    (
        Component("data", "lecture", "Lecture, 24 points"),
        Component("data", "own", "Own points", params=specs(Points)),
        Component("energy", "ellipse", "Ellipse", formula="E = y_1^2", params=specs(Ellipse)),
        Component("energy", "horn", "Horn", params=specs(Horn)),
        Component("objective", "energy", "Energy", params=specs(Loss)),
        Component("optimizer", "sgd", "SGD", params=specs(Sgd)),
        Component("sampler", "walk", "Walk"),
        Component("regularizer", "regularizer", "Regularisers"),
        *common(),
    )
)
Edit = tuple[str, object, bool]


def scene_with(**changes: Value) -> Scene:
    given = {key.replace("__", "."): value for key, value in changes.items()}
    return scenes.build("test", "Test", (), {"data.kind": "own", **given}, CATALOGUE)


def get(form: Form, kind: type[W], name: str) -> W:
    found: W | None = form.findChild(kind, name)
    assert found is not None, name
    return found


def type_in(qtbot: QtBot, box: ValueBox, typed: str) -> None:
    box.setFocus()
    box.selectAll()
    if typed.isascii():
        qtbot.keyClicks(box, typed)
    else:  # QTest has no keys for these
        QApplication.clipboard().setText(typed)
        qtbot.keyClick(box, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(box, Qt.Key.Key_Return)
