"""The window: lays out the views and joins them to the store, the engine and the document."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from ebmviz.core import library, protocol
from ebmviz.core.catalogue import PARTS, Catalogue
from ebmviz.core.errors import Problem, UserError
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.process.elsewhere import placed
from ebmviz.core.scene import Scene, fields
from ebmviz.figures import on_screen
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.registry import missing
from ebmviz.files.session import Session
from ebmviz.ui import action_slots, map_hands, preview, view_fit
from ebmviz.ui.central import Central
from ebmviz.ui.comparing import Comparing
from ebmviz.ui.controls import keys
from ebmviz.ui.controls.focus import Resting
from ebmviz.ui.document_window import DocumentWindow
from ebmviz.ui.edits import Edits
from ebmviz.ui.first_minute import FirstMinute
from ebmviz.ui.hands.pictures import Pictures
from ebmviz.ui.lesson.lessons import Lessons
from ebmviz.ui.lesson.reader import Reader
from ebmviz.ui.look import theme
from ebmviz.ui.looks import Looks
from ebmviz.ui.menus import actions, menus
from ebmviz.ui.menus.chain_actions import Walk
from ebmviz.ui.open_texts import OpenTexts
from ebmviz.ui.own_files import OwnFiles
from ebmviz.ui.panel.form import Form
from ebmviz.ui.past import Past
from ebmviz.ui.presenting.curtain import Curtain
from ebmviz.ui.presenting.lecture import Lecture
from ebmviz.ui.publish.publisher import Publisher
from ebmviz.ui.rescue import Rescue
from ebmviz.ui.session.document import Document
from ebmviz.ui.session.engine import EngineClient
from ebmviz.ui.session.store import Store
from ebmviz.ui.slider_limits import StepMarks
from ebmviz.ui.views import mains
from ebmviz.ui.views.bottom import BottomBar
from ebmviz.ui.views.history_dock import HistoryDock
from ebmviz.ui.views.landscape_view import LandscapeView
from ebmviz.ui.views.map_controls import AT_THE_MAP
from ebmviz.ui.views.stage import Stage
from ebmviz.ui.views.toolbar import Toolbar

_LEAST = (960, 480)  # fits a half of 1920 × 1080, less a frame and a task bar
_FORGOTTEN = "The settings are restored; the training of that time is not kept any more."


class Window(DocumentWindow, Resting):
    """One document. ready is sent with the first landscape on the screen."""

    ready = Signal()

    def __init__(
        self,
        scene: Scene,
        session: Session | None = None,
        path: Path | None = None,
        client: EngineClient | None = None,
        catalogue: Catalogue | None = None,
        lesson: LessonState | None = None,
    ) -> None:
        super().__init__()
        catalogue = catalogue or library.shipped_catalogue()
        self.client = client or EngineClient()
        if not self.client.alive and not self.client.trouble:
            self.client.start()
        self.store = Store(scene, catalogue, lesson)
        params = fields(scene, catalogue)
        self.acts = actions.make(self)
        self.toolbar = Toolbar(self.acts, params["view.speed"])
        extra = {"experiment": ("seed",), "data": ("seed",), "optimizer": ("device",)}
        parts = tuple(part for part in PARTS if part not in ("run", *AT_THE_MAP))
        self.form = Form(catalogue, parts=parts, extra=extra)
        self.landscape = LandscapeView()
        self.stage = Stage(self.store, self.client, self.landscape)
        self.bottom = BottomBar(catalogue)
        self.document = Document(self.store, self.client, self)
        self.texts = OpenTexts(self, self._show_again)
        self.document.take_texts = self.texts.take
        self.playing = False
        self._first = True
        self.central = Central(self.form, self.toolbar, self.stage, self.bottom)
        self.panel, self.columns = self.central.panel, self.central.columns
        self.banner = self.central.banner
        self.setCentralWidget(self.central)
        self.setMinimumSize(*_LEAST)
        self.central.fit(self.height())
        says, asks = self.banner.tell, self.document.ask_open
        self._edits = Edits(self.store, self.texts, says, self._show_again, asks)
        reader = Reader(self.store, self.acts)
        self.panel.take(reader)
        self.pointing = self.central.pointing
        self.pointing.join(reader.text)
        aside = self.central.present, reader.present, self.menuBar().setHidden
        self.looks = Looks(self, self.acts, aside)
        self.looks.changed.connect(self._dressed)
        self.addActions(list(self.acts.values()))  # their keys work with the menus hidden too
        self._equip()
        menus.fill(self.menuBar(), self.acts, self.document, self.lessons.open_shipped)
        self._connect()
        self.setAcceptDrops(True)
        self.resize(1600, 1000)
        self.landscape.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.landscape.setFocus()
        self._show_scene(scene)
        if session:
            self.document.start_with(scene, session, path)
        self._retitle()
        self.own.begin()

    def _equip(self) -> None:
        """What joins the parts of the window."""
        self.history = HistoryDock(self.store, self)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.history)
        self.history.gone.connect(self._go_back)
        self.history.visibilityChanged.connect(self.acts["history"].setChecked)
        tell = self.banner.tell
        self.lessons = Lessons(self.stage, self.document, self.acts, tell, self)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.lessons.dock)
        self.lessons.dock.visibilityChanged.connect(self.acts["stops"].setChecked)
        self.central.staged.take_clicker(self.acts)
        self.curtain = Curtain(self)
        self.lecture = Lecture(self.stage, self.curtain, self.lessons.pictures, self.acts, self)
        self.central.take_lecture(self.lecture)
        fill = functools.partial(menus.fill_lessons, open_lesson=self.lessons.open_shipped)
        parts = self.stage, self.central, self.bottom, self.toolbar
        self.first_minute = FirstMinute(self, self.acts, *parts, fill)
        self.marks = StepMarks((self.form, self.central.controls), self.stage)
        self.comparing = Comparing(self.stage, self.store, self.edit, self)
        keep = self.lessons.stops.keep
        self.past = Past(self.stage, self.store, self.bottom.time, self.edit, keep, self)
        self.walk = Walk(self.acts, self.client, self.store, self.edit, self.texts.first)
        self.hands = map_hands.joined(self.stage, self.acts, self.edit, self.banner.tell)
        self.pictures = Pictures(self.hands, self)
        self.publisher = Publisher(self.stage, self.document, self.banner.tell, self)
        lamp = self.toolbar.lamp
        self.rescue = Rescue(self.client, self.stage, self.document, lamp, self.banner)
        self.own = OwnFiles(self.client, self.store, self.banner, self._adopt_catalogue)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.central.fit(self.height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "central"):
            self.central.fit(self.height())

    def _connect(self) -> None:
        slots = {
            **action_slots.of_files(self.document, self.publisher, self),
            **action_slots.of_training(self.stage, self.rescue, self.toggle),
            **action_slots.of_past(self.past),
            **action_slots.of_comparing(self.comparing),
            "history": self.history.toggle,
            **self.lessons.slots(),
            **action_slots.of_views(self.stage, self.looks, self.curtain, self.edit),
            **self.lecture.slots(),
            **map_hands.slots(self.hands, self.acts, self.pictures, self),
            **action_slots.of_cards(self.stage, self.central.enlarged),
            **action_slots.of_help(self.acts, self.toolbar.lamp, self.store, self.pointing, self),
            "tour": self.first_minute.tour.begin,
        }
        action_slots.join(self.acts, slots, self.texts.first)
        self._connect_views()
        self._connect_session()
        for button in self.findChildren(QAbstractButton):
            keys.teach(button)
        self._show_undo()

    def _connect_views(self) -> None:
        for each in (self.form, self.central.controls):
            each.edited.connect(lambda path, value, live: self.edit({path: value}, live))
        main = self.stage.mains
        shown = (main.landscape, main.lab, main.compare, main.picture)
        for source in (*shown, self.bottom, self.toolbar):
            source.edited.connect(self.edit)
        for card in self.stage.side:
            card.edited.connect(self.edit)
        tellers = (self.form, self.central.controls, self.bottom, self.toolbar, self.stage.lab)
        for teller in tellers:
            teller.message.connect(lambda text: self.banner.tell(text))
        self.landscape.homed.connect(
            lambda: self.edit(view_fit.camera(self.store.scene, self.store.catalogue))
        )
        self.stage.lab.adopted.connect(self._adopt_lane)
        self.toolbar.chosen.connect(self._choose_scene)
        self.bottom.sought.connect(lambda s: self.stage.branching.seek(None if s < 0 else s))
        self.walk.changed.connect(self._show_again)
        self.stage.branching.refused.connect(self.banner.tell)
        self.comparing.failed.connect(lambda text: self.banner.tell(text, "bad"))
        self.past.playback.changed.connect(self._show_playback)
        self.stage.drawn.connect(self._drawn)
        self.stage.forgotten.connect(lambda: self.banner.tell(_FORGOTTEN))

    def _connect_session(self) -> None:
        self.store.changed.connect(lambda _, new, __: self._show_scene(new))
        self.store.undoChanged.connect(self._show_undo)
        self.document.leaving.connect(self.stage.leave)
        self.document.opened.connect(self.stage.adopt)
        self.document.opened.connect(lambda _: self.marks.forget(self.store.scene))
        self.document.opened.connect(lambda _: self._show_again())
        self.document.opened.connect(lambda _: self._say_missing())
        self.document.opened.connect(self.lessons.opened)
        self.document.changed.connect(self._retitle)
        self.document.failed.connect(lambda text: self.banner.tell(text, "bad"))
        self.document.told.connect(lambda text: self.banner.tell(text))
        self.document.preview = lambda: preview.png(self.stage.main)
        self.store.replugged.connect(self.form.set_catalogue)
        self.own.changed.connect(self._replug)
        self.client.failed.connect(self._engine_failed)
        self.client.lost.connect(lambda *_: self._show_playing(self.client.playing))
        self.client.started.connect(lambda: self._show_playing(self.client.playing))

    def edit(self, changes: dict[str, object], live: bool = False) -> None:
        """A change asked for by any control; a refused one is said, and undone on screen."""
        self._edits.make(changes, live)

    def toggle(self) -> None:
        """Train, or pause."""
        if self.past.playback.direction:
            self.past.playback.play(0)
            return
        self.stage.play(not self.client.playing)
        self._show_playing(self.client.playing)

    def _show_scene(self, new: Scene) -> None:
        seen = on_screen.seen(new, self.client.sampling)
        self.form.set_scene(seen)
        self.marks.show_scene(new)
        self.bottom.show_scene(seen, self.store.catalogue)
        self.toolbar.show_scene(new)
        self.stage.place(new)
        self.central.show_scene(seen, self.store.catalogue)
        self.walk.show_scene(new)
        self.comparing.show_scene(new)
        actions.fit(self.acts, new, *mains.switches(new), self.playing)

    def _show_again(self) -> None:
        """The controls as the scene is, whatever they were asked."""
        self._show_scene(self.store.scene)

    def resting_place(self) -> QWidget:
        return self.stage.main

    def _go_back(self, steps: int) -> None:
        self.texts.first(lambda: self.store.go_back(steps))()

    def _show_undo(self) -> None:
        self.acts["undo"].setEnabled(self.store.can_undo)
        self.acts["redo"].setEnabled(self.store.can_redo)

    def _show_playing(self, on: bool) -> None:
        if on != self.playing:
            self.playing = on
            actions.name_steps(self.acts, self.store.scene, on)
            self.acts["play"].setIcon(
                theme.icon("pause" if on else "play", theme.current(), "on-accent")
            )

    def _show_playback(self) -> None:
        direction = self.past.playback.direction
        self.acts["replay"].setChecked(direction > 0)
        self.acts["replay-back"].setChecked(direction < 0)

    def _drawn(self, shot: Shot, frame: protocol.Frame) -> None:
        last = int(shot.snapshot.metrics["last_step"])
        self.bottom.show_time(shot.snapshot.step, last)
        self.document.trained(frame.progress)
        self.marks.show_frame(shot, frame, self.store.scene)
        device = placed(frame.device, self.client.elsewhere)
        self.toolbar.lamp.show_frame(device, frame.steps_per_s, frame.playing)
        self._show_playing(self.client.playing)
        if self._first:
            self._first = False
            QTimer.singleShot(0, self.ready.emit)
            QTimer.singleShot(0, self.lessons.begin)

    def _adopt_catalogue(self, catalogue: Catalogue) -> tuple[str, ...]:
        """What of the scene could not be kept."""
        same = catalogue == self.store.catalogue
        return () if same else self.store.adopt_catalogue(catalogue)

    def _replug(self) -> None:
        """A person's own files bring something else."""
        self.toolbar.offer_scenes()
        self._show_again()
        self.stage.send()

    def _engine_failed(self, problem: Problem, generation: int) -> None:
        self._show_playing(False)
        if generation == self.client.generation:
            self._scene_refused()
        self.banner.tell(problem.message, "warn" if problem.kind == "user" else "bad")

    def _scene_refused(self) -> None:
        # The engine still has one before, shown or not; without it, any device is better than none.
        before = self.stage.asked.get(self.client.stands, self.stage.accepted)
        if before is not None:
            self.store.withdraw(before)
        elif self.store.scene.run.device != "auto":
            self.edit({"device": "auto"})

    def _dressed(self) -> None:
        self.playing = not self.client.playing
        self._show_playing(self.client.playing)
        self.stage.send()

    def keyPressEvent(self, event: object) -> None:
        if event.key() == Qt.Key.Key_Escape and self.central.enlarged.back():  # type: ignore[attr-defined]
            return
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():  # type: ignore[attr-defined]
            self.looks.present()
            return
        super().keyPressEvent(event)  # type: ignore[arg-type]

    def _adopt_lane(self, key: str) -> None:
        if not self.texts.take():
            return
        self.stage.adopt_lane(key)
        self._show_playing(False)

    def _choose_scene(self, name: str) -> None:
        self.toolbar.show_scene(self.store.scene)
        try:
            scene = library.scene(name, self.store.catalogue)
        except UserError as error:
            self.banner.tell(str(error))
            return
        said = f"to “{scene.title.partition(' · ')[0]}”"
        if not self.lessons.show_scene(scene, said):
            self.document.begin(scene, said)

    def _say_missing(self) -> None:
        if said := missing(self.store.scene):
            self.banner.tell(f"{said}.")
