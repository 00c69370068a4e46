"""Hostile files that only a window reads: settings, pictures of points, what a crash has left."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QDataStream, QLoggingCategory, QSettings

from ebmviz.core.errors import UserError
from ebmviz.ui.app import application
from ebmviz.ui.hands import picture
from ebmviz.ui.settings import ASIDE, ready, wrapped
from tests.benchmarks.fuzz.targets import target_of
from tests.benchmarks.fuzz.targets.settings import escaped
from tests.benchmarks.fuzz.tried import case, tried
from tests.benchmarks.fuzz.watch import Watch
from tests.core.sessions import PNG

RUN: list[str] = []


class Boom:
    def __reduce__(self) -> tuple[object, ...]:
        return RUN.append, ("run",)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Where the file of settings is, which nobody has read yet."""
    scope = QSettings.Scope.UserScope
    before = Path(QSettings().fileName()).parents[1]
    QSettings.setPath(QSettings.Format.NativeFormat, scope, str(tmp_path))
    path = Path(QSettings().fileName())
    path.parent.mkdir(parents=True, exist_ok=True)
    yield path
    QSettings.setPath(QSettings.Format.NativeFormat, scope, str(before))


@pytest.mark.parametrize("name", ["densities", "autosaves"])
def test_hostile_files_are_taken_or_refused(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    application()
    QLoggingCategory.setFilterRules("qt.gui.imageio*=false")  # Qt says of each what is wrong
    request.addfinalizer(lambda: QLoggingCategory.setFilterRules(""))
    target, watch, wrong = target_of(name, tmp_path), Watch(tmp_path), []
    for number in range(-20, 60):
        found = tried(target, case(target, 1, number), watch, 1 << 60, seconds=0)
        if number >= 0 and found.fault:
            wrong.append(f"{name} --seed 1 --only {number}: {found.fault}")
    assert wrong == []


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_no_pickle_in_settings_or_in_what_is_dropped_is_run(protocol: int, place: Path) -> None:
    application()
    bomb = wrapped(pickle.dumps(Boom(), protocol))
    place.write_text(f"[General]\nx=@Variant({escaped(bomb)})\ntheme=dark\n")
    assert QSettings().value("x") is None  # read before anybody has looked
    assert QSettings().value("theme") == "dark"
    stream = QDataStream(QByteArray(bomb))
    stream.setVersion(7)
    assert stream.readQVariant() is None
    assert RUN == []
    assert pickle.loads(pickle.dumps(3)) == 3  # for others it is what it was


@pytest.mark.parametrize(
    "value",
    [
        "@Variant(\\0\\0\\0\\x1)",
        '"@Var""iant(\\0\\0\\0\\x1)"',
        "\\x40Variant(\\0)",
        "@\\x56\\141riant(\\0)",
        "@DateTime(\\0)",
        "dark\n[a]\nb=x, @Variant(\\0\\0\\0\\t\\xff\\xff\\xff\\xff)",
        "a" * (1 << 20),
    ],
)
def test_settings_that_are_none_of_ours_are_set_aside(value: str, place: Path) -> None:
    place.write_text(f"[General]\ntheme={value}\n")
    ready()
    assert not place.exists()
    assert place.with_name(place.name + ASIDE).exists()
    assert QSettings().value("theme", "none") == "none"


def test_our_own_settings_stay(place: Path) -> None:
    kept = {"a": [], "b": ["x", "y, z"], "c": 2.5, "d": QByteArray(b"\0\xff@Variant"), "e": "ü (x)"}
    written = QSettings()
    for key, value in kept.items():
        written.setValue(key, value)
    written.sync()
    before = place.read_bytes()
    ready()
    assert place.read_bytes() == before


def test_a_drawing_is_no_picture_of_points(tmp_path: Path) -> None:
    """Qt would load what it names."""
    (tmp_path / "secret.png").write_bytes(PNG)
    path = tmp_path / "a.png"
    named = '<image href="secret.png" width="9" height="9"/>'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{named}</svg>'
    for data in (drawing.encode(), b"GIF89a", b"RIFF\0\0\0\0WEBP", b"", b"P5 1 1 255\n\0"):
        path.write_bytes(data)
        with pytest.raises(UserError, match="neither PNG nor JPEG"):
            picture.read(path)
    path.write_bytes(PNG)
    assert picture.read(path).width() == 1
