"""What is said and offered when the engine is lost, does not answer, or computes too long."""

from __future__ import annotations

import functools

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog

from ebmviz.core.errors import Problem, UserError
from ebmviz.core.outside import clean
from ebmviz.core.process.elsewhere import elsewhere
from ebmviz.ui.controls.engine_status import Lamp
from ebmviz.ui.session.document import Document
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.session.place import Place
from ebmviz.ui.views.banner import Banner
from ebmviz.ui.views.stage import Stage

_LABEL = "Restart the engine"
_WITHOUT = "Restart without it"
_WHERE = "ssh:HOST, or a command that starts one. Empty: on this machine."
_SILENT = "The engine does not answer. A restart goes on from the last checkpoint."
_UNBORN = "The engine has not started yet. It may be slow, or hang."


class Rescue(QObject):
    """Joins the engine's state to the lamp and the banner."""

    def __init__(
        self,
        client: EngineClient,
        stage: Stage,
        document: Document,
        lamp: Lamp,
        banner: Banner,
    ) -> None:
        super().__init__(stage)
        self._client, self._stage, self._lamp, self._banner = client, stage, lamp, banner
        self._document = document
        self._before: Place | None = None  # the last document of which anything was shown
        self._long = self._quiet = ""
        self._offered = ""  # a restart, under this sentence, of an engine that is gone
        document.leaving.connect(self._leave)
        client.started.connect(self._started)
        client.lost.connect(self._lost)
        client.silent.connect(self._silent)
        client.foretold.connect(self._foretold)
        client.fallen.connect(self._fallen)
        stage.drawn.connect(self._shown)
        stage.slow.connect(lambda: lamp.show_state("warn", "computing …"))
        if client.trouble:  # it came before the window
            self._lost(client.trouble, False)
        elif client.pulse.silent:
            self._silent(True)

    def restart(self) -> None:
        """End the engine, whatever it does, and start it again. A scene that it has been computing
        without showing any of it is left for the one before, of this document or of the last, at
        the start for the lecture's ellipse.
        """
        if self._client.answers:
            if self._stage.accepted is not None:
                self._stage.give_up()
            elif self._before is not None or self._long:
                self._document.go_to(self._before or self._document.first, "restarted")
        self._client.restart()

    def ask_where(self) -> None:
        """On which machine to train."""
        there = self._client.elsewhere
        text, wanted = QInputDialog.getText(
            self._banner.window(), "Engine elsewhere", _WHERE, text=there.text if there else ""
        )
        if not wanted or text.strip() == (there.text if there else ""):
            return
        try:
            self._client.go_to(elsewhere(text, self._client.plugins))
        except UserError as error:
            self._banner.tell(str(error), "bad")

    def _started(self) -> None:
        """Another one, from wherever it was asked for: nothing is left to be restarted."""
        self._lamp.show_state("warn", "starting the engine …")
        self._banner.withdraw(self._offered)
        self._offered = ""

    def _leave(self) -> None:
        if self._stage.accepted is not None:
            self._before = self._document.place

    def _foretold(self, sentence: str) -> None:
        """Before it begins. What can be done about it stands until there is a picture."""
        self._lamp.show_state("warn", sentence)
        first, rest = sentence[0].upper(), sentence[1:]
        self._long = f"{first}{rest}. Restarting the engine, or another scene, gives it up."
        self._banner.tell(self._long, "warn", _LABEL, self.restart)

    def _fallen(self, sentence: str) -> None:
        """Nothing is asked, but who looks away for a while is to see it."""
        self._banner.tell(f"{sentence[0].upper()}{sentence[1:]}.", "warn", stays=True)

    def _shown(self) -> None:
        self._banner.withdraw(self._long)
        self._long = ""
        if self._stage.accepted is not None:
            self._before = None  # this one is what a restart goes on with

    def _offer(self, sentence: str) -> None:
        """A restart, where a plug-in is to blame without it."""
        self._offered = sentence
        if plugin := self._client.loading:
            again = functools.partial(self._client.restart_without, plugin)
            self._banner.tell(sentence, "bad", _WITHOUT, again)
        else:
            self._banner.tell(sentence, "bad", _LABEL, self.restart)

    def _lost(self, problem: Problem, again: bool) -> None:
        sentence = problem.message[0].upper() + problem.message[1:] + "."
        self._lamp.show_state("warn" if again else "bad", "engine lost")
        if again:
            self._banner.tell(sentence, "warn")
        else:
            self._client.playing = False
            self._offer(sentence)

    def _silent(self, silent: bool) -> None:
        if silent:
            self._quiet = _SILENT if self._client.greeted_us else _UNBORN
            if plugin := self._client.loading:
                self._quiet = f"Plug-in {clean(plugin)} does not answer while it is loaded."
            self._lamp.show_state("bad", "does not answer")
            self._offer(self._quiet)
        else:
            self._banner.withdraw(self._quiet)
            self._stage.send()  # the lamp follows the frame
