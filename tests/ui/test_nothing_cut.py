"""On a small screen and at any text size nothing is beyond the edge, cut, or on something else."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QToolButton,
    QWidget,
)

from ebmviz.core import markup
from ebmviz.ui.controls.card import Card
from ebmviz.ui.controls.fast_label import Reading
from ebmviz.ui.controls.slider import ScaleSlider
from tests.slow import sparing
from tests.ui.conftest import Student

CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSlider, ScaleSlider)
ICON_ONLY = Qt.ToolButtonStyle.ToolButtonIconOnly
SIZES = [(960, 512), (1024, 600), (1093, 614)]
TEXTS = [0.8, 1.0, 1.4, 2.0]


def scrolled(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def faults(window: QWidget) -> list[str]:
    """What is wrong with the window as it stands."""
    found = []
    shown = [w for w in window.findChildren(QWidget) if w.isVisibleTo(window)]
    shown = [w for w in shown if w.window() is window and not isinstance(w, QScrollBar)]
    for w in shown:
        name = f"{type(w).__name__} {w.objectName()}"
        corner = w.mapTo(window, w.rect().topLeft())
        end = w.mapTo(window, w.rect().bottomRight())
        inside = window.rect().contains(corner) and window.rect().contains(end)
        if isinstance(w, CONTROLS) and not scrolled(w) and not inside:
            found.append(f"{name} is beyond the edge")
        if isinstance(w, Reading) and w.text():
            wide = w.fontMetrics().horizontalAdvance(markup.to_plain(w.text()))
            if w._lines == 1 and wide > w.width() + 1:
                found.append(f"{name} is cut: {w.text()}")
        wordless = isinstance(w, QToolButton) and w.toolButtonStyle() == ICON_ONLY
        if isinstance(w, QAbstractButton) and w.text() and w.width() > 1 and not wordless:
            wide = w.fontMetrics().horizontalAdvance(w.text().replace("&", ""))
            if wide > w.width():
                found.append(f"{name} is cut: {w.text()}")
        plain = isinstance(w, QLabel) and not w.wordWrap() and bool(w.text())
        if (
            isinstance(w, QLabel)
            and plain
            and w.sizeHint().width() > w.width() + 1
            and not w.toolTip()
        ):
            found.append(f"{name} is cut: {w.text()}")
    for parent in [window, *shown]:
        if isinstance(parent, QAbstractScrollArea):
            continue
        children = [w for w in shown if w.parentWidget() is parent]
        children = [w for w in children if isinstance(w, (*CONTROLS, QLabel, Reading, Card))]
        for a, b in combinations(children, 2):
            if a.geometry().intersects(b.geometry()) and a.width() > 1 and b.width() > 1:
                found.append(f"{a.objectName() or a} lies on {b.objectName() or b}")
    return found


@pytest.mark.parametrize("text", sparing(TEXTS, (1.4,)))
def test_everything_has_its_place(student: Student, text: float) -> None:
    window = student.window
    window.looks.apply("dark", text)
    for size in SIZES:
        window.resize(*size)
        for _ in range(4):
            QApplication.processEvents()
        assert (window.width(), window.height()) == size
        assert faults(window) == [], size
    window.looks.apply("dark", 1.0)


@pytest.mark.slow
def test_the_measure_finds_what_is_wrong(student: Student) -> None:
    window = student.window
    centre = window.centralWidget()
    assert sum(isinstance(w, CONTROLS) and w.isVisible() for w in window.findChildren(QWidget)) > 30
    stray, cut = QLineEdit(centre), QLabel("words without room", centre)
    button = QPushButton("more words", centre)
    stray.setGeometry(window.width() - 20, 10, 60, 20)
    cut.setGeometry(window.width() - 40, 15, 30, 20)
    button.setGeometry(10, 10, 20, 20)
    for widget in (stray, cut, button):
        widget.show()
    found = " ".join(faults(window))
    assert "beyond the edge" in found
    assert "is cut: words" in found
    assert "is cut: more words" in found
    assert "lies on" in found
    for widget in (stray, cut, button):
        widget.setParent(None)
        widget.deleteLater()
    assert faults(window) == []
