"""What is said and offered when the engine is lost, does not answer, or computes too long."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ebmviz.core.errors import Problem
from ebmviz.ui.banner import Banner
from ebmviz.ui.engine_client import EngineClient
from ebmviz.ui.lamp import Lamp
from ebmviz.ui.stage import Stage

_LABEL = "Restart the engine"
_SILENT = "The engine does not answer. A restart goes on from the last checkpoint."
_UNBORN = "The engine has not started yet. It may be slow, or hang."


class Rescue(QObject):
    """Joins the engine's state to the lamp and the banner."""

    def __init__(self, client: EngineClient, stage: Stage, lamp: Lamp, banner: Banner) -> None:
        super().__init__(stage)
        self._client, self._stage, self._lamp, self._banner = client, stage, lamp, banner
        client.started.connect(lambda: lamp.show_state("warn", "starting the engine …"))
        client.lost.connect(self._lost)
        client.silent.connect(self._silent)
        stage.slow.connect(lambda: lamp.show_state("warn", "computing …"))

    def restart(self) -> None:
        """End the engine, whatever it does, and start it again. A scene that it has been computing
        without showing any of it is left for the one before.
        """
        if self._client.answers:
            self._stage.give_up()
        self._client.restart()

    def _lost(self, problem: Problem, again: bool) -> None:
        sentence = problem.message[0].upper() + problem.message[1:] + "."
        self._lamp.show_state("warn" if again else "bad", "engine lost")
        if again:
            self._banner.tell(sentence, "warn")
        else:
            self._client.playing = False
            self._banner.tell(sentence, "bad", _LABEL, self.restart)

    def _silent(self, silent: bool) -> None:
        if silent:
            sentence = _SILENT if self._client.greeted_us else _UNBORN
            self._lamp.show_state("bad", "does not answer")
            self._banner.tell(sentence, "bad", _LABEL, self.restart)
        else:
            self._banner.withdraw(_SILENT, _UNBORN)
            self._stage.send()  # the lamp follows the frame
