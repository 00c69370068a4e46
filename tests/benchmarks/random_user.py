"""A user who does anything, at any time, and waits for nothing: for `tests.benchmarks.soak`.

All that he does follows from his dice; when it happens does not, for the engine works beside him.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QWidget
from shiboken6 import isValid

from ebmviz.core import assets
from ebmviz.core.lesson import shipped
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.controls.switch import Switch
from ebmviz.ui.publish.export_dialog import ExportDialog
from ebmviz.ui.window import Window

_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
_TOOLS = ("tool-paint", "tool-spray", "tool-erase", "tool-noise", "tool-thin", "tool-cut")
_QUIET = ("energy.kind", "data.kind")  # lists that would change nearly everything, see `_choose`


class RandomUser:
    """Sits at a window. `folder` is where he keeps his files; `then` is called between two moves
    of a drag, so that the window can answer.
    """

    def __init__(
        self, window: Window, dice: random.Random, folder: Path, then: Callable[[], None]
    ) -> None:
        self.window, self.dice, self.folder, self.then = window, dice, folder, then
        self.saved: list[Path] = []
        self._weighted: tuple[tuple[int, Callable[[], None]], ...] = (
            (10, self.train),
            (4, self.step),
            (10, self.slide),
            (8, self.drag_on_the_map),
            (4, self.drag_on_a_card),
            (4, self.turn_the_wheel),
            (6, self.choose),
            (3, self.switch),
            (5, self.scrub),
            (5, self.undo),
            (2, self.redo),
            (2, self.reset),
            (6, self.change_scene),
            (3, self.sample),
            (2, self.lab),
            (3, self.another_card),
            (2, self.home),
            (1, self.look),
            (1, self.resize),
            (2, self.copy),
            (2, self.export),
            (2, self.save),
            (1, self.open),
            (3, self.branch),
            (3, self.paint),
            (1, self.lesson),
        )

    @property
    def files(self) -> int:
        """How many sessions there are."""
        return len(set(self.saved))

    def act(self) -> str:
        """Do one thing; its name."""
        weights, deeds = zip(*self._weighted, strict=True)
        deed = self.dice.choices(deeds, weights)[0]
        deed()
        return deed.__name__

    # -- training ----------------------------------------------------------------------

    def train(self) -> None:
        self._trigger("play")

    def step(self) -> None:
        self._trigger("step")

    def reset(self) -> None:
        self._trigger("reset")

    def sample(self) -> None:
        self._trigger(self.dice.choice(("sample", "sample", "disperse")))

    def lab(self) -> None:
        self._trigger("lab")

    def scrub(self) -> None:
        time = self.window.bottom.time
        for _ in range(self.dice.randint(1, 4)):
            time.setValue(self.dice.randint(0, max(1, time.maximum())))
            self.then()
        if self.dice.random() < 0.5:
            self._trigger("present-step")

    def branch(self) -> None:
        """Training from a step of before, the other branches, and marks."""
        self.scrub()
        self._trigger(self.dice.choice(("step", "play", "next-branch", "bookmark", "next-mark")))

    # -- settings ----------------------------------------------------------------------

    def slide(self) -> None:
        """Drag any slider that is there."""
        sliders = self._seen(ScaleSlider)
        if sliders:
            self._drag(self.dice.choice(sliders))

    def choose(self) -> None:
        """Another entry of a list in the panel; now and then one of those that change all."""
        lists = [c for c in self._seen(Combo) if c.objectName() != "scene"]
        calm = [c for c in lists if not c.objectName().startswith(_QUIET)]
        lists = lists if self.dice.random() < 0.2 else calm
        if lists:
            combo = self.dice.choice(lists)
            index = self.dice.randrange(combo.count())
            if combo.model().index(index, 0).flags() & Qt.ItemFlag.ItemIsEnabled:
                combo.setCurrentIndex(index)
                combo.activated.emit(index)

    def switch(self) -> None:
        switches = self._seen(Switch)
        if switches:
            self.dice.choice(switches).click()

    def undo(self) -> None:
        for _ in range(self.dice.randint(1, 5)):
            self._trigger("undo")

    def redo(self) -> None:
        for _ in range(self.dice.randint(1, 3)):
            self._trigger("redo")

    # -- the picture ---------------------------------------------------------------------

    def drag_on_the_map(self) -> None:
        """What is there: the probe, the cut, the map itself, or the room in 3-D."""
        canvas = self.window.landscape.canvas
        if canvas.isVisible():
            self._drag(canvas.viewport())

    def drag_on_a_card(self) -> None:
        cards = [c for c in self.window.stage.side if c.isVisible() and c.canvas.isVisible()]
        if cards:
            self._drag(self.dice.choice(cards).canvas.viewport())

    def turn_the_wheel(self) -> None:
        canvas = self.window.landscape.canvas.viewport()
        if canvas.isVisible():
            at, turn = self._somewhere(canvas), 120 * self.dice.choice((-2, -1, 1, 2))
            everywhere = QPointF(at), QPointF(canvas.mapToGlobal(at))
            none = Qt.KeyboardModifier.NoModifier
            phase = Qt.ScrollPhase.NoScrollPhase
            event = QWheelEvent(*everywhere, QPoint(), QPoint(0, turn), _NONE, none, phase, False)
            QApplication.sendEvent(canvas, event)

    def paint(self) -> None:
        """With any tool, some strokes."""
        canvas = self.window.landscape.canvas
        self._trigger(self.dice.choice(_TOOLS))
        for _ in range(self.dice.randint(1, 3)):
            if canvas.isVisible():
                self._drag(canvas.viewport())
        self._trigger("tool-none")

    def another_card(self) -> None:
        """By the menu of a side card."""
        cards = [c for c in self.window.stage.side if c.isVisible()]
        if cards:
            card = self.dice.choice(cards)
            card.menu.aboutToShow.emit()
            if choices := card.menu.actions():
                self.dice.choice(choices).trigger()

    def home(self) -> None:
        self._trigger(self.dice.choice(("home", "fit-levels")))

    def look(self) -> None:
        self._trigger(self.dice.choice(("theme", "present", "bigger", "smaller")))

    def resize(self) -> None:
        self.window.resize(self.dice.randint(960, 1800), self.dice.randint(640, 1100))

    # -- documents -----------------------------------------------------------------------

    def lesson(self) -> None:
        """The first stops of one."""
        self.window.lessons.open_shipped(self.dice.choice(shipped.names()))
        for _ in range(self.dice.randint(0, 4)):
            for _ in range(self.dice.choice((1, 20))):
                self.then()
            self._trigger(self.dice.choice(("next-stop", "next-stop", "previous-stop", "reveal")))

    def change_scene(self) -> None:
        self.window.toolbar.chosen.emit(self.dice.choice(assets.scene_names()))

    def copy(self) -> None:
        self._trigger("copy")

    def export(self) -> None:
        """Into a file, onto the clipboard, or given up half way."""
        self._trigger("export")
        dialog = self.window.findChild(ExportDialog)
        if dialog is None or not dialog.form.figure.count():
            return
        figure = self.dice.randrange(dialog.form.figure.count())
        dialog.form.figure.setCurrentIndex(figure)
        dialog.form.figure.activated.emit(figure)
        dialog.form.format.setCurrentIndex(self.dice.randrange(dialog.form.format.count()))
        dialog.form.look.setCurrentIndex(self.dice.randrange(dialog.form.look.count()))
        if self.dice.random() < 0.7:
            dialog.save_to(self.folder / f"figure.{dialog.form.format.key()}")
        else:
            dialog.copy()
        for _ in range(self.dice.choice((0, 3, 60))):
            self.then()
        close_all(self.window)

    def save(self) -> None:
        path = self.folder / f"{self.dice.randint(1, 5)}.ebmviz"
        self.window.document.save_to(path, lambda: self.saved.append(path))

    def open(self) -> None:
        if self.saved:
            self.window.document.open(self.dice.choice(self.saved))

    # -- by hand -------------------------------------------------------------------------

    def _trigger(self, name: str) -> None:
        if self.window.acts[name].isEnabled():
            self.window.acts[name].trigger()

    def _seen(self, kind: type) -> list:
        found = self.window.findChildren(kind)  # type: ignore[var-annotated]
        return [w for w in found if w.isVisible() and w.isEnabled()]

    def _somewhere(self, widget: QWidget) -> QPoint:
        width, height = max(2, widget.width()), max(2, widget.height())
        return QPoint(self.dice.randrange(width), self.dice.randrange(height))

    def _drag(self, widget: QWidget) -> None:
        """Until it goes: what happens meanwhile may take the widget away."""

        def send(kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: object) -> None:
            everywhere = QPointF(at), QPointF(widget.mapToGlobal(at))
            keys = Qt.KeyboardModifier.NoModifier
            event = QMouseEvent(kind, *everywhere, button, held, keys)  # type: ignore[call-overload]
            QApplication.sendEvent(widget, event)

        stops = [self._somewhere(widget) for _ in range(self.dice.randint(1, 6))]
        send(QEvent.Type.MouseMove, stops[0], _NONE, _NONE)
        send(QEvent.Type.MouseButtonPress, stops[0], _LEFT, _LEFT)
        for stop in stops:
            send(QEvent.Type.MouseMove, stop, _NONE, _LEFT)
            self.then()
            if not isValid(widget):
                return
        send(QEvent.Type.MouseButtonRelease, stops[-1], _LEFT, _NONE)


def close_all(window: Window) -> None:
    """Leave every dialog, cancelling what it is about."""
    for dialog in window.findChildren(QDialog):
        for _ in range(2):  # first the work under way, then the dialog
            if dialog.isVisible():
                dialog.reject()


def discard(answers: random.Random, files: Sequence[Path]) -> None:
    """Answer whatever question is open: mostly by giving up the changes; for a file, with one of
    these or none.
    """
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        buttons = {box.buttonRole(b): b for b in box.buttons()}
        role = QMessageBox.ButtonRole
        wanted = role.DestructiveRole if answers.random() < 0.9 else role.RejectRole
        button = buttons.get(wanted) or box.buttons()[0]
        button.click()
    elif isinstance(box, QDialog):
        if isinstance(box, QFileDialog):
            box.selectFile(str(answers.choice(files)))
        answers.choice((box.accept, box.reject))()
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()


def tables(folder: Path) -> list[Path]:
    """Files of points: one as it should be, one of three columns, one that cannot be read."""
    texts = {
        "good.csv": "a,b\n0.5,1.5\n1,2\n-1,0.25\n",
        "wide.csv": "a,b,c\n0.5,1.5,2\n1,2,3\n-1,0.25,4\n",
        "bad.csv": "a,b\n0.5,#N/A\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [folder / name for name in texts]
