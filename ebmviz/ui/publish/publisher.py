"""Figures from the window: the export dialog, and the quick copy."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from ebmviz.core import markup
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.outside import short
from ebmviz.export.job import Job
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import landscape, main
from ebmviz.files.embedding import embedded
from ebmviz.files.opening import own_words
from ebmviz.ui.look import theme
from ebmviz.ui.publish import command_line, handout, past_limit, python_script
from ebmviz.ui.publish.export_dialog import ExportDialog, copy_picture
from ebmviz.ui.publish.exporter import Drawing
from ebmviz.ui.publish.film_dialog import FilmDialog
from ebmviz.ui.publish.python_script import Script
from ebmviz.ui.session.document import Document
from ebmviz.ui.views.stage import Stage


class Publisher(QObject):
    """Draws what is on the stage; `say(sentence, role)` tells how it went."""

    def __init__(
        self,
        stage: Stage,
        document: Document,
        say: Callable[[str, str], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._stage, self._document, self._say, self._window = stage, document, say, window

    def export(self) -> None:
        """The export dialog."""
        scene = self._document.store.scene
        fetch, plugins = self._stage.fetch, self._document.client.plugins
        dialog = ExportDialog(scene, fetch, self._embedded, self._window, plugins)
        # A figure may need what takes turns on the screen, all of one step.
        self._stage.take_turns(False)
        dialog.finished.connect(lambda: self._stage.take_turns(True))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def export_film(self) -> None:
        """The dialog of films, beside the window, which goes on."""
        dialog = FilmDialog(self._document, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.saved.connect(lambda path: self._say(f"Saved the film {short(path)}.", "good"))
        dialog.show()

    def copy(self) -> None:
        """What is in the landscape's place onto the clipboard, as a picture."""
        shot = self._stage.shot
        if shot is None:
            self._say("Nothing to copy yet: wait for the first landscape.", "warn")
            return
        figure = main(shot.scene) or landscape(shot.scene.view)
        if not figure.ready(shot):
            self._say("Nothing to copy yet: wait for the next picture.", "warn")
            return
        try:
            value, title = figure.shown((shot,)), markup.to_plain(figure.title)
        except UserError as error:
            self._say(str(error), "bad")
            return

        def draw(session: bytes) -> None:
            about = own_words(shot.scene)
            job = Drawing(Job(value, "png", theme.current(), session, about), self)
            job.done.connect(lambda data: self._copied(data, title))
            job.failed.connect(lambda text: self._say(text, "bad"))
            job.begin()

        self._embedded(draw)

    def _copied(self, data: bytes, title: str) -> None:
        copy_picture(bytes(data), "png")
        self._say(f"Copied: {title}.", "good")

    def export_script(self) -> None:
        """A program of its own that trains the same."""
        target = python_script.ask(self._document.store.scene.name, self._window)
        if target:
            self.save_script(target)

    def save_script(self, target: Path) -> None:
        """The same into this file."""
        step = self._stage.shot.snapshot.step if self._stage.shot else 0
        plugins = self._document.client.plugins

        def compose(session: bytes) -> None:
            Script(session, step, target, plugins, self._say, self)

        self._embedded(compose, past=0)

    def export_handout(self) -> None:
        """The lesson as a file to print, or for a browser."""
        if not self._document.store.lesson.lesson.stops:
            self._say("There are no stops yet: “Add stop” takes the state on the screen.", "warn")
            return
        target = handout.ask(self._document, self._window)
        if target:
            self.save_handout(target)

    def save_handout(self, target: Path) -> handout.Handout:
        """The same into this file."""
        plugins = self._document.client.plugins
        return handout.Handout(self._document, target, plugins, self._say, self._window)

    def copy_line(self) -> None:
        """The command line that shows the same, onto the clipboard."""

        def drawn(shot: Shot) -> None:
            self._document.with_weights(functools.partial(packed, shot))

        def packed(shot: Shot, kept: Checkpoint) -> None:
            try:
                less = command_line.copy(self._document, shot, self._window, kept)
            except UserError as error:
                self._say(f"Not copied: {error}.", "warn")
                return
            self._say(f"Copied: the command line of this picture{less}.", "good")

        scene = self._document.store.scene
        self._stage.fetch(main(scene) or landscape(scene.view), drawn)

    def _embedded(self, then: Callable[[bytes], None], past: float | None = None) -> None:
        """The session that goes inside a picture, with what it is compared with, and as much of its
        past as the person wants.
        """
        store, shot, state = self._document.store, self._stage.shot, self._document.state
        runs, catalogue = store.runs, store.catalogue
        compared = shot.beside if shot and state.scene.view.compare else None
        room = past_limit.wanted() if past is None else past

        def packed(kept: Checkpoint) -> None:
            session = runs.session(state, kept)

            def alone(_: str) -> None:
                then(embedded(session, catalogue, None, room))

            def both(other: Checkpoint) -> None:
                assert compared
                then(embedded(session, catalogue, (compared.scene, other), room))

            if compared:
                self._document.client.fetch_aside(both, alone)
            else:
                alone("")

        self._document.with_weights(packed)
