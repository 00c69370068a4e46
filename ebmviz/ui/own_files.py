"""A person's own files while the window is open: loaded again when they are saved.

The window draws the figures and lists the scenes; the engine is told to load the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from ebmviz.core import assets, protocol
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.plugins import files, scenes, watch
from ebmviz.figures import plugins
from ebmviz.figures.registry import FIGURES
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.session.store import Store
from ebmviz.ui.views.banner import Banner

LOOK_MS = 400
"""How often the files are looked at."""


def load(words: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    """Figures and scenes of these files; a sentence per broken one."""
    return (*plugins.load(words), *scenes.load(words, catalogue))


class OwnFiles(QObject):
    """changed: other figures or scenes are on offer, or the engine measures anew. What is broken is
    said until it is mended.
    """

    changed = Signal()

    def __init__(
        self,
        client: EngineClient,
        store: Store,
        banner: Banner,
        adopt: Callable[[Catalogue], tuple[str, ...]],
    ) -> None:
        super().__init__(client)
        self._client, self._store, self._banner, self._adopt = client, store, banner, adopt
        self._words = client.plugins
        self._here: tuple[str, ...] = ()  # what is broken of the window's files
        self._there: tuple[str, ...] = ()  # and of the engine's
        self._said = ""
        client.greeted.connect(self._greeted)
        client.replugged.connect(self._replugged)
        self._seen = watch.status(self._words)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        if self._words:
            self._timer.start()

    def begin(self) -> None:
        """Of an engine that has greeted before there was a window, or has not yet."""
        if self._client.hello:
            self._greeted(self._client.hello)
        else:
            self._load()

    def _look(self) -> None:
        now = watch.status(self._words)
        if now == self._seen:
            return
        saved = [file for file, seen in now.items() if self._seen.get(file) != seen]
        self._seen = now
        figures, listed = dict(FIGURES), dict(assets.PLUGGED)
        self._load()
        if (figures, listed) != (FIGURES, assets.PLUGGED):
            self.changed.emit()
            ours = [file for file in saved if files.side_of(Path(file)) != "engine"]
            good = [file for file in ours if file not in " ".join(self._here)]
            self._banner.tell(_again(good), "accent")
        self._client.reload()

    def _load(self) -> None:
        self._here = load(self._words, self._store.catalogue)
        self._tell()

    def _greeted(self, hello: protocol.Hello) -> None:
        self._there = hello.faults
        lost = self._adopt(hello.catalogue)
        self._load()
        if lost:
            self._banner.tell("; ".join(lost) + ".", "warn")

    def _replugged(self, found: protocol.Reloaded) -> None:
        self._there = found.faults
        lost = self._adopt(found.catalogue)
        self._load()
        self.changed.emit()
        if found.loaded:
            self._banner.tell(_again(found.loaded, lost), "accent")

    def _tell(self) -> None:
        said = " ".join(f"{each[0].upper()}{each[1:]}." for each in (*self._there, *self._here))
        if said != self._said:
            self._banner.withdraw(self._said)
            self._said = said
            if said:
                self._banner.tell(said, "warn", stays=True)


def _again(names: Iterable[str], lost: tuple[str, ...] = ()) -> str:
    return "; ".join(("Loaded again: " + ", ".join(Path(n).name for n in names), *lost)) + "."
