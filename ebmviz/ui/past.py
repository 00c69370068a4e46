"""What can be done with the steps behind: marks, bookmarks, branches, playing them again."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from ebmviz.core.lesson.prose import named
from ebmviz.core.making.words import differing
from ebmviz.core.view import bookmarks
from ebmviz.core.view.compare import Other
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.words.text import grouped
from ebmviz.files.runs import NAME
from ebmviz.ui.session.branching import Branching
from ebmviz.ui.session.playback import Playback
from ebmviz.ui.session.store import Store
from ebmviz.ui.views.stage import Stage
from ebmviz.ui.views.timeline import LINES, Line, Tick, Timeline

_BORN, _MERGED, _BY_STEP = 0, 1, 0  # of the need `topology`: kinds of events, what had moved
Edit = Callable[[dict[str, object]], None]


class Past(QObject):
    """Joins the timeline to the branches; `edit` changes the scene, `keep` makes a stop of a
    bookmark.
    """

    def __init__(
        self,
        stage: Stage,
        store: Store,
        timeline: Timeline,
        edit: Edit,
        keep: Callable[[bookmarks.Bookmark], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._keep = keep
        self._store, self._timeline, self._edit = store, timeline, edit
        self._window = window
        self.branching: Branching = stage.branching
        self.playback = Playback(store, stage.branching)
        self._events: tuple[Tick, ...] = ()
        stage.drawn.connect(lambda shot, _: self._drawn(shot))
        stage.branching.changed.connect(self.show)
        store.changed.connect(lambda *_: self.show())
        store.lessonChanged.connect(lambda _: self.show())
        timeline.taken.connect(self.branching.take)
        timeline.asked.connect(self._ask)

    # what is shown ----------------------------------------------------------------------

    def show(self) -> None:
        """The timeline as the branches and the scene are."""
        ticks = sorted((*self._marks(), *self._events), key=lambda tick: tick.step)
        self._timeline.show_marks(tuple(self._lines()), ticks)

    def _lines(self) -> Iterator[Line]:
        own = self.branching
        for i, row in enumerate(own.runs.rows):
            first = 0 if row.root else row.step
            last = max(first, own.last.get(row.number, 0))
            now = row.number == own.runs.current
            yield Line(row.number, first, last, LINES[i % len(LINES)], self.words(row.number), now)

    def words(self, number: int) -> str:
        """What is said of a branch: its name, and in what it differs from the one that it left."""
        own, row = self.branching, self.branching.runs[number]
        name = own.name(number)
        if row.root or row.parent not in own.runs.numbers:
            return name
        told = differing(own.scene(number), own.scene(row.parent), self._store.catalogue)
        return f"{name}: {told} from step {grouped(row.step)}".replace(":  from", ": from")

    def _marks(self) -> Iterator[Tick]:
        number = self.branching.runs.current
        for mark in self.branching.marks.get(number, ()):
            yield Tick(mark.step, mark.kind, f"step {grouped(mark.step)}: {mark.words}")
        for each in self._bookmarks():
            yield Tick(each.step, "bookmark", each.name or f"bookmark at {grouped(each.step)}")
        for i, stop in enumerate(self._store.lesson.lesson.stops, 1):
            if stop.run == number:
                yield Tick(stop.step, "stop", f"stop {i}: {named(stop.name)}")

    def _bookmarks(self) -> tuple[bookmarks.Bookmark, ...]:
        return bookmarks.read(self._store.scene.view.bookmarks)

    def _drawn(self, shot: Shot) -> None:
        snapshot = shot.snapshot
        self.playback.drawn(snapshot.step, int(snapshot.metrics["last_step"]))
        events = tuple(_of_minima(shot)) if snapshot.has("event") else ()
        if events != self._events:
            self._events = events
            self.show()

    # what can be done -------------------------------------------------------------------

    def toggle(self, direction: int) -> None:
        """Play the past in a direction, or stop."""
        self.playback.play(0 if self.playback.direction == direction else direction)

    def go_to_mark(self, forward: bool) -> None:
        """The next mark, or the one before."""
        step = self._timeline.next_tick(forward)
        if step is not None:
            self._timeline.setValue(step)

    def next_branch(self) -> None:
        """The one after this; after the last, the first."""
        runs = self.branching.runs
        numbers = sorted(runs.numbers)
        self.branching.take(numbers[(numbers.index(runs.current) + 1) % len(numbers)])

    def bookmark(self, step: int | None = None) -> None:
        """Ask for the name of a bookmark at a step, or at the one shown."""
        step = self._timeline.value() if step is None else step
        old = next((b.name for b in self._bookmarks() if b.step == step), "")
        title = f"Bookmark at step {grouped(step)}"
        name, wanted = QInputDialog.getText(self._window, title, "Name (optional):", text=old)
        if wanted:
            self._set(bookmarks.with_one(self._line, step, name[:NAME]))

    def rename(self, number: int | None = None) -> None:
        """Ask for the name of a branch, or of the one gone on with."""
        number = self.branching.runs.current if number is None else number
        old = self.branching.runs[number].name
        said = f"Name of {self.branching.name(number)}:"
        name, wanted = QInputDialog.getText(self._window, "Name of a branch", said, text=old)
        if wanted:
            self.branching.rename(number, name.strip()[:NAME])

    def delete(self, number: int | None = None) -> None:
        """A branch, or the one gone on with; undo brings it back."""
        self.branching.delete(self.branching.runs.current if number is None else number)

    @property
    def _line(self) -> str:
        return self._store.scene.view.bookmarks

    def _set(self, line: str) -> None:
        self._edit({"view.bookmarks": line})

    def _compare(self, other: Other) -> None:
        self._edit({"view.compare": other.written(), "view.lab": False})

    def _ask(self, step: int, number: int | None, place: QPoint) -> None:
        menu = self.menu(step, number)
        menu.exec(place)
        menu.deleteLater()

    def menu(self, step: int, number: int | None) -> QMenu:
        """What can be done at a step, or with a branch."""
        menu = QMenu(self._window)
        own = self.branching
        many = len(own.runs.rows) > 1
        about = own.runs.current if number is None else number
        name = own.name(about)
        if about != own.runs.current:
            _add(menu, f"Go to {name}", lambda: own.take(about))
            _add(menu, f"Compare with {name}", lambda: self._compare(Other(about)))
        if number is None:
            _add(menu, f"Look at step {grouped(step)}", lambda: self._timeline.setValue(step))
            there = Other(about, step)
            _add(menu, f"Compare with step {grouped(step)}", lambda: self._compare(there))
            mark = next((b for b in self._bookmarks() if b.step == step), None)
            if mark:
                _add(menu, "Name the bookmark…", lambda: self.bookmark(step))
                _add(menu, "Make it a stop", functools.partial(self._keep, mark))
                gone = bookmarks.without(self._line, step)
                _add(menu, "Remove the bookmark", lambda: self._set(gone))
            else:
                _add(menu, "Add a bookmark here…", lambda: self.bookmark(step))
        if many:
            menu.addSeparator()
            _add(menu, f"Rename {name}…", lambda: self.rename(about))
            _add(menu, f"Delete {name}", lambda: self.delete(about))
        return menu


def _add(menu: QMenu, text: str, slot: Callable[[], object]) -> QAction:
    action = menu.addAction(text.replace("&", "&&"))
    action.triggered.connect(lambda _=False: slot())
    return action


def _of_minima(shot: Shot) -> Iterator[Tick]:
    """Births and merges while training."""
    for kind, own, other, moved, step, _ in np.asarray(shot.snapshot.arrays["event"]):
        if moved == _BY_STEP and kind == _BORN:
            words = f"minimum {own:.0f} is born in the basin of {other:.0f}"
            yield Tick(int(step), "born", f"step {grouped(int(step))}: {words}")
        elif moved == _BY_STEP and kind == _MERGED:
            words = f"minimum {own:.0f} merges into {other:.0f}"
            yield Tick(int(step), "merged", f"step {grouped(int(step))}: {words}")
