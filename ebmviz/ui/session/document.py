"""The file behind the window: open, save, recent, unsaved changes, autosave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from ebmviz.core import library
from ebmviz.core.checkpoint import Checkpoint, Progress
from ebmviz.core.errors import UserError
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.outside import short
from ebmviz.core.params import Affects
from ebmviz.core.scene import Scene, diff
from ebmviz.files.atomic import shown
from ebmviz.files.recovery import Orphan, Recovery
from ebmviz.files.session import SUFFIX, Session, save
from ebmviz.files.stamp import Stamp, changed, stamp
from ebmviz.ui.session import recent
from ebmviz.ui.session.autosave import Autosave
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.session.file_question import may_overwrite, what_of_changes, where_to_save
from ebmviz.ui.session.opener import Opener
from ebmviz.ui.session.place import Place
from ebmviz.ui.session.requests import Late
from ebmviz.ui.session.runs import Clean, Runs
from ebmviz.ui.session.shelf import Left, Shelf, recovery_of
from ebmviz.ui.session.store import Store
from ebmviz.ui.session.weights import coming, newest

_FIRST, _NOWHERE = "ellipse", LessonState()


class Document(QObject):
    """Which file, and whether it holds what is on the screen.

    leaving: another document is about to replace this one in the store. opened(Checkpoint or None):
    it has. changed: title or recent files. failed(sentence): in vain, nothing lost; told: opened.
    """

    leaving = Signal()
    opened = Signal(object)
    changed = Signal()
    failed = Signal(str)
    told = Signal(str)

    def __init__(self, store: Store, client: EngineClient, parent: QWidget) -> None:
        super().__init__(parent)
        self.store, self.client, self._window = store, client, parent
        self.path: Path | None = None
        self._stamp: Stamp | None = None  # of the file as it was read or written here
        self._saving = 0
        self._once_saved: Callable[[], object] | None = None
        self.preview: Callable[[], bytes] = bytes
        self.take_texts: Callable[[], bool] = lambda: True  # what is being typed; False: refused
        self._opener = Opener(self, store, client, parent)
        self.serial = 0  # counts documents: an answer may come when another is open
        self._progress = Progress()
        self._clean, self._was_dirty = self.state, False
        self.recovery = recovery_of(store.catalogue)
        self._autosave = Autosave(self.recovery, self.autosave, self.failed.emit, self)
        self._shelf = Shelf(self.failed.emit)
        store.undoChanged.connect(self._say_if_dirty)
        store.leaving.connect(self._left)
        store.reopened.connect(self._reopen)

    # -- state --------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """For the title bar."""
        return short(self.path.name if self.path else self.store.scene.title or "untitled")

    @property
    def dirty(self) -> bool:
        """Whether something would be lost: training, or what it depends on. What is seen, and
        chains, are saved with it, but nobody is asked about them.
        """
        differs = diff(self._clean.scene, self.store.scene, self.store.catalogue) >= Affects.TRAIN
        return differs or self._clean[1:] != self.state[1:]

    @property
    def state(self) -> Clean:
        """What a file would hold."""
        at = self.store
        return Clean(at.scene, self._progress, at.runs.missed, at.moves, at.lesson.lesson)

    @property
    def step(self) -> int:
        """The newest step of the engine, of the lab while that is shown."""
        return self._progress.shown(self.store.scene.in_lab)

    def trained(self, progress: Progress) -> None:
        """What the engine has done."""
        self._progress = progress
        self._say_if_dirty()

    def _say_if_dirty(self) -> None:
        if self.dirty != self._was_dirty:
            self._was_dirty = self.dirty
            self.changed.emit()

    @property
    def recent(self) -> list[str]:
        """Paths of recent files that still exist, newest first."""
        return recent.paths()

    # -- opening ------------------------------------------------------------------------

    def ask_open(self) -> None:
        """Choose a file, and open it."""
        self._opener.ask()

    def open(self, path: Path) -> None:
        """Open a file; a bad one changes nothing. Points go into the present scene, if it can use
        them.
        """
        self._opener.open(path)

    def recover(self, orphan: Orphan) -> None:
        """Open what an earlier run had not saved."""
        self._opener.recover(orphan)

    def begin(self, scene: Scene, name: str = "started over", at: LessonState = _NOWHERE) -> None:
        """A new document on a built-in scene; undo, called so, goes back to this one."""
        if self.take_texts():
            self.go_to(Place(scene, lesson=at), name)

    def take_over(self, orphan: Orphan, session: Session) -> None:
        """Go on with what an earlier run had not saved, and keep it as this one's autosave."""
        path = Path(orphan.document) if orphan.document else None
        self.adopt(session.scene, session, path, "recovered a session")
        self._clean = Clean(self.store.scene, Progress(-1))  # not yet in any file
        if orphan.known:  # where another has saved it since, Save asks, whatever the clock says
            self._stamp = Stamp.of_digest(orphan.known)
        elif path and path.exists() and path.stat().st_mtime > orphan.time:
            self._stamp = None  # of an older version, which noted no more
        try:
            self.recovery.write(orphan.path.read_bytes(), orphan.document, orphan.known)
            self.recovery.discard(orphan)
        except (UserError, OSError) as error:
            self.failed.emit(f"the recovered copy stays where it is: {error}")
        self.changed.emit()

    def start_with(self, scene: Scene, session: Session, path: Path | None) -> None:
        """The first document, shown at once: there is none to keep. One that the engine cannot go
        on from gives way to the lecture's ellipse, and its file is not written over.
        """
        self.adopt(scene, session, path)
        self._opener.try_first(scene, session, shown(path) if path else "the session")

    def adopt(
        self, scene: Scene, session: Session | None, path: Path | None, name: str = ""
    ) -> None:
        """Put another document into the store and the engine, whatever was there before; undo
        comes back to that, if the way has a name.
        """
        kept = session.checkpoint if session else None
        runs = Runs.of(session.branch, session.branches) if session else Runs()
        lesson = LessonState(session.lesson) if session else _NOWHERE
        read = stamp(path) if path else None
        self.go_to(Place(scene, kept, path, read, runs=runs, lesson=lesson), name)

    @property
    def first(self) -> Place:
        """What one begins with: the lecture's ellipse."""
        return Place(library.scene(_FIRST, self.store.catalogue))

    @property
    def place(self) -> Place:
        """This document as it stands, with the last checkpoint that the window has of it."""
        store, was = self.store, self._clean
        clean = was._replace(moves=was.moves - store.moves)  # undo forgets them there
        file = self.path, self._stamp
        return Place(store.scene, self.client.kept, *file, clean, store.runs, store.lesson)

    def go_to(self, place: Place, name: str = "") -> None:
        """Take up a document where it was left; `name`: what undo calls the way to it."""
        self.leaving.emit()
        if not name:
            self._shelf.clear()
            self._autosave.forget()
        self.store.load(place.scene, place.runs, name, place.lesson)
        self._shelf.forget_all_but(self.store.documents)
        self.serial += 1
        self.path, self._stamp = place.path, place.stamp
        self._progress = place.kept.progress if place.kept else Progress()
        begun = Clean(place.scene, self._progress, place.runs.missed, 0, place.lesson.lesson)
        self._clean = place.clean or begun
        self.opened.emit(place.kept)
        self.changed.emit()

    def _left(self, number: int, runs: Runs) -> None:
        """Another document comes: undo can go back to this one, and a crash loses none of it."""
        there = Left(self.path, self._stamp, self._clean, self._progress)
        self._shelf.put(number, there)
        if self.dirty:
            self._shelf.keep(number, self.state, runs, self.recovery)
            self._keep_in(recovery_of(self.store.catalogue))
        else:
            self._autosave.forget()
        self.leaving.emit()

    def _keep_in(self, recovery: Recovery) -> None:
        self.recovery = recovery
        self._autosave.go_on_with(recovery)

    def _reopen(self, number: int, runs: Runs) -> None:
        """Undo or redo has gone to a document that was left."""
        self.serial += 1
        serial, (there, recovery) = self.serial, self._shelf.take(number)
        self.path, self._stamp, self._clean, self._progress = there
        if recovery:
            self._keep_in(recovery)

        def go_on(kept: Checkpoint | None) -> None:
            if serial == self.serial:
                self.opened.emit(kept)
                self.changed.emit()

        training = runs[runs.current].training
        if training:
            training.then(go_on, lambda: go_on(None))
        else:
            go_on(None)

    # -- saving -------------------------------------------------------------------------

    def keep_first(self, then: Callable[[], None]) -> None:
        """Run `then` once unsaved changes are saved or given up; not at all on Cancel."""
        if not self.take_texts():
            return
        if not self.dirty:
            then()
            return
        answer = what_of_changes(self._window, self.name)
        if answer == "save":
            self.save(then)
        elif answer == "discard":
            then()

    def save(self, then: Callable[[], None] = lambda: None) -> None:
        """Save to the document's file, asking for one where there is none."""
        if not self.take_texts():
            return
        if not self.path:
            self.save_as(then)
        elif not changed(self.path, self._stamp) or may_overwrite(self._window, self.path):
            self.save_to(self.path, then)

    def save_as(self, then: Callable[[], None] = lambda: None) -> None:
        """Ask for a file, and save there."""
        if not self.take_texts():
            return
        start = str(self.path or Path(f"{self.store.scene.name or 'untitled'}{SUFFIX}"))
        path = where_to_save(self._window, "Save as", start, SUFFIX, f"Session (*{SUFFIX})")
        if path:
            self.save_to(path, then)

    def save_to(self, path: Path, then: Callable[[], None] = lambda: None) -> None:
        """Save with the newest weights; `then` runs only when the file is safe."""
        state, runs, preview, serial = self.state, self.store.runs, self.preview(), self.serial

        def fail(sentence: str) -> None:
            self._saving -= 1
            self._once_saved = None
            self.failed.emit(sentence)

        def write(kept: Checkpoint) -> None:
            self._saving -= 1
            try:
                save(runs.session(state, kept, preview), path, self.store.catalogue)
            except UserError as error:
                self._once_saved = None
                self.failed.emit(str(error))
                return
            if self._once_saved and not self.saving:
                QTimer.singleShot(0, self._once_saved)
                self._once_saved = None
            if serial != self.serial:
                return  # another document was opened meanwhile; this one is safe
            self.path, self._stamp = path, stamp(path)
            self._progress = kept.progress
            self._clean = state._replace(progress=self._progress, runs=runs.missed)
            self.remember(path)
            self._autosave.forget()
            self.changed.emit()
            if isinstance(kept, Late):
                self.failed.emit(
                    f"{path.name} was saved as of step {self.step}: the engine did not answer"
                )
            then()

        self._saving += 1
        self.with_weights(write, fail)

    @property
    def saving(self) -> bool:
        """Whether a file that was asked for is not written yet."""
        return self._saving > 0

    def once_saved(self, then: Callable[[], object]) -> None:
        """Call `then` when it is; not at all when that fails."""
        self._once_saved = then

    def with_weights(
        self, then: Callable[[Checkpoint], None], fail: Callable[[str], None] | None = None
    ) -> None:
        """Fetch the newest weights; from a dead or silent engine, those it last sent. Where there
        are none, `fail` gets the sentence.
        """
        newest(self.client, then, fail or self.failed.emit)

    def autosave(self) -> None:
        """Keep a copy for recovery if something changed since the last one; the next time, where
        the engine is only starting.
        """
        state, runs = self.state, self.store.runs
        if not self.dirty or not self._autosave.wanted(state) or coming(self.client):
            return
        path, read, serial = self.path, self._stamp, self.serial

        def begin(kept: Checkpoint) -> None:
            if serial == self.serial and not self._autosave.busy:
                self._autosave.write(runs.session(state, kept), state, path, read)

        self.with_weights(begin)

    def settle(self) -> None:
        """Wait for an autosave that is being written."""
        self._autosave.settle()

    def give_up(self) -> None:
        """The person does not want the unsaved changes."""
        self._clean = self.state

    def close(self) -> None:
        """The window is leaving for good."""
        self._shelf.close()
        self._autosave.end()

    def remember(self, path: Path) -> None:
        """It was opened or saved."""
        recent.note(path)
        self.changed.emit()
