"""Stops in a session file: their text, and small pictures of them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from ebmviz.core.lesson import text
from ebmviz.core.lesson.stop import PICTURE, Lesson, Stop
from ebmviz.files import archive, lessons, tensors
from ebmviz.files.session import pack
from tests.core.sessions import members, read, refusal, session

TAUGHT = text.read(Path(__file__).with_name("ellipse.md").read_text("utf-8"))


def pictured(lesson: Lesson = TAUGHT) -> Lesson:
    noise = np.random.default_rng(0).integers(0, 256, PICTURE, np.uint8)
    return lesson.changed(1, msgspec.structs.replace(lesson.stops[1], picture=noise.tobytes()))


@pytest.mark.parametrize("lesson", [TAUGHT, pictured()])
def test_they_come_back_as_they_were(lesson: Lesson) -> None:
    data = pack(session(lesson=lesson))
    assert read(data).lesson == lesson
    assert pack(read(data)) == data
    found = archive.unpack(data, "a")
    assert found["lesson.md"] == lessons.encoded(TAUGHT)
    assert ("stops.safetensors" in found) == (lesson is not TAUGHT)


def test_runs_of_the_session_are_kept_in_it_alone() -> None:
    lesson = pictured(Lesson("a", stops=(Stop("b", "ellipse"), Stop("c", "ellipse", run=2))))
    assert read(pack(session(lesson=lesson))).lesson.stops[1].run == 2
    plain = lesson.nowhere()
    assert [stop.run for stop in plain.stops] == [None, None]
    assert not any(stop.picture for stop in plain.stops)


def test_without_stops_it_is_of_an_earlier_format() -> None:
    assert "lesson.md" not in members()
    assert pack(session(lesson=Lesson("a title alone"))) == pack(session())


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("3", np.zeros(PICTURE, np.uint8)),
        ("-1", np.zeros(PICTURE, np.uint8)),
        ("01", np.zeros(PICTURE, np.uint8)),
        ("0", np.zeros((2, 2, 3), np.uint8)),
        ("0", np.zeros(PICTURE, np.float32)),
    ],
)
def test_what_is_no_picture_of_a_stop_is_refused(name: str, picture: np.ndarray) -> None:
    told = {"lesson.md": lessons.encoded(TAUGHT)}
    bad = archive.pack({**members(), **told, "stops.safetensors": tensors.encode({name: picture})})
    assert f"stops.safetensors: “{name}” is no picture of a stop" in refusal(bad)


def test_a_lesson_that_is_wrong_is_named_with_its_line() -> None:
    bad = archive.pack({**members(), "lesson.md": b'+++\ntitle = "a"\n+++\n## b\n'})
    assert "lesson.md: line 4: the heading of a stop is followed by its state" in refusal(bad)
