"""A picture is drawn by another process from an order of bytes: the same picture."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from ebmviz.core.errors import UserError
from ebmviz.core.plot import Axis, Bars, Curve, Image, Note, Plot, Points, Rule, Segments, Sheet
from ebmviz.export import job
from ebmviz.export.job import Job
from ebmviz.export.render import render
from ebmviz.files.export.embed import extract
from tests.slow import slow

LINE = np.linspace(0, 1, 5, dtype=np.float32)
PLOT = Plot(
    "F_β(y) & <b>",
    Axis("y_1", 0.0, 1.0),
    Axis("y_2", low=np.float32(0.5), high=np.float64(2)),  # type: ignore[arg-type]
    (
        Image(np.eye(4, dtype=np.float32)[::2], (0, 1), (0, 1), 0.0, 1.0, "viridis", bar="F"),
        Curve(LINE, np.where(LINE > 0.5, np.nan, LINE), "energy", label="line", dash="dash"),
        Segments(np.zeros((0, 2)), np.zeros((0, 2)), "pull"),
        Points(LINE, LINE, "data", label="y", values=LINE[::-1], marker="star"),
        Bars(np.arange(3), np.array([1.0, 2.0, 3.0]), 0.2, "latent"),
        Note(0.5, 0.5, "ž"),
        Rule(0.25, "x", "cut"),
    ),
    caption="words",
)
SHEET = Sheet("Two", ((PLOT, PLOT),), caption="below")


@pytest.mark.parametrize("figure", [PLOT, SHEET], ids=["plot", "sheet"])
@pytest.mark.parametrize("format", [slow("png"), "svg", slow("pdf")])
def test_an_order_gives_the_same_picture(figure: Plot | Sheet, format: str) -> None:
    back = job.decode(job.encode(Job(figure, format, "dark", b"session")))
    assert (type(back.figure), back.format, back.theme) == (type(figure), format, "dark")
    assert back.session == b"session"
    assert render(back.figure, format, "dark") == render(figure, format, "dark")


def test_arrays_come_back_as_they_were() -> None:
    back = job.decode(job.encode(Job(PLOT, "png"))).figure
    assert isinstance(back, Plot)
    image, curve, empty = back.layers[:3]
    assert isinstance(image, Image)
    assert isinstance(curve, Curve)
    assert isinstance(empty, Segments)
    assert image.values.dtype == np.float32
    assert np.array_equal(image.values, np.eye(4)[::2])
    given = PLOT.layers[1]
    assert isinstance(given, Curve)
    assert np.array_equal(curve.y, given.y, equal_nan=True)
    assert empty.start.shape == (0, 2)


@pytest.mark.parametrize("data", [b"", b"\x80", b"PK\x03\x04", job.encode(Job(PLOT, "png"))[:-9]])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(UserError, match="order"):
        job.decode(data)


def made(order: bytes) -> tuple[int, bytes, str]:
    """What a process makes of an order, its stdin open to the end."""
    words = [sys.executable, "-P", "-m", "ebmviz.export"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(job.send(order))
        process.stdin.flush()
        picture, said = process.stdout.read(), process.stderr.read().decode()
        return process.wait(120), picture, said


def test_the_process_gives_the_picture_or_a_sentence() -> None:
    status, picture, said = made(job.encode(Job(PLOT, "svg", session=b"inside")))
    assert (status, said) == (0, "")
    assert extract(picture) == b"inside"
    status, picture, said = made(job.encode(Job(PLOT, "bmp")))
    assert (status, picture) == (1, b"")
    assert said.startswith("“bmp” is not a format of figures")
    status, picture, said = made(b"nonsense")
    assert (status, picture) == (1, b"")
    assert len(said.splitlines()) == 1
