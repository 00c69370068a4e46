"""What is saved: each kind of file, as it was, as it is being saved, and how to tell them apart."""

from __future__ import annotations

import functools
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings

from ebmviz.core import library
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.film.look import Look
from ebmviz.core.hands.cloud import Cloud
from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.core.plot import Axis, Plot
from ebmviz.core.samples import POINTS
from ebmviz.core.scene import replace
from ebmviz.export import render
from ebmviz.files import lessons, session
from ebmviz.files.atomic import write_bytes
from ebmviz.files.film.writing import writing
from ebmviz.files.recovery import Recovery
from ebmviz.files.session import Session
from ebmviz.files.session import pack as packed
from ebmviz.ui.hands.data_out import encoded

CATALOGUE = library.shipped_catalogue()
OLD, NEW = 1, 2


class Saved(ABC):
    """folder: of this case alone. either: whether the new may be there where it was refused, for
    the old one is there as well.
    """

    either = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def save(self, version: int) -> None:
        """Save one of two versions. Raises UserError."""

    @abstractmethod
    def found(self) -> int:
        """Which is there, whole: 0 for none. Raises where it is neither."""

    def begin(self) -> None:
        """In the process that is going to save, before anything goes wrong."""
        self.save(OLD)

    def end(self) -> None:  # noqa: B027  (of most, nothing)
        """What the end of its process does."""

    def kept(self, name: str) -> bool:
        """Whether a file of this name belongs there."""
        return name.startswith("a.")


class OneFile(Saved):
    """name: of the file."""

    name = ""

    @property
    def path(self) -> Path:
        return self.folder / self.name

    @abstractmethod
    def content(self, version: int) -> bytes: ...

    def save(self, version: int) -> None:
        write_bytes(self.path, self.content(version))

    def found(self) -> int:
        if not self.path.exists():
            return 0
        there = self.path.read_bytes()
        known = [version for version in (OLD, NEW) if there == self.content(version)]
        if not known:
            raise AssertionError(f"{self.name} is neither the one nor the other")
        return known[0]


@functools.cache
def _session(version: int) -> Session:
    scene = replace(library.scene("ellipse", CATALOGUE), {"view.beta": float(version)}, CATALOGUE)
    weights = {"w": np.full(2, version, np.float32)}
    return Session(scene, Checkpoint(weights))


class SessionFile(OneFile):
    name = "a.ebmviz"

    def content(self, version: int) -> bytes:
        return packed(_session(version))

    def save(self, version: int) -> None:
        session.save(_session(version), self.path, CATALOGUE)


class Picture(OneFile):
    """A figure with its session inside."""

    name = "a.png"

    def content(self, version: int) -> bytes:
        return _picture(version)

    def save(self, version: int) -> None:
        write_bytes(self.path, _picture(version))


@functools.cache
def _picture(version: int) -> bytes:
    plot = Plot(f"{version}", Axis("y"), Axis("F"), ())
    return render.render(plot, "png", session=packed(_session(version)))


class Film(OneFile):
    """What is there while it is made has no name."""

    name = "a.mp4"

    def content(self, version: int) -> bytes:
        return _film(version)

    def save(self, version: int) -> None:
        _write_film(self.path, version)


def _write_film(path: Path, version: int) -> None:
    look = Look(path.suffix[1:], "1:1", 480)
    pictures = [np.full((480, 480, 3), 40 * version + 9 * n, np.uint8) for n in range(3)]
    with writing(path, look, len(pictures), pictures[:1]) as film:
        for picture in pictures:
            film.add(picture, 1)


@functools.cache
def _film(version: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.mp4")
        _write_film(path, version)
        return path.read_bytes()


class LessonFile(OneFile):
    name = "a.md"

    def content(self, version: int) -> bytes:
        return lessons.encoded(_lesson(version))

    def save(self, version: int) -> None:
        lessons.save(_lesson(version), self.path)


def _lesson(version: int) -> Lesson:
    return Lesson(f"{version}", stops=(Stop(f"{version}", "ellipse"),))


class Table(OneFile):
    name = "a.csv"

    def content(self, version: int) -> bytes:
        cloud = Cloud(POINTS, np.full((50, 2), float(version)))
        return encoded(cloud, _session(version).scene, ("y1", "y2"), ".csv")


class Settings(Saved):
    """Qt writes them, and tells nobody when it cannot."""

    def save(self, version: int) -> None:
        settings = QSettings(str(self.folder / "a.conf"), QSettings.Format.IniFormat)
        for key in ("a", "b"):
            settings.setValue(key, version)
        settings.sync()
        if settings.status() != QSettings.Status.NoError:
            raise UserError(str(settings.status()))

    def found(self) -> int:
        path = self.folder / "a.conf"
        if not path.exists():
            return 0
        settings = QSettings(str(path), QSettings.Format.IniFormat)
        values = {int(str(settings.value(key, 0))) for key in ("a", "b")}
        if len(values) != 1 or settings.status() != QSettings.Status.NoError:
            raise AssertionError(f"settings are neither: {values}")
        return values.pop()


class Autosave(Saved):
    """Of a window that has ended, by whatever way."""

    either = True

    def begin(self) -> None:
        self._recovery = Recovery(self.folder)
        self.save(OLD)

    def save(self, version: int) -> None:
        self._recovery.write(packed(_session(version)), None)

    def end(self) -> None:
        if self._recovery._lock:
            self._recovery._lock.release()

    def found(self) -> int:
        left = Recovery(self.folder).orphans()
        if not left:
            return 0
        assert left[0].readable, "what is offered after a crash cannot be read"
        return int(session.load(left[0].path, CATALOGUE).scene.view.beta)

    def kept(self, name: str) -> bool:
        return name.startswith("autosave-")


KINDS: dict[str, type[Saved]] = {
    "session": SessionFile,
    "figure": Picture,
    "film": Film,
    "lesson": LessonFile,
    "table": Table,
    "settings": Settings,
    "autosave": Autosave,
}


def warm(kind: str) -> None:
    """What is read and imported once is no part of a save."""
    with tempfile.TemporaryDirectory(prefix="ebmviz-faults-") as place:
        saved = KINDS[kind](Path(place))
        saved.begin()
        saved.save(NEW)
        saved.found()
