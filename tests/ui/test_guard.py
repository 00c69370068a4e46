"""An error in what Qt calls is reported; the window lives on, whatever Python it runs on."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QObject, QRectF, QSize
from PySide6.QtWidgets import QApplication, QDialog, QGraphicsItem, QWidget
from pytestqt.qtbot import QtBot

import ebmviz.ui
from ebmviz.ui import guard

NOT_VIRTUAL = {
    "close",
    "contentsRect",
    "hide",
    "scale",
    "setPos",
    "setScale",
    "setStyle",
    "setText",
    "show",
    "start",
    "text",
    "translate",
    "value",
    "render",
    "addItem",
    "removeItem",
    "childrenBoundingRect",
    "update",
    "clear",
}
"""Methods of Qt's that it does not call itself: an error in one of ours reaches who called it."""


def classes(root: type) -> Iterator[type]:
    for each in root.__subclasses__():  # type: ignore[var-annotated]
        yield each
        yield from classes(each)


def ours(package: str) -> list[type]:
    """Every class of a package in place of one of Qt's."""
    found = {c for root in (QObject, QGraphicsItem) for c in classes(root)}
    return [c for c in found if c.__module__.partition(".")[0] == package]


def test_every_method_that_qt_calls_is_guarded() -> None:
    for module in pkgutil.iter_modules(ebmviz.ui.__path__, "ebmviz.ui."):
        importlib.import_module(module.name)
    count = 0
    for cls in (*ours("ebmviz"), *ours("pyqtgraph")):
        for name, function in vars(cls).items():
            if guard.overrides(cls, name):
                assert guard.is_guarded(function), f"{cls.__name__}.{name}"
                count += 1
            elif cls.__module__.startswith("ebmviz") and callable(function):
                of_qt = any(
                    c.__module__.startswith("PySide6") and name in vars(c) for c in cls.mro()
                )
                known = name.startswith("_") or name in NOT_VIRTUAL
                assert known or not of_qt, f"is {cls.__name__}.{name} one that Qt calls?"
    assert count > 150


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was reported: as in the program, and not to pytest-qt, which fails the test."""
    found: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, where: found.append(str(error)))
    return found


def test_an_error_while_painting_is_reported(qtbot: QtBot, heard: list[str]) -> None:
    class Broken(QWidget):
        def paintEvent(self, event: object) -> None:
            raise ValueError("painting")

        def sizeHint(self) -> QSize:
            raise ValueError("size")

        def event(self, event: QEvent) -> bool:
            if event.type() == QEvent.Type.User:
                raise ValueError("event")
            return super().event(event)

    broken = Broken()
    qtbot.addWidget(broken)
    broken.resize(80, 60)
    broken.show()
    QApplication.processEvents()
    for _ in range(50):
        broken.repaint()
    assert heard.count("painting") >= 50
    heard.clear()
    assert broken.sizeHint() == QWidget().sizeHint()  # Qt's own answer
    assert QApplication.sendEvent(broken, QEvent(QEvent.Type.User)) is False
    assert heard == ["size", "event"]


def test_an_error_in_an_item_is_reported(qtbot: QtBot, heard: list[str]) -> None:
    class Item(pg.GraphicsObject):
        def boundingRect(self) -> QRectF:
            raise ValueError("rect")

        def paint(self, *_: Any) -> None:
            raise ValueError("paint")

    view = pg.GraphicsView()
    qtbot.addWidget(view)
    view.scene().addItem(Item())
    view.show()
    view.grab()
    assert "rect" in heard


def test_an_error_where_pyqtgraph_paints_is_reported(qtbot: QtBot, heard: list[str]) -> None:
    class Axis(pg.AxisItem):
        def tickStrings(self, *_: Any) -> list[str]:
            raise ValueError("ticks")

    plot = pg.PlotWidget(axisItems={"left": Axis("left")})
    qtbot.addWidget(plot)
    plot.show()
    plot.grab()
    assert "ticks" in heard


def test_a_dialog_whose_answer_fails_stays_a_dialog(qtbot: QtBot, heard: list[str]) -> None:
    class Asked(QDialog):
        def reject(self) -> None:
            raise ValueError("reject")

    asked = Asked()
    qtbot.addWidget(asked)
    asked.show()
    asked.close()
    assert heard == ["reject"]


@pytest.mark.slow
def test_the_window_survives_its_own_methods(
    sit_down: Callable[..., Any], heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ebmviz.ui.controls import slider_painting
    from ebmviz.ui.look import theme
    from ebmviz.ui.plots import image_colours

    student = sit_down()
    window = student.window

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("drawn")

    with monkeypatch.context() as broken:
        broken.setattr(image_colours, "coloured", fails)
        broken.setattr(slider_painting, "draw", fails)
        broken.setattr(theme, "px", fails)
        window.resize(1000, 700)
        window.grab()
    assert "drawn" in heard
    heard.clear()
    window.resize(1280, 800)
    window.edit({"view.beta": 3.0})
    student.settled()
    window.grab()
    assert heard == []
