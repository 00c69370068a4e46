"""What real hands do with the steps behind, with branches, the history and the lab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication

from ebmviz.core.snapshot import Snapshot
from tests.screen.seat import Seat, answer, entry, written


def past(seat: Seat, _folder: Path) -> dict[str, Any]:
    """Train, drag the timeline back, play the past, and train on from there."""
    window, time = seat.window, seat.window.bottom.time
    radii: dict[int, list[float]] = {}
    again: dict[int, bool] = {}

    def note(shown: Snapshot) -> None:
        now = shown.arrays["placed"].tolist()
        again[shown.step] = radii.setdefault(shown.step, now) == now

    window.stage.drawn.connect(lambda shot, _: note(shot.snapshot))
    train(seat, 40)
    last = seat.newest
    again.clear()
    at = on_groove(seat, last)
    seat.press(time, at, on_groove(seat, last // 2), on_groove(seat, last // 4))
    seat.until(lambda: seat.shown.step == time.value() < last // 2)
    dragged = seat.shown.step
    seat.release()
    seen: dict[str, Any] = {"dragged": dragged, "last": last, "scrubbed": len(again)}
    seat.said("key", "shift+space")
    seat.until(lambda: window.past.playback.direction == 1)
    seat.until(lambda: window.past.playback.direction == 0 and seat.shown.step == last)
    seen["played"] = len(again) > seen["scrubbed"]
    seen["exact"] = all(again.values())
    # A click on the groove is a step of the slider back; train on from there.
    seat.drag(time, on_groove(seat, last), on_groove(seat, last // 3))
    seat.until(lambda: seat.shown.step == time.value() < last)
    left = seat.shown.step
    seat.said("key", "n")
    seat.until(lambda: seat.shown.step == left + 1 == seat.newest)
    seen["branches"] = len(window.store.runs.rows)
    seen["left at"] = window.store.runs[1].step == left
    return {**seen, **branches(seat, last, left + 1)}


def branches(seat: Seat, last: int, other: int) -> dict[str, Any]:
    """Switch by a click, rename and delete by the menu of a line; undo, and the history."""
    window, time = seat.window, seat.window.bottom.time
    seen: dict[str, Any] = {}
    seat.click(time, on_line(seat, 0))
    seat.until(lambda: seat.shown.step == last)
    seen["switched"] = window.store.runs.current == 0
    seat.meanwhile(entry("Rename"), answer("slow"))
    seat.click(time, on_line(seat, 1), button=3)
    seat.until(lambda: window.store.runs[1].name == "slow")
    seat.click(time, on_line(seat, 1))
    seat.until(lambda: seat.shown.step == other)
    seat.meanwhile(entry("Delete"))
    seat.click(time, on_line(seat, 1), button=3)
    seat.until(lambda: len(window.store.runs.rows) == 1)
    seat.until(lambda: seat.shown.step == last)
    seen["said"] = window.store.history[0][-1]
    # The history: back to where the second branch began, by a click on its line.
    seat.said("key", "ctrl+h")
    rows = window.history.rows
    seat.until(rows.isVisible)
    texts = [rows.item(i).text() for i in range(rows.count())]
    seen["history"] = texts
    began = next(i for i, text in enumerate(texts) if text.startswith("Trained on"))
    seat.click(rows, rows.visualItemRect(rows.item(began)).center())
    seat.until(lambda: seat.shown.step == other)
    seen["back"] = (len(window.store.runs.rows), rows.currentRow() == began)
    seat.said("key", "ctrl+h")
    # Reset, and undo: the weights come back.
    window.activateWindow()
    seat.until(window.isActiveWindow)
    before = seat.settled()["placed"]
    seat.said("key", "r")
    seat.until(lambda: seat.newest == 0)
    seat.said("key", "ctrl+z")
    seat.until(lambda: seat.newest == other)
    seen["undone"] = bool(np.array_equal(seat.settled()["placed"], before))
    return seen


def lab(seat: Seat, _folder: Path) -> dict[str, Any]:
    """Lanes over a rate and over a grid; sorted, one left out, one alone, one adopted."""
    window, lab = seat.window, seat.window.stage.lab
    seen: dict[str, Any] = {}
    seat.said("key", "l")
    seat.until(lab.isVisible)
    seat.choose(lab.row.first.path, "Rate")
    seat.until(lambda: seat.value("view.lanes").startswith("optimizer.lr"))
    write(seat, "lab.values.first", "0.3, 0.01, 0.1")
    seat.until(lambda: shown(seat) == ["0.3", "0.01", "0.1"])
    step(seat, 6)
    seat.choose(lab.row.order, "Loss")
    seat.until(lambda: seat.value("view.lane_order") == "loss")
    seat.settled()
    losses = seat.shown.arrays["lab_loss"]
    keys = seat.shown.labels["lab"]
    seen["sorted"] = [losses[keys.index(key)] for key in lab.shown] == sorted(losses.tolist())
    seat.choose(lab.row.order, "As given")
    # A second path makes a grid; a lane of it alone, and back.
    seat.choose(lab.row.second.path, "Training β")
    write(seat, "lab.values.second", "1, inf")
    seat.until(lambda: len(lab.mosaic.tiles) == 6)
    step(seat, 3)
    seat.double_click(lab.mosaic.tiles[3])
    seat.until(lambda: len(lab.mosaic.tiles) == 1)
    seen["alone"] = lab.mosaic.tiles[0].title.text()
    seat.said("key", "Escape")
    seat.until(lambda: len(lab.mosaic.tiles) == 6)
    seat.click(lab.mosaic.tiles[2], button=3)
    seat.until(lab.menu.isVisible)
    seat.said(*entry("Leave out η")())
    seat.until(lambda: len(lab.mosaic.tiles) == 4)
    seen["left"] = shown(seat)
    step(seat, 2)
    trained = seat.newest
    seat.click(lab.mosaic.tiles[1])
    seat.until(lambda: window.landscape.isVisible() and "map" in seat.settled())
    seen["adopted"] = (seat.value("optimizer.lr"), seat.value("objective.beta"))
    seen["goes on"] = (seat.newest == trained, len(window.store.runs.rows))
    return seen


def train(seat: Seat, steps: int) -> None:
    """Space, and Space again after so many steps at least."""
    seat.said("key", "space")
    seat.until(lambda: seat.newest >= steps)
    seat.said("key", "space")
    seat.until(lambda: not (seat.busy or seat.window.client.playing))


def step(seat: Seat, times: int) -> None:
    """Single steps of the lab, each once the one before is on the screen."""
    seat.settled()
    first = seat.newest
    for done in range(times):
        seat.said("key", "n")
        seat.until(lambda done=done: seat.newest == first + done + 1)  # type: ignore[misc]


def on_groove(seat: Seat, step: int) -> QPoint:
    """Where the timeline has a step."""
    time = seat.window.bottom.time
    x = next(x for x in range(time.width()) if time.step_at(x) >= step)
    return QPoint(x, time.height() // 2)


def on_line(seat: Seat, number: int) -> QPoint:
    """A place on the line of a branch, as near its end as can be: there it is alone."""
    time = seat.window.bottom.time
    every = (QPoint(x, y) for x in reversed(range(time.width())) for y in range(time.height()))
    lines = ((place, time.line_at(QPointF(place))) for place in every)
    return next(place for place, line in lines if line and line.number == number)


def write(seat: Seat, name: str, text: str) -> None:
    """Over what stands in a box of the lab."""
    seat.click(seat.child(name))
    seat.said("key", "ctrl+a", *written(text))


def shown(seat: Seat) -> list[str]:
    """The values of the first path, lane by lane, as its box has them."""
    words = [word.strip() for word in seat.child("lab.values.first").text().split(",")]
    QApplication.processEvents()
    return words if seat.settled() else []
