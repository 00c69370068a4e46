"""Films as files: what was put in is read back, the same twice; of half a film nothing is left."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from ebmviz.core.errors import UserError
from ebmviz.core.film.look import FORMATS, HEIGHTS, RATES, SHAPES, Look, Size
from ebmviz.core.snapshot import Array
from ebmviz.files import atomic
from ebmviz.files.film import ffmpeg, mp4, writing

COUNT = 7


def pictures(size: Size) -> Iterator[Array]:
    """A square that moves over a gradient."""
    high, wide = size.height, size.width
    ground = np.zeros((high, wide, 3), np.uint8)
    ground[..., 0] = np.linspace(0, 250, wide).astype(np.uint8)
    for i in range(COUNT):
        picture = ground.copy()
        picture[100:200, 50 + 40 * i : 150 + 40 * i] = (20, 200, 40 + 20 * i)
        yield picture


def written(path: Path, look: Look, stays: int = 1) -> Path:
    made = [*pictures(look.size)]
    with writing.writing(path, look, COUNT, made[:: COUNT - 1]) as film:
        for picture in made:
            film.add(picture, stays)
    return path


def frames(path: Path) -> list[Array]:
    with av.open(path) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def looked(path: Path) -> tuple[Any, list[Array], list[float]]:
    """An animation as Pillow reads it: its pictures and how long each stays, in milliseconds."""
    found, pauses = [], []
    with Image.open(path) as image:
        for i in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(i)
            found.append(np.asarray(image.convert("RGB")))
            pauses.append(float(image.info["duration"]))
        return image.size, found, pauses


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_frames_are_the_same_bytes(tmp_path: Path, format: str) -> None:
    look = Look(format, "4:3", 480, 24)
    one, two = (written(tmp_path / f"{n}.{format}", look).read_bytes() for n in (1, 2))
    assert one == two
    assert {path.name for path in tmp_path.iterdir()} == {f"1.{format}", f"2.{format}"}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rate", RATES)
def test_an_mp4_has_the_frames_the_rate_and_the_size(tmp_path: Path, shape: str, rate: int) -> None:
    look = Look("mp4", shape, 480, rate)
    path = written(tmp_path / "a.mp4", look, stays=2)
    with av.open(path) as container:
        (stream,) = container.streams.video
        assert (stream.width, stream.height) == look.size
        assert stream.average_rate == rate
        assert stream.duration is not None
        assert stream.time_base is not None
        seconds = float(stream.duration * stream.time_base)
        assert seconds == pytest.approx(2 * COUNT / rate, abs=0.001)  # as the format tells it
    found = frames(path)
    assert len(found) == 2 * COUNT
    for picture, one, two in zip(pictures(look.size), found[::2], found[1::2], strict=True):
        for read in (one, two):  # but for what the compression takes
            assert np.abs(read.astype(int) - picture).mean() < 3


def test_an_animated_png_is_exact(tmp_path: Path) -> None:
    look = Look("png", "1:1", 480, 60)
    size, found, pauses = looked(written(tmp_path / "a.png", look, stays=3))
    assert size == look.size
    assert pauses == pytest.approx([1000 * 3 / 60] * COUNT)
    for read, picture in zip(found, pictures(look.size), strict=True):
        np.testing.assert_array_equal(read, picture)


def test_a_gif_is_as_long_as_it_should_be(tmp_path: Path) -> None:
    look = Look("gif", "4:3", 480, 24)
    size, found, pauses = looked(written(tmp_path / "a.gif", look))
    assert size == look.size
    assert sum(pauses) == pytest.approx(1000 * COUNT / 24, abs=10)
    assert max(pauses) - min(pauses) <= 10
    for read, picture in zip(found, pictures(look.size), strict=True):
        assert np.abs(read.astype(int) - picture).mean() < 3


@pytest.mark.parametrize("format", ["gif", "png"])
def test_what_does_not_change_takes_no_room(tmp_path: Path, format: str) -> None:
    look = Look(format, "1:1", 480, 30)
    (still, *_) = pictures(look.size)
    with writing.writing(tmp_path / f"a.{format}", look, 3, [still]) as film:
        for _ in range(3):
            film.add(still, 1)
    with writing.writing(tmp_path / f"b.{format}", look, 1, [still]) as film:
        film.add(still, 3)
    one, two = ((tmp_path / f"{name}.{format}").stat().st_size for name in "ab")
    assert one < two + 400
    first, *rest = looked(tmp_path / f"a.{format}")[1]
    assert len(rest) == 2
    assert all((each == first).all() for each in rest)


@pytest.mark.parametrize("format", FORMATS)
def test_what_fails_leaves_what_was_there(tmp_path: Path, format: str) -> None:
    target = tmp_path / f"a.{format}"
    target.write_bytes(b"before")
    look = Look(format, "1:1", 480)
    made = [*pictures(look.size)]

    def half() -> None:
        with writing.writing(target, look, COUNT, made[:1]) as film:
            film.add(made[0], 1)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        half()
    assert target.read_bytes() == b"before"
    assert [*tmp_path.iterdir()] == [target]


def test_without_pyav_ffmpeg_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in its place, which writes down what it was given."""
    fake = tmp_path / "ffmpeg"
    fake.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        "data = sys.stdin.buffer.read()\n"
        "open(sys.argv[-1], 'wb').write(repr((sys.argv[1:-1], len(data))).encode())\n"
    )
    fake.chmod(0o755)
    monkeypatch.setattr(mp4, "_has_av", lambda: False)
    monkeypatch.setattr(ffmpeg, "program", lambda: str(fake))
    look = Look("mp4", "4:3", 480, 60)
    said = written(tmp_path / "a.mp4", look, stays=2).read_text()
    assert "'-s', '640x480', '-r', '60'" in said
    assert f"{2 * COUNT * 640 * 480 * 3})" in said


