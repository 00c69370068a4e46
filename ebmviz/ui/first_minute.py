"""The first minute with the window: the tour, the hints, and a landscape that moves by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from ebmviz.core.scene import Scene
from ebmviz.ui.central import Central
from ebmviz.ui.views.bottom import BottomBar
from ebmviz.ui.views.stage import Stage
from ebmviz.ui.views.toolbar import Toolbar
from ebmviz.ui.welcome.breathing import Breathing
from ebmviz.ui.welcome.hints import Hints
from ebmviz.ui.welcome.tour import Tour


class FirstMinute:
    """`begin` where a person opens the program and no file; the tour is there at any time."""

    def __init__(
        self,
        window: QMainWindow,
        acts: Mapping[str, QAction],
        stage: Stage,
        central: Central,
        bottom: BottomBar,
        toolbar: Toolbar,
        lessons: Callable[[QMenu], None],
    ) -> None:
        """lessons(menu): fill it with them."""
        self._store = stage.store
        self.breathing = Breathing(stage.store, bottom.beta)
        self.hints = Hints(lessons)
        central.take_hints(self.hints)
        self.tour = Tour(
            window,
            acts,
            {
                "map": lambda: (stage.main,),
                "side": lambda: (central.side,),
                "beta": lambda: (bottom.beta,),
                "train": lambda: (toolbar.play, toolbar.speed, toolbar.speed_box),
                "time": lambda: (bottom.time,),
                "panel": lambda: (central.panel,),
                "scenes": lambda: (toolbar.scenes,),
                "menus": lambda: (window.menuBar(),),
            },
        )
        acts["play"].triggered.connect(lambda: self.hints.follow("train"))
        stage.store.changed.connect(self._changed)
        stage.store.lessonChanged.connect(lambda _: self.hints.follow("lesson"))

    def begin(self) -> None:
        """With the first landscape on the screen."""
        self.hints.begin()
        self.breathing.begin()

    def _changed(self, old: Scene, new: Scene, _affects: int) -> None:
        if old.name != new.name:  # which may have no β, and may not be trained
            self.hints.hide()
        if old.view.beta != new.view.beta and not self.breathing.on:
            self.hints.follow("beta")
