"""What the hands of a student do: find, click, drag and drop."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLayout, QWidget

from ebmviz.ui.publish.export_dialog import ExportDialog
from tests.ui.conftest import Student

T = TypeVar("T", bound=QObject)
LEFT = Qt.MouseButton.LeftButton


def child(student: Student, name: str) -> Any:
    found = student.window.findChild(QWidget, name)
    assert found is not None, name
    return found


def child_of(parent: QObject, kind: type[T], name: str = "") -> T:
    """A child of a class, and of a name where one is given."""
    one = parent.findChild(kind, name) if name else parent.findChild(kind)
    assert one is not None, (kind.__name__, name)
    return one


def export_dialog(window: QObject) -> ExportDialog:
    """The one that is open."""
    return child_of(window, ExportDialog)


def taught_in_haste(student: Student, lesson: str) -> None:
    """Opens a shipped one, whose ways between stops take a few beats each, not their seconds."""
    student.window.lessons.travel._now = itertools.count().__next__
    student.window.lessons.open_shipped(lesson)
    student.settled()


def in_row(row: QLayout) -> list[Any]:
    """Its widgets in their order; None for a gap."""
    items = [row.itemAt(i) for i in range(row.count())]
    return [None if item is None else item.widget() for item in items]


def click(student: Student, action: str) -> None:
    """Press a tool button as a mouse does."""
    button = child(student, f"button.{action}")
    student.bot.mouseClick(button, LEFT)


def drag(widget: QWidget, start: QPoint, *stops: QPoint) -> None:
    """Come near, press, move through the stops, release, as a real mouse reports it."""

    def send(kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        everywhere = QPointF(at), QPointF(widget.mapToGlobal(at))
        event = QMouseEvent(kind, *everywhere, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, event)

    none = Qt.MouseButton.NoButton
    send(QEvent.Type.MouseMove, start, none, none)
    send(QEvent.Type.MouseButtonPress, start, LEFT, LEFT)
    for stop in stops:
        send(QEvent.Type.MouseMove, stop, none, LEFT)
    send(QEvent.Type.MouseButtonRelease, stops[-1], LEFT, none)


def on_map(student: Student, x: float, y: float) -> QPoint:
    """Where a point of the y-plane lies on the canvas."""
    canvas = student.window.landscape.canvas
    scene = student.window.landscape.plane.mapViewToScene(QPointF(x, y))
    return canvas.mapFromScene(scene)


def drop(student: Student, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        mime,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    student.window.dropEvent(event)