def test_a_failing_ffmpeg_is_told_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "ffmpeg"
    fake.write_text(
        f"#!{sys.executable}\nimport sys\nprint('Unknown encoder', file=sys.stderr)\nsys.exit(1)\n"
    )
    fake.chmod(0o755)
    monkeypatch.setattr(mp4, "_has_av", lambda: False)
    monkeypatch.setattr(ffmpeg, "program", lambda: str(fake))
    with pytest.raises(UserError, match="ffmpeg could not write the film: Unknown encoder"):
        written(tmp_path / "a.mp4", Look("mp4", "4:3", 480))
    assert not (tmp_path / "a.mp4").exists()


def test_where_nothing_writes_mp4_a_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mp4, "_has_av", lambda: False)
    monkeypatch.setattr(ffmpeg, "program", lambda: None)
    with pytest.raises(UserError, match=r"pip install ebmviz\[video\]"):
        writing.check(Look("mp4"))
    for format in ("gif", "png"):
        writing.check(Look(format))


@pytest.mark.parametrize(
    ("look", "said"),
    [
        (Look("avi"), r"ends in \.mp4, \.gif, \.png"),
        (Look("gif", rate=60), "at most 50 frames a second"),
        (Look(height=1081), "an even number"),
        (Look(height=HEIGHTS[-1] + 2), "480 … 2160"),
    ],
)
def test_what_no_film_can_be(look: Look, said: str) -> None:
    with pytest.raises(UserError, match=said):
        look.check()


def test_every_usual_size_is_even() -> None:
    for shape in SHAPES:
        for height in HEIGHTS:
            size = Look(shape=shape, height=height).size
            assert (size.width % 2, size.height % 2) == (0, 0)
    assert Look().size == (1920, 1080)


SLOW = """
import sys
from ebmviz.files import atomic
with atomic.growing(sys.argv[1]) as file:
    for _ in range(20):
        file.write(bytes(1 << 20))
        print(".", flush=True)
        sys.stdin.readline()
"""


@pytest.mark.parametrize("after", [1, 10, 20])
def test_a_process_that_is_killed_leaves_nothing(tmp_path: Path, after: int) -> None:
    words = [sys.executable, "-P", "-c", SLOW, str(tmp_path / "a.mp4")]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, **pipes) as process:
        assert process.stdin
        assert process.stdout
        for _ in range(after):
            assert process.stdout.readline() == b".\n"
            if _ < after - 1:
                process.stdin.write(b"on\n")
                process.stdin.flush()
        assert [*tmp_path.iterdir()] == []  # nor is anything to be seen before
        process.kill()
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_grows_keeps_what_an_old_one_allowed(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    target.chmod(0o640)
    with atomic.growing(target) as file:
        file.write(b"new and longer")
        file.seek(0)
        file.write(b"NEW")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"NEW and longer"
    assert target.stat().st_mode & 0o777 == 0o640


def test_where_there_are_no_files_without_a_name_it_grows_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "_unnamed", lambda _: -1)
    target = tmp_path / "a.bin"
    with atomic.growing(target) as file:
        file.write(b"whole")
        assert [*tmp_path.iterdir()] == []
    assert target.read_bytes() == b"whole"
    with (
        pytest.raises(UserError, match="could not be saved: there is no such file or folder"),
        atomic.growing(tmp_path / "none" / "a.bin"),
    ):
        pass
