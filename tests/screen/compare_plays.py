"""What real hands do with two models side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF

from ebmviz.ui.views.compare_map import CompareMap
from tests.screen.run_plays import on_groove, on_line, step, train
from tests.screen.seat import Seat, entry


def compare(seat: Seat, _folder: Path) -> dict[str, Any]:
    """With the first step by a key; one probe and one pointer; a branch by the menu; swapped."""
    window, card = seat.window, seat.window.stage.mains.compare
    train(seat, 20)
    last = seat.newest
    seat.said("key", "k")
    seat.until(lambda: seat.shown.beside is not None and card.isVisible())
    seen: dict[str, Any] = {"titles": titles(seat) == [f"A · step {last}", "B · step 0", "B − A"]}
    seen.update(on_the_maps(seat))
    # A branch from a third of the way, compared with the one that it left, by the menu of its line.
    time = window.bottom.time
    seat.drag(time, on_groove(seat, last), on_groove(seat, last // 3))
    seat.until(lambda: seat.shown.step == time.value() < last)
    left = seat.shown.step
    seat.said("key", "n")
    seat.until(lambda: seat.newest == left + 1)
    step(seat, 1)
    seat.meanwhile(entry("Compare with branch 1"))
    seat.click(time, on_line(seat, 0), button=3)
    seat.until(lambda: seat.value("view.compare") == "0")
    seat.settled()
    seen["branch"] = titles(seat) == [f"A · step {left + 2}", f"B · step {last}", "B − A"]
    seat.click(card.row.swap)
    seat.until(lambda: seat.value("view.compare") == "1" and seat.shown.step == last)
    seen["swapped"] = titles(seat) == [f"A · step {last}", f"B · step {left + 2}", "B − A"]
    seat.click(card.row.close_button)
    seat.until(lambda: window.landscape.isVisible())
    seen["closed"] = seat.value("view.compare")
    return seen


def on_the_maps(seat: Seat) -> dict[str, Any]:
    """The pointer over A, a click on B, a drag of the cut on the difference, the wheel on A."""
    first, second, third = maps = seat.window.stage.mains.compare.maps
    seat.to(first.canvas.viewport(), place(first, 1.0, 0.5))
    seat.until(lambda: all(each.title.aside() for each in maps))
    numbers = [float(m.title.aside().rpartition("= ")[2].replace("−", "-")) for m in maps]
    seen = {"read": abs(numbers[1] - numbers[0] - numbers[2]) < 0.05}
    seen["ring"] = [each.pointer.isVisible() for each in maps] == [False, True, True]
    seat.click(second.canvas.viewport(), place(second, -1.0, 0.5))
    seat.until(lambda: seat.value("view.probe")[0] < -0.9)
    seen["probe"] = all(np.allclose(each.probe.at[0], seat.value("view.probe")) for each in maps)
    ends = seat.value("view.cut")
    middle = ((ends[0] + ends[2]) / 2, (ends[1] + ends[3]) / 2 - 0.5)
    drawn = [place(third, middle[0] + x, middle[1]) for x in (0.0, 0.2, 0.4)]
    seat.drag(third.canvas.viewport(), *drawn)
    seat.until(lambda: seat.value("view.cut") != ends)
    seen["cut"] = all(
        np.allclose(each.cut.at.ravel(), seat.value("view.cut")) and each.cut.at[0, 0] > 0.2
        for each in maps
    )
    wide = np.ptp(seat.value("view.window")[:2])
    seat.turn(first.canvas.viewport(), place(first, 0.0, 0.0))
    seat.until(lambda: np.ptp(seat.value("view.window")[:2]) > wide)
    seat.settled()
    seat.to(seat.window.toolbar)
    seat.until(lambda: not first.title.aside())
    return seen


def titles(seat: Seat) -> list[str]:
    seat.settled()
    return [each.title.text() for each in seat.window.stage.mains.compare.maps]


def place(on: CompareMap, x: float, y: float) -> QPoint:
    return on.canvas.mapFromScene(on.plane.mapViewToScene(QPointF(x, y)))
