"""`ebmviz film`: its frames are the figures, exactly, as many as were asked for."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from ebmviz.commands.base import headless
from ebmviz.commands.base.film import painters
from ebmviz.core import library
from ebmviz.core.film.look import Look
from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.scene import Scene, replace
from ebmviz.core.snapshot import Array
from ebmviz.engine.model.model import Model
from ebmviz.export.moving import Frame, Said, arranged, page_of, painted
from ebmviz.figures.registry import FIGURES
from ebmviz.files.lessons import save
from ebmviz.files.opening import Opened, open_file
from tests.commands.program import CATALOGUE, Run

SMALL = "--height", "480", "--shape", "1:1"
FAST = "--set", "view.resolution=32"
LOOK = Look("png", "1:1", 480)


def seen(path: Path) -> list[Array]:
    """The pictures of an animated PNG."""
    found = []
    with Image.open(path) as image:
        for i in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(i)
            found.append(np.asarray(image.convert("RGB")))
    return found


def stays(path: Path) -> list[float]:
    """For how many frames each picture stays, at 30 a second."""
    found = []
    with Image.open(path) as image:
        for i in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(i)
            found.append(round(image.info["duration"] * 30 / 1000, 6))
    return found


def drawn(values: list[Plot | Sheet], readings: list[str], shares: list[float]) -> list[Array]:
    """The same frames, from figures that were made one by one."""
    frames = [Frame(*each) for each in zip(values, readings, shares, strict=True)]
    page = arranged(page_of(LOOK.size, "light", [Said()]), frames)
    return [painted(page, frame) for frame in frames]


def figure(changes: dict[str, object], steps: int = 0, of: str = "ellipse") -> Plot | Sheet:
    """What `ebmviz figures` draws."""
    found = replace(library.scene(of, CATALOGUE), changes, CATALOGUE)
    model = headless.engine(Opened(found))
    if steps:
        model.train(steps)
    return measured(model, found)


def measured(model: Model, found: Scene) -> Plot | Sheet:
    """The map of a model as it stands."""
    shown = FIGURES["landscape"]
    return shown.shown((headless.shot(shown, found, model, None),))


def test_frames_of_a_sweep_are_the_figures_made_one_by_one(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    asked = "--over", "view.beta=0.1..10", "--frames", 3
    assert run("film", "ellipse", *asked, *SMALL, *FAST, "-o", path).out.strip() == str(path)
    betas = (0.1, 1.0, 10.0)
    values = [figure({"view.beta": b, "view.resolution": 32}) for b in betas]
    expected = drawn(values, ["β = 0.1000", "β = 1.000", "β = 10.00"], [0, 0.5, 1])
    for read, picture in zip(seen(path), expected, strict=True):
        np.testing.assert_array_equal(read, picture)


@pytest.mark.slow
def test_frames_of_a_training_are_the_figures_of_its_steps(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    run("film", "ellipse", "--steps", "2..8", "--frames", 4, *SMALL, *FAST, "-o", path)
    values = [figure({"view.resolution": 32}, steps) for steps in (2, 4, 6, 8)]
    expected = drawn(values, [f"step {n}" for n in (2, 4, 6, 8)], [0, 1 / 3, 2 / 3, 1])
    for read, picture in zip(seen(path), expected, strict=True):
        np.testing.assert_array_equal(read, picture)


@pytest.mark.slow
def test_where_there_are_fewer_steps_than_frames_each_stays(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    run("film", "ellipse", "--steps", 2, "--frames", 7, *SMALL, *FAST, "-o", path)
    assert stays(path) == [3, 3, 1]


def test_a_session_is_seen_as_it_was_trained(run: Run, tmp_path: Path) -> None:
    """Its record has the weights that it had, also where the rate was another then."""
    session, path, anew = (tmp_path / name for name in ("a.ebmviz", "a.png", "b.png"))
    run("train", "ellipse", "--steps", 4, *FAST, "-o", session)
    run("train", session, "--steps", 4, "--set", "optimizer.lr=0.001", "-o", session)
    run("film", session, "--frames", 3, *SMALL, "-o", path)
    run("film", session, "--frames", 3, *SMALL, "--anew", "-o", anew)
    assert stays(path) == stays(anew) == [1, 1, 1]
    one, two = seen(path), seen(anew)
    np.testing.assert_array_equal(one[0], two[0])
    assert (one[2] != two[2]).any()
    found = open_file(session, CATALOGUE)
    value = headless.draw(FIGURES["landscape"], found, CATALOGUE)
    np.testing.assert_array_equal(one[2], drawn([value], ["step 8"], [1])[0])


@pytest.mark.slow
def test_each_frame_of_a_sweep_can_be_trained(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    asked = "--over", "optimizer.lr=0.01..0.1", "--steps", 5, "--frames", 2
    run("film", "ellipse", *asked, *SMALL, *FAST, "-o", path)
    rates = (0.01, 0.1)
    values = [figure({"optimizer.lr": r, "view.resolution": 32}, 5) for r in rates]
    expected = drawn(values, ["η = 0.01000", "η = 0.1000"], [0, 1])
    for read, picture in zip(seen(path), expected, strict=True):
        np.testing.assert_array_equal(read, picture)


def test_chains_walk_between_frames_while_it_trains(run: Run, tmp_path: Path) -> None:
    """At 45 steps a second and 30 frames, two and one in turn."""
    path, pace = tmp_path / "a.png", {"sampler.pace": 45.0, "view.resolution": 32}
    sets = [word for at, value in pace.items() for word in ("--set", f"{at}={value}")]
    asked = "--steps", "0..3", "--frames", 4, "--chains", "--scale", "own"
    run("film", "unconditional", *asked, *SMALL, *sets, "-o", path)
    found = replace(library.scene("unconditional", CATALOGUE), pace, CATALOGUE)
    model, values = headless.engine(Opened(found)), []
    for trained, walked in ((0, 1), (1, 1), (1, 2), (1, 1)):
        if trained:
            model.train(trained)
        model.sample(walked)
        values.append(measured(model, found))
    expected = drawn(values, [f"step {n}" for n in range(4)], [0, 1 / 3, 2 / 3, 1])
    for read, picture in zip(seen(path), expected, strict=True):
        np.testing.assert_array_equal(read, picture)


def test_the_same_film_is_the_same_bytes_however_many_paint_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painters, "_FEW", 2)  # pictures for each that paints
    moved = "--over", "view.beta", "--frames", 4, "--chains"
    asked = ("film", "unconditional", *moved, *SMALL, *FAST, "--text")
    made = []
    for cores in (1, 2):
        monkeypatch.setattr("os.cpu_count", lambda n=cores: n)
        assert run(*asked, "-o", tmp_path / f"{cores}.mp4").status == 0
        made.append((tmp_path / f"{cores}.mp4").read_bytes())
    assert made[0] == made[1]
    with av.open(tmp_path / "2.mp4") as container:
        assert len([*container.decode(video=0)]) == 4


def test_stops_are_shown_with_the_ways_between_them(run: Run, tmp_path: Path) -> None:
    changes = {"view.resolution": 32}
    stops = (
        Stop(
            "Cold", "ellipse", {**changes, "view.beta": 100.0}, text="The *minimum*, $F_\\infty$."
        ),
        Stop("Warm", "ellipse", {**changes, "view.beta": 1.0}, 3, "morph", 0.1, answer="Softer."),
    )
    lesson, path = tmp_path / "a.md", tmp_path / "a.png"
    save(Lesson("Two", stops=stops), lesson)
    done = run("film", lesson, "--seconds", "0.2", *SMALL, "--text", "-o", path)
    assert (done.status, done.err) == (0, "")
    # A stop, two frames on the way, the question, two on the way to its answer, which is as it is.
    assert stays(path) == [6, 1, 1, 6, 1, 1, 6]
    frames = seen(path)
    assert all(each.shape == (480, 480, 3) for each in frames)
    assert (frames[0] != frames[3]).any()
    session = tmp_path / "a.ebmviz"
    run("train", "ellipse", "--steps", 1, "-o", session)
    none = run("film", session, "--of", "stops", "-o", path)
    assert none.status == 2
    assert "has no stops" in none.sentence


def test_a_training_that_diverges_ends_the_film_and_says_so(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    wild = "--set", "optimizer.lr=1e4"
    done = run(
        "film", "conditional", "--steps", 60, "--frames", 61, *SMALL, *FAST, *wild, "-o", path
    )
    assert done.status == 0
    assert "the film ends before step" in done.err
    assert 1 <= len(seen(path)) < 61


def test_one_scale_holds_over_the_film(run: Run, tmp_path: Path) -> None:
    """A curve that grows does so in axes that stay: the first picture has the same ticks."""
    asked = ("film", "ellipse", "--figure", "loss-curve", "--steps", 20, "--frames", 3, *SMALL)
    frames = {}
    for scale in ("fixed", "own"):
        run(*asked, "--scale", scale, "-o", tmp_path / f"{scale}.png")
        frames[scale] = seen(tmp_path / f"{scale}.png")
    inked = {scale: [where(frame) for frame in found] for scale, found in frames.items()}
    assert inked["fixed"][0] == inked["fixed"][1] == inked["fixed"][2]
    assert inked["own"][0] != inked["own"][2]


def where(frame: Array) -> bytes:
    """The numbers of the axis below."""
    return frame[380:420].tobytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ellipse", "-o", "a.avi"), "a film is a file that ends in .mp4, .gif, .png"),
        (("ellipse", "-o", "a.gif", "--rate", "60"), "at most 50 frames a second"),
        (("ellipse", "-o", "a.mp4", "--height", "481"), "choose an even number"),
        (("ellipse", "-o", "a.mp4", "--of", "sweep"), "a sweep needs --over PATH=a..b"),
        (("ellipse", "-o", "a.mp4", "--over", "view.beta=1..1"), "it is 1 at both ends"),
        (("ellipse", "-o", "a.mp4", "--over", "optimizer.lr"), "it changes the training: say with"),
        (("ellipse", "-o", "a.mp4", "--frames", "0"), "a film has at least one"),
        (("ellipse", "-o", "a.mp4", "--steps", "9..3"), "“9..3” goes backwards"),
        (("ellipse", "-o", "a.mp4", "--seconds", "-1"), "not a number of seconds"),
        (("ellipse", "-o", "a.mp4", "--figure", "nothing"), "is not a figure of this scene"),
        (("information", "-o", "a.mp4"), "has no steps: its film is a sweep"),
        (("ellipse", "-o", "a.mp4", "--of", "stops"), "has no stops"),
        (("training", "-o", "a.mp4", "--set", "seed=1"), "a stop has its own scene"),
        (("probabilities", "-o", "a.mp4", "--chains"), "stops have their own changes"),
        (("dimension", "-o", "a.mp4", "--chains"), "has none that walk over its map"),
        (
            ("unconditional", "-o", "a.mp4", "--over", "optimizer.lr", "--steps", "2", "--chains"),
            "each frame has another model",
        ),
        (("nothing", "-o", "a.mp4"), "is not a built-in scene"),
    ],
)
def test_what_cannot_be_filmed_is_one_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("film", *words)
    assert done.status == 2
    assert said in done.sentence
    assert [*tmp_path.iterdir()] == []


def film(target: Path, **more: Any) -> subprocess.Popen[str]:
    """One that takes a while, and tells how far it is."""
    words = ["film", "ellipse", "--frames", "16", *SMALL, *FAST, "--tell", "-o", str(target)]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "ebmviz", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # What a shell starts in the background ignores it, and so does all that is started there.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **more,
    )


@pytest.mark.parametrize(
    ("by", "after"),
    [(signal.SIGINT, 20), *((signal.SIGKILL, after) for after in (2, 17, 24, 32))],
)
@pytest.mark.slow
def test_whenever_it_is_stopped_nothing_is_left(tmp_path: Path, by: int, after: int) -> None:
    with film(tmp_path / "a.mp4", start_new_session=True) as process:
        assert process.stderr
        while (said := process.stderr.readline()) != f"{after} of 32\n":
            assert said
        process.send_signal(by)
        _, said = process.communicate()
    left = [path.name for path in tmp_path.iterdir()]
    assert left == [] or (after == 32 and left == ["a.mp4"])  # all is written: it may be whole
    if by == signal.SIGINT:
        assert process.returncode == 130
        assert said.endswith("ebmviz: interrupted\n")
