"""What real hands do on the map: points, weights, layers, cards, and the surface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint

from ebmviz.ui.controls.card import Card
from tests.screen.run_plays import train
from tests.screen.seat import Seat


def points(seat: Seat, _folder: Path) -> dict[str, Any]:
    """Paint while it trains, take the stroke back; spray, erase, select, cut, paste and drag."""
    window = seat.window
    viewport, edited = window.landscape.canvas.viewport(), window.hands.edited
    seen: dict[str, Any] = {"first": count(seat)}
    seat.said("key", "p", "space")
    seat.until(lambda: window.document.step > 0)
    before = window.document.step
    places = [seat.on_map(0.9 - 0.3 * i, 0.9) for i in range(7)]
    seat.press(viewport, *places)
    seat.until(lambda: window.document.step > before)
    seen["painted"] = count(seat) - seen["first"]
    seat.release()
    seen["trains"] = window.client.playing
    seat.said("key", "space")
    seat.until(lambda: not window.client.playing)
    seen["said"] = window.store.history[0][-1]
    seat.said("key", "ctrl+z")
    seat.until(lambda: count(seat) == seen["first"])
    seat.said("key", "a")
    seat.press(viewport, seat.on_map(0.5, 0.5))
    seat.until(lambda: count(seat) >= seen["first"] + 20)
    seat.release()
    sprayed = count(seat)
    seat.said("key", "x")
    seat.drag(viewport, *(seat.on_map(x, 0.5) for x in (0.3, 0.5, 0.7)))
    seat.until(lambda: count(seat) < sprayed)
    seen["erased"] = sprayed - count(seat)
    # What lies in a rectangle is cut, and pasted again; then a point is dragged by itself.
    seat.said("key", "s")
    seat.drag(viewport, seat.on_map(-2.4, 2.0), seat.on_map(-1, 0), seat.on_map(-0.5, -2.0))
    seat.until(lambda: edited.mask.any())
    there, chosen = count(seat), int(edited.mask.sum())
    seat.said("key", "ctrl+x")
    seat.until(lambda: count(seat) == there - chosen)
    seat.said("key", "ctrl+v")
    seat.until(lambda: count(seat) == there)
    seen["pasted"] = int(edited.mask.sum()) == chosen
    cloud = edited.cloud()
    assert cloud is not None
    (x, y), to = cloud.places[0].tolist(), np.array([0.2, -0.1])
    seat.said("key", "Escape", "key", "s")
    seat.drag(viewport, seat.on_map(x, y), seat.on_map(*(0.5 * to)), seat.on_map(*to))
    moved = edited.cloud()
    assert moved is not None
    seen["dragged"] = float(np.abs(moved.places[0] - to).max())
    return seen


def weights(seat: Seat, _folder: Path) -> dict[str, Any]:
    """The end of a half axis, taken back; and a centre of K-means, which trains on from there."""
    window, seen = seat.window, dict[str, Any]()
    before = seat.settled()
    pull(seat, before["placed"][0], np.array([-0.8, 0.4]))
    seat.until(lambda: abs(seat.shown.arrays["placed"][0, 0] + 0.8) < 0.05)
    seen["map"] = float(np.abs(seat.settled()["map"] - before["map"]).max())
    seat.said("key", "ctrl+z")
    seat.until(lambda: np.array_equal(seat.shown.arrays["placed"], before["placed"]))
    seat.choose(seat.child("scene"), "K-means")
    seat.until(lambda: window.store.scene.name == "kmeans" and len(seat.settled()["placed"]) > 2)
    centre = seat.settled()["placed"][0]
    pull(seat, centre, centre + [0.4, 0.3])
    seat.until(lambda: np.allclose(seat.shown.arrays["placed"][0], centre + [0.4, 0.3], atol=0.05))
    seat.said("key", "n")
    seat.until(lambda: seat.newest == 1)
    seen["trained"] = window.store.history[0][-1]
    return seen


def layers(seat: Seat, _folder: Path) -> dict[str, Any]:
    """The legend by click, pointer and menu; controls at the map; a card enlarged; a section
    folded.
    """
    window, seen = seat.window, dict[str, Any]()
    landscape, legend = window.landscape, window.landscape.legend
    train(seat, 2)
    seat.settled()
    seat.click(legend.item("data"))
    seen["hidden"] = (seat.value("view.hidden"), legend.item("data").isChecked())
    seat.click(legend.item("data"))
    seen["shown"] = seat.value("view.hidden")
    seat.to(legend.item("cut"))
    seat.until(lambda: landscape.probe.opacity() < 1)
    seen["pointed"] = landscape.cut.opacity()
    seat.to(window.form)
    seat.until(lambda: landscape.probe.opacity() == 1)
    seat.click(legend.item("contours"), button=3)
    settings = seat.child("map.contours.settings")
    seat.until(settings.isVisible)
    seat.click(seat.child("map.contours.alone"))
    seen["alone"] = "data" in seat.value("view.hidden").split(",")
    seat.click(seat.child("map.contours.all"))
    seen["all"] = seat.value("view.hidden")
    seat.said("key", "Escape")
    seat.until(lambda: not settings.isVisible())
    seat.click(seat.child("map.picture"))
    seat.until(lambda: seat.child("map.picture.settings").isVisible())
    combo = seat.child("view.colormap.combo")
    seat.choose(combo, "Magma")
    seen["colours"] = seat.value("view.colormap")
    seat.said("key", "Escape")
    card = window.stage.side[0]
    seat.double_click(card, head(card))
    seat.until(lambda: window.central.enlarged.card is card)
    seen["large"] = card.width() > landscape.width()
    seat.double_click(card, head(card))
    seat.until(lambda: window.central.enlarged.card is None)
    seen["small"] = card.width() < landscape.width()
    rate = seat.child("optimizer.lr.box")
    seat.click(seat.child("optimizer.fold"))
    seen["folded"] = rate.isHidden() or not rate.isVisible()
    seat.click(seat.child("optimizer.fold"))
    seat.until(rate.isVisible)
    return seen


def space(seat: Seat, _folder: Path) -> dict[str, Any]:
    """The surface turned, moved, zoomed and stretched, and the first camera again."""
    window, seen = seat.window, dict[str, Any]()
    viewport = window.landscape.canvas.viewport()
    middle = viewport.rect().center()
    first = camera(seat)
    seat.click(seat.child("view.dimension.surface"))
    seat.until(lambda: "map" in seat.settled() and not window.store.scene.view.flat)
    seat.drag(viewport, middle, middle + QPoint(30, 5), middle + QPoint(60, 10))
    azimuth, elevation = camera(seat)[:2]
    seen["turned"] = (azimuth - first[0], elevation - first[1])
    seat.to(viewport, middle)
    seat.said("click", "--repeat", "4", "4")
    seat.until(lambda: camera(seat)[2] > 1.4)
    seen["zoomed"] = camera(seat)[2]
    seat.said("key", "Prior")
    seen["stretched"] = seat.value("view.exaggeration")
    seat.double_click(viewport, middle)
    seat.until(lambda: camera(seat) == first)
    seen["home"] = seat.value("view.exaggeration")
    seat.said("key", "n")
    seat.until(lambda: seat.shown.step == 1)
    return seen


def camera(seat: Seat) -> tuple[float, ...]:
    """Where it is seen from."""
    view = seat.window.store.scene.view
    return view.azimuth, view.elevation, view.zoom, *view.centre


def count(seat: Seat) -> int:
    """How many points there are."""
    cloud = seat.window.hands.edited.cloud()
    return len(cloud.rows) if cloud is not None else 0


def head(card: Card) -> QPoint:
    """A place on its title row that is no button."""
    return card.title.geometry().center()


def pull(seat: Seat, start: Any, end: Any) -> None:
    """Drag from one place of the map to another."""
    places = (seat.on_map(*place.tolist()) for place in (start, 0.5 * (start + end), end))
    seat.drag(seat.window.landscape.canvas.viewport(), *places)
