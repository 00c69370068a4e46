"""What real hands do with two screens: one for the lecturer, one for the class."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QColor, QGuiApplication, QScreen

from ebmviz.core.plot import Image
from ebmviz.ui.presenting.audience import Audience
from ebmviz.ui.views.landscape_view import LandscapeView
from tests.screen.run_plays import train
from tests.screen.seat import Seat

OWN, THEIRS = QRect(0, 0, 1600, 1000), QRect(1600, 0, 1024, 768)
NAME = "class"


def two_windows(seat: Seat, folder: Path) -> dict[str, Any]:
    """Opened by its key on the second screen: the pointer, training, black, the light."""
    window, audience = seat.window, opened(seat)
    seen: dict[str, Any] = {"fills": audience.geometry() == THEIRS and audience.isFullScreen()}
    seen["stays"] = window.isActiveWindow() and OWN.contains(window.frameGeometry())
    theirs = audience.watched.mains.landscape
    seat.until(lambda: theirs._shot is not None)
    # The pointer over the map is at the same y there; over the tool bar it is nowhere.
    seat.to(window.landscape.canvas.viewport(), seat.on_map(1.0, 0.5))

    def there() -> QPointF:  # for as long as its plots find their places
        scene = theirs.canvas.mapFromScene(theirs.plane.mapViewToScene(QPointF(1.0, 0.5)))
        return QPointF(theirs.canvas.mapTo(audience.watched, scene)) * audience.lens.factor

    seat.until(lambda: (audience.shade.at - there()).manhattanLength() < 6)
    tip = audience.mapToGlobal((there() + QPointF(8, 34)).toPoint())
    seat.until(lambda: painted(tip).red() > 180 and painted(tip).green() < 130)
    seat.to(window.toolbar)
    seat.until(lambda: audience.shade.at.x() < 0)
    seen["pointed"] = True
    train(seat, 20)
    last = seat.newest
    seat.until(lambda: theirs._shot is not None and theirs._shot.snapshot.step == last)
    seen["follows"] = bool(np.array_equal(values(theirs), values(window.landscape)))
    # Black is theirs alone, and lifted by the same key; what is done meanwhile stays unseen.
    middle = audience.mapToGlobal(QPoint(500, 300))
    seat.said("key", "period")
    seat.until(lambda: painted(middle) == QColor("black"))
    seen["in sight"] = painted(window.mapToGlobal(QPoint(500, 400))) != QColor("black")
    seat.said("key", "period")
    seat.until(lambda: painted(middle) == audience.grab().toImage().pixelColor(500, 300))
    seat.said("key", "o")
    seat.until(lambda: window.curtain.kind == audience.shade.kind == "light")
    seat.said("key", "o")
    window.screen().grabWindow(0).save(str(folder / "both.png"))
    return {**seen, **clicked_through(seat, audience)}


def clicked_through(seat: Seat, audience: Audience) -> dict[str, Any]:
    """A clicker leads on in the lecturer's window and in that of the class."""
    window = seat.window
    window.lessons.open_shipped("free-energy")
    seat.until(lambda: window.lessons.state.at == 0 and not window.lessons.travel.moving)
    window.activateWindow()
    seat.until(window.isActiveWindow)
    seat.said("key", "Next")
    seat.until(lambda: window.lessons.state.at == 1)
    seat.click(audience, QPoint(500, 300))
    seat.until(audience.isActiveWindow)
    seat.said("key", "Next")
    seat.until(lambda: window.lessons.state.at == 2)
    seat.said("key", "Left")
    seat.until(lambda: window.lessons.state.at == 1)
    stop = window.lessons.state.stop
    assert stop is not None
    stops = window.lessons.state.lesson.stops
    return {
        "led": audience.watched.said.text.said() == stop.text,
        "next": window.lecture.desk.next.text() == stops[2].name,
    }


def screens_come_and_go(seat: Seat, _folder: Path) -> dict[str, Any]:
    """The screen of the class is unplugged and plugged in again; then either window is closed."""
    window, audience = seat.window, opened(seat)
    monitor("--delmonitor", NAME)
    seat.until(lambda: len(QGuiApplication.screens()) == 1)
    seat.until(lambda: not audience.isFullScreen() and audience.isVisible())
    seat.until(lambda: OWN.contains(audience.frameGeometry()))
    seen: dict[str, Any] = {"unplugged": window.isVisible()}
    plug()
    seat.until(lambda: len(QGuiApplication.screens()) == 2)
    seat.until(lambda: audience.isFullScreen() and audience.geometry() == THEIRS)
    seat.click(audience, QPoint(500, 300))
    seat.until(audience.isActiveWindow)
    seat.said("key", "alt+F4")
    seat.until(lambda: window.lecture.audience is None and not audience.isVisible())
    seen["theirs closed"] = window.isVisible() and not window.acts["audience"].isChecked()
    window.activateWindow()
    seat.until(window.isActiveWindow)
    again = opened(seat)
    seen["again"] = again.geometry() == THEIRS
    window.document.give_up()
    window.activateWindow()
    seat.until(window.isActiveWindow)
    seat.said("key", "ctrl+w")
    seat.until(lambda: not window.isVisible())
    seen["own closed"] = not again.isVisible()
    return seen


def opened(seat: Seat) -> Audience:
    """The window of the class, once it fills its screen."""
    if len(QGuiApplication.screens()) == 1:
        own = QGuiApplication.primaryScreen().name()
        monitor("--setmonitor", "desk", f"{OWN.width()}/423x{OWN.height()}/265+0+0", own)
        plug()
        seat.until(lambda: len(QGuiApplication.screens()) == 2)
        seat.window.move(40, 40)
        seat.until(lambda: OWN.contains(seat.window.frameGeometry()))
    seat.settled()
    seat.said("key", "shift+F5")
    seat.until(lambda: seat.window.lecture.audience is not None)
    audience = seat.window.lecture.audience
    assert audience is not None
    seat.until(lambda: audience.isVisible() and audience.geometry() == THEIRS)
    seat.until(seat.window.isActiveWindow)
    return audience


def plug() -> None:
    """The screen of the class is there."""
    size = f"{THEIRS.width()}/270x{THEIRS.height()}/203+{THEIRS.x()}+0"
    monitor("--setmonitor", NAME, size, "none")


def monitor(*words: str) -> None:
    subprocess.run(["xrandr", *words], check=True)


def painted(at: QPoint) -> QColor:
    """A pixel as the X server has it."""
    screen: QScreen = QGuiApplication.primaryScreen()
    return screen.grabWindow(0, at.x(), at.y(), 1, 1).toImage().pixelColor(0, 0)


def values(on: LandscapeView) -> np.ndarray:
    assert on._plot is not None
    return next(each for each in on._plot.layers if isinstance(each, Image)).values
