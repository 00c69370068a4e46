"""The settings of the window, as Qt keeps them in a file."""

from __future__ import annotations

import pickle
import shutil
import struct
from pathlib import Path
from random import Random

from PySide6.QtCore import QByteArray, QObject, QSettings
from PySide6.QtWidgets import QWidget

from ebmviz.ui import placement
from ebmviz.ui.app import application, dress
from ebmviz.ui.panel import fold
from ebmviz.ui.presenting.choice import EVERY, Choice
from ebmviz.ui.publish import past_limit
from ebmviz.ui.session import recent, written
from ebmviz.ui.settings import ready, wrapped
from ebmviz.ui.views import columns
from ebmviz.ui.welcome.hints import HINTS, Hints
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import Target

_KEYS = (
    *(
        "geometry",
        "theme",
        "recent",
        "written",
        "stage",
        "figures\\past",
        "columns\\panel",
        "columns",
    ),
    *("folded", "hints", "columns\\side", "%General\\theme", "done"),
)
_MARKS = '@()[]\\,"=;\n%'


class Settings(Target):
    """INI, with Qt's own values in it."""

    name, what = "settings", "settings"
    refuses = ()

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._count = 0
        self._settings()
        self._app = application()
        self._window = QWidget()

    def _settings(self) -> QSettings:
        """Of a person of their own: Qt remembers those of others."""
        self._count += 1
        home = str(self.folder / str(self._count))
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, home)
        self._path = Path(QSettings().fileName())
        self._path.parent.mkdir(parents=True)
        return QSettings()

    def seeds(self) -> list[bytes]:
        kept = self._settings()
        kept.setValue("geometry", self._window.saveGeometry())
        kept.setValue("recent", ["/etc/passwd", "/tmp/a.ebmviz"])
        kept.setValue("written", ["/tmp", "/"])
        kept.setValue("figures/past", 2.5)
        kept.setValue(columns._KEY + "panel", 260.0)
        kept.setValue("theme", "dark")
        kept.setValue("stage", "card-1,time")
        kept.setValue(fold._KEY, "reader,data")
        kept.sync()
        return [self._path.read_bytes()]

    def made(self, dice: Random) -> bytes:
        data = self.good[0]
        if dice.random() < 0.3:
            return mutations.of_bytes(dice, data)
        lines = data.decode("latin-1").split("\n")
        for _ in range(dice.choice((1, 1, 3))):
            at = dice.randrange(1, len(lines))
            key = lines[at].partition("=")[0] or dice.choice(_KEYS)
            lines[at] = f"{key}={_value(dice)}"
        return "\n".join(lines).encode("utf-8", "replace")

    def act(self, data: bytes) -> None:
        self._settings()
        self._path.write_bytes(data)
        try:
            self._read()
        finally:
            shutil.rmtree(self.folder / str(self._count))

    def _read(self) -> None:
        ready()
        settings = QSettings()
        for key in settings.allKeys():
            settings.value(key)
        assert all(isinstance(each, str) for each in recent.paths())
        assert all(isinstance(each, Path) for each in written.folders())
        assert 0 <= past_limit.wanted() <= 1000
        for name in ("panel", "side"):
            assert (found := columns._kept(name)) is None or 0 < found < 1e4
        assert all(isinstance(each, str) for each in fold._kept())
        assert Hints._done() <= {hint.name for hint in HINTS}
        assert Choice(QObject()).names(None, ()) <= EVERY
        if self._count % 50 == 0:  # both take long, and read one value each
            placement.show(self._window)
            self._window.hide()
            dress(self._app)
        kept = settings.value("geometry")
        if isinstance(kept, QByteArray):
            self._window.restoreGeometry(kept)
        assert 0 <= self._window.width() < 10_000


class _Boom:
    def __reduce__(self) -> tuple[object, ...]:
        return print, ("a pickle was run",)


def escaped(data: bytes) -> str:
    """As a file of settings has bytes."""
    return "".join(f"\\x{byte:x}" for byte in data)


def _value(dice: Random) -> str:
    way = dice.randrange(8)
    if way == 0:
        return f"@Variant({escaped(wrapped(pickle.dumps(_Boom(), dice.choice((0, 2, 4)))))})"
    if way == 1:
        kind = struct.pack(">I", dice.choice((*range(70), 127, 1024, 2**31)))
        size = mutations.packed_number(dice, ">L")
        return f"@Variant({escaped(kind + size + dice.randbytes(dice.choice((0, 4, 60))))})"
    if way == 2:
        good = bytes(QWidget().saveGeometry().data()) if dice.random() < 0.3 else dice.randbytes(66)
        return f"@ByteArray({escaped(mutations.of_bytes(dice, good))})"
    if way == 3:
        return dice.choice(
            ("@Rect(1 2 3 4)", "@Size(-1 9)", "@Point(a)", "@Invalid()", "@", "@@", "@Variant(")
        )
    if way == 4:
        return ", ".join(
            ['"' + mutations.said(dice)[:300].replace('"', "") + '"'] * dice.choice((1, 3, 900))
        )
    if way == 5:
        return str(dice.choice(mutations.NUMBERS))
    return mutations.of_text(dice, "dark,card-1", _MARKS).replace("\n", " ")
