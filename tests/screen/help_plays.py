"""What real hands do with the pages of Help, and with the formulas of the panel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QPointF

from ebmviz.core.symbols.written import Names, named
from ebmviz.ui.controls.formula_text import FormulaText
from ebmviz.ui.menus.glossary import Glossary
from ebmviz.ui.menus.page import Page
from ebmviz.ui.panel.dial import Dial
from ebmviz.ui.panel.formula import Formula
from ebmviz.ui.panel.row import Row
from tests.screen.seat import Seat

BETA, RATE = named("β"), named("η")


def read_and_point(seat: Seat, folder: Path) -> dict[str, Any]:
    """Mathematics and the glossary are opened, searched, copied from and pointed at."""
    seen: dict[str, Any] = {"panel": in_the_panel(seat)}
    for name, word in (("mathematics", "argmin_z"), ("glossary", "helm")):
        seat.window.acts[name].trigger()
        dialog = seat.child(name)
        assert isinstance(dialog, Page | Glossary)
        seen[name] = read(seat, dialog, word, folder)
        dialog.grab().save(str(folder / f"{name}.png"))
        seat.said("key", "Escape")
        seat.until(lambda: not opened(seat))
    return seen


def opened(seat: Seat) -> bool:
    """Whether one of them is."""
    return any(isinstance(each, Page | Glossary) for each in seat.app.topLevelWidgets())


def read(seat: Seat, dialog: Page | Glossary, word: str, folder: Path) -> dict[str, Any]:
    """One of them."""
    seat.until(lambda: dialog.page.inline.places and dialog.isActiveWindow())
    lit = pointed(seat, dialog.page, BETA)
    seat.click(dialog.wanted)
    seat.said("type", "--delay", "20", word)
    seat.until(lambda: dialog.wanted.text() == word)
    seen = {"lit": lit, "found": found(dialog)}
    seat.window.screen().grabWindow(0).save(str(folder / f"{dialog.objectName()}-found.png"))
    seat.click(dialog.page.viewport(), QPoint(30, 40))
    seat.said("key", "ctrl+a", "key", "ctrl+c")
    return {**seen, "copied": "Σ_z" in seat.app.clipboard().text()}


def in_the_panel(seat: Seat) -> bool:
    """From the formula to the row, and from the row to the formula."""
    formula = seat.child("optimizer.formula")
    assert isinstance(formula, Formula)
    box = next(box for names, box in formula.symbols() if names & RATE)
    seat.to(formula, box.center().toPoint())
    row = seat.child("optimizer.lr.row")
    assert isinstance(row, Row)
    seat.until(lambda: row.lit)
    seat.to(seat.window.toolbar, QPoint(2, 2))
    seat.until(lambda: not row.lit)
    seat.to(row, QPoint(10, row.height() // 2))
    seat.until(formula.lit_areas)
    seat.to(seat.window.toolbar, QPoint(2, 2))
    seat.until(lambda: not formula.lit_areas())
    return True


def pointed(seat: Seat, page: FormulaText, names: Names) -> bool:
    """Its symbol lights up the sliders of the window, and their labels light up the symbol."""
    at = next(spot for spot in spots(page, names) if page.viewport().rect().contains(spot))
    seat.to(page.viewport(), at)
    dial = seat.window.bottom.beta
    assert isinstance(dial, Dial)
    seat.until(lambda: dial.lit and page.inline.lit)
    seat.to(page.viewport(), QPoint(2, 2))
    seat.until(lambda: not dial.lit and not page.inline.lit)
    return True


def spots(page: FormulaText, names: Names) -> list[QPoint]:
    """Where a symbol is drawn in sight."""
    up = QPointF(0, page.verticalScrollBar().value())
    return [
        (
            page.inline.places[name].topLeft() + QPointF(0, piece.extent()[1]) + box.center() - up
        ).toPoint()
        for name, piece in page.inline.pieces.items()
        for lettered, box in piece.symbols()
        if lettered & names and name in page.inline.places
    ]


def found(dialog: Page | Glossary) -> int:
    """How many places are marked, or how many entries are left."""
    if isinstance(dialog, Page):
        return len(dialog.page.extraSelections())
    return dialog.page.spoken().count("Helmholtz")
