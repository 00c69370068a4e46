"""What takes the place of the document: chosen, read, tried by the engine, and only then shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ebmviz.core.errors import Problem, UserError
from ebmviz.core.outside import short
from ebmviz.core.scene import Scene
from ebmviz.files import opening
from ebmviz.files.atomic import shown
from ebmviz.files.recovery import Orphan
from ebmviz.files.session import SUFFIX, Session, load
from ebmviz.files.tables.table import read_table
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.session.file_question import which_to_open
from ebmviz.ui.session.store import Store
from ebmviz.ui.tables.columns_dialog import ask

if TYPE_CHECKING:
    from ebmviz.ui.session.document import Document


class Opener:
    """Opens files into a document. Until one has been read and tried, nothing changes."""

    def __init__(
        self, document: Document, store: Store, client: EngineClient, window: QWidget
    ) -> None:
        self._document, self._store, self._client, self._window = document, store, client, window
        self._tries = 0

    def ask(self) -> None:
        """Choose a file, and open it."""
        if not self._document.take_texts():
            return
        if path := which_to_open(self._window):
            self.open(path)

    def open(self, path: Path) -> None:
        """Open a file; a bad one changes nothing. Points go into the present scene, if it can use
        them.
        """
        if not self._document.take_texts():
            return
        try:
            if path.suffix.lower() in opening.TABLES:
                self._take_points(path)
                return
            found = opening.open_file(path, self._store.catalogue)
        except UserError as error:
            self._document.failed.emit(str(error))
            return

        if found.lesson:
            self._document.begin(found.scene, f"opened {short(path.name)}", found.lesson)
            self._document.remember(path)
            return

        def go_on() -> None:
            own = path.suffix.lower() == SUFFIX
            self._document.adopt(
                found.scene, found.session, path if own else None, f"opened {short(path.name)}"
            )
            self._document.remember(path)
            self._say_left_out(found.session)

        if found.session is None:
            go_on()
        else:
            self._try(found.session, shown(path), go_on)

    def recover(self, orphan: Orphan) -> None:
        """Open what an earlier run had not saved."""
        try:
            session = load(orphan.path, self._store.catalogue)
        except UserError as error:
            self._document.failed.emit(str(error))
            return

        def go_on() -> None:
            self._document.take_over(orphan, session)

        self._try(session, "what was kept", go_on)

    def try_first(self, scene: Scene, session: Session, where: str) -> None:
        """Of the first document, which is shown already: if the engine cannot go on from it, the
        lecture's ellipse takes its place.
        """
        serial = self._document.serial

        def answered(problem: Problem | None) -> None:
            if problem and serial == self._document.serial:
                self._document.go_to(self._document.first)
                self._document.failed.emit(f"{where}: {problem.message}")

        self._client.attempt(scene, session.checkpoint, answered)
        self._say_left_out(session)

    def _say_left_out(self, session: Session | None) -> None:
        if session and session.left_out:
            self._document.told.emit(session.left_out.said)

    def _try(self, session: Session, where: str, then: Callable[[], None]) -> None:
        """`then` once the engine has found that it could go on from there; until then, and if it
        cannot, the document stays as it is.
        """
        self._tries += 1
        asked = self._document.serial, self._tries

        def answered(problem: Problem | None) -> None:
            if asked != (self._document.serial, self._tries):
                return  # another document was asked for meanwhile
            if problem is None:
                then()
            else:
                self._document.failed.emit(f"{where}: {problem.message}")

        self._client.attempt(session.scene, session.checkpoint, answered)

    def _take_points(self, path: Path) -> None:
        table, here, catalogue = read_table(path), self._store.scene, self._store.catalogue
        if (asked := ask(table, path.name, here, catalogue, self._window)) is None:
            return
        base, taken = asked
        scene = opening.with_table(base, table, taken, path.name, catalogue)

        def begin() -> None:
            self._document.adopt(scene, None, None, f"opened {short(path.name)}")
            self._document.remember(path)

        if base is here:
            self._store.update(scene.values, name=f"points of {short(path.name)}")
            self._document.remember(path)
        else:
            begin()
