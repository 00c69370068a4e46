"""What is done to the stops of the session; each is one entry of the history."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Signal

from ebmviz.core.errors import UserError
from ebmviz.core.lesson import text
from ebmviz.core.lesson.prose import named
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.lesson.states import stop_of, taken_again
from ebmviz.core.lesson.stop import MOST, NAME, Lesson, Stop, Way
from ebmviz.core.outside import clean
from ebmviz.core.scene import replace
from ebmviz.core.view import bookmarks
from ebmviz.core.view.bookmarks import Bookmark
from ebmviz.ui.lesson.travel import Travel
from ebmviz.ui.session.store import Store

_TITLE = "Lesson"


class Stops(QObject):
    """Edits the lesson. refused(sentence): in vain; added(index): there is another; taken(index):
    it has the state on the screen.
    """

    refused = Signal(str)
    added = Signal(int)
    taken = Signal(int)

    def __init__(
        self,
        store: Store,
        travel: Travel,
        picture: Callable[[], bytes],
        walk: Callable[[], bool],
    ) -> None:
        """picture: of what is on the screen, as a stop keeps it. walk: whether chains do."""
        super().__init__()
        self._store, self._travel, self._picture, self._walk = store, travel, picture, walk

    @property
    def lesson(self) -> Lesson:
        """It, as it is."""
        return self._store.lesson.lesson

    def add(self) -> None:
        """The present state as a stop, after the one that was gone to."""
        lesson, state = self.lesson, self._store.lesson
        if len(lesson.stops) >= MOST:
            self.refused.emit(f"There are {MOST} stops, which is the most.")
            return
        index = len(lesson.stops) if state.at is None else state.at + 1
        stop = self._present(self._next)
        if stop is None:
            return
        new = state.told(self._titled.with_one(index, stop), index)
        self._store.teach(self._here(new), f"added the stop “{named(stop.name)}”")
        self.added.emit(index)
        self.taken.emit(index)

    def keep(self, mark: Bookmark) -> None:
        """A bookmark becomes a stop: the scene as it is now, at that step of the run."""
        scene, state, catalogue = self._store.scene, self._store.lesson, self._store.catalogue
        stop = self._present(mark.name or self._next, mark.step)
        if stop is None or len(state.lesson.stops) >= MOST:
            return
        line = bookmarks.without(scene.view.bookmarks, mark.step)
        lesson = self._titled.with_one(len(state.lesson.stops), stop)
        new = replace(scene, {"view.bookmarks": line}, catalogue)
        told = state.told(lesson, state.at)
        self._store.take(new, told, f"made the bookmark “{named(stop.name)}” a stop", anew=False)

    def update(self, index: int) -> None:
        """A stop takes the present state; what it says stays."""
        old = self.lesson.stops[index]
        if new := self._present(old.name):
            lesson = self.lesson.changed(index, taken_again(old, new))
            state = self._store.lesson.told(lesson, index)
            self._store.teach(self._here(state), f"updated the stop “{named(old.name)}”")
            self.taken.emit(index)

    def duplicate(self, index: int) -> None:
        """The same once more, after it."""
        old = self.lesson.stops[index]
        if len(self.lesson.stops) < MOST:
            lesson = self.lesson.with_one(index + 1, old)
            self._tell(
                lesson, _after(self._at, index + 1), f"duplicated the stop “{named(old.name)}”"
            )
            self.added.emit(index + 1)

    def delete(self, index: int) -> None:
        """It goes; the state on the screen stays."""
        at, old = self._at, self.lesson.stops[index]
        kept = None if at is None or at == index else at - (at > index)
        self._tell(self.lesson.without(index), kept, f"deleted the stop “{named(old.name)}”")

    def move(self, index: int, to: int) -> None:
        """To another place, where it then has the index `to`."""
        if to == index or not 0 <= to < len(self.lesson.stops):
            return
        at, old = self._at, self.lesson.stops[index]
        if at == index:
            at = to
        elif at is not None:
            at = _after(at - (at > index), to)
        self._tell(self.lesson.moved(index, to), at, f"moved the stop “{named(old.name)}”")

    def rename(self, index: int, name: str) -> None:
        """An empty name is refused."""
        old = self.lesson.stops[index]
        name = clean(name.strip(), NAME)
        if name and name != old.name:
            self._put(
                index, msgspec.structs.replace(old, name=name), f"named a stop “{named(name)}”"
            )

    def say(self, index: int, said: str) -> None:
        """Another text: of what is seen or asked, the answer after ***, notes after >."""
        old = self.lesson.stops[index]
        if said.strip() == text.body(old):
            return
        try:
            new = text.with_body(old, said)
        except UserError as error:
            self.refused.emit(f"“{named(old.name)}”: {error}.")
            return
        self._put(index, new, f"edited the text of “{named(old.name)}”")

    def reach(self, index: int, way: Way, seconds: float) -> None:
        """By another way, in so many seconds."""
        old = self.lesson.stops[index]
        new = msgspec.structs.replace(old, way=way, seconds=seconds)
        if new != old:
            self._put(index, new, f"changed the way to “{named(old.name)}”")

    @property
    def _next(self) -> str:
        """What another stop is called at first."""
        return f"Stop {len(self.lesson.stops) + 1}"

    @property
    def _titled(self) -> Lesson:
        """The lesson with a title: of the scene, where it has none yet."""
        title = clean(self._store.scene.title.partition(" · ")[0], NAME) or _TITLE
        return msgspec.structs.replace(self.lesson, title=self.lesson.title or title)

    @property
    def _at(self) -> int | None:
        return self._store.lesson.at

    def _put(self, index: int, stop: Stop, name: str) -> None:
        self._tell(self.lesson.changed(index, stop), self._at, name)

    def _tell(self, lesson: Lesson, at: int | None, name: str) -> None:
        self._store.teach(self._store.lesson.told(lesson, at), name)

    def _here(self, state: LessonState) -> LessonState:
        """Its stop is the state on the screen: not revealed."""
        return msgspec.structs.replace(state, revealed=False)

    def _present(self, name: str, step: int | None = None) -> Stop | None:
        """The state on the screen, or of another step; None where that is none of a stop."""
        run = None if self._travel.ground.pure else self._store.runs.current
        step = self._travel.step if step is None else step
        try:
            stop = stop_of(self._store.scene, step, run, self._store.catalogue, name)
            picture = self._picture() if step == self._travel.step else b""
            stop = msgspec.structs.replace(stop, picture=picture, chains=self._walk())
        except UserError as error:
            self.refused.emit(f"There is no stop here: {error}.")
            return None
        return stop


def _after(at: int | None, new: int) -> int | None:
    """An index once another stop stands at `new`."""
    return at if at is None or at < new else at + 1
