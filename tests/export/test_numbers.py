"""The numbers of a figure in a file: those that were drawn."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from ebmviz.core.errors import UserError
from ebmviz.core.plot import (
    Axis,
    Bars,
    Curve,
    Image,
    Note,
    Plot,
    Points,
    Segments,
    Sheet,
    Surface,
)
from ebmviz.core.relief import Camera
from ebmviz.export.render import render

VALUES = np.arange(6.0, dtype=np.float32).reshape(2, 3) / 7
LINE = np.array([0.0, np.nan, 1 / 3])
PLOT = Plot(
    "Free energy · F_β(y)",
    Axis("y_1"),
    Axis("y_2 [m]"),
    (
        Image(VALUES, (-1.0, 1.0), (10.0, 20.0), 0.0, 1.0, "viridis", bar="F_β"),
        Curve(LINE, 2 * LINE, "cut", label="cut, dashed"),
        Points(np.array([5.0]), np.array([6.0]), "data", label="data y"),
        Segments(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), "pull", label="pull"),
        Bars(np.array([1.0, 2.0]), np.array([0.5, 0.25]), 1.0, "loss"),
        Note(0.0, 0.0, "a note"),
    ),
)


def table(figure: Plot | Sheet, about: str = "") -> tuple[list[str], list[dict[str, str]]]:
    """Comments and rows."""
    text = render(figure, "csv", about=about).decode()
    lines = text.splitlines()
    said = [line for line in lines if line.startswith("#")]
    return said, list(csv.DictReader(io.StringIO("\n".join(lines[len(said) :]))))


def test_a_table_has_every_cell_and_point_with_the_names_of_the_axes() -> None:
    said, rows = table(PLOT, "points.csv: 24 points")
    assert said == [
        "# Free energy · Fᵦ(y); values as drawn by ebmviz",
        "# points.csv: 24 points",
        "# plot 1: Free energy · Fᵦ(y); x: y₁; y: y₂ [m]; value: Fᵦ",
    ]
    cells = [row for row in rows if row["layer"] == "1 Fᵦ"]
    assert [(float(c["x"]), float(c["y"])) for c in cells] == [
        *((-1, 10), (0, 10), (1, 10), (-1, 20), (0, 20), (1, 20))
    ]
    found = np.array([float(c["value"]) for c in cells], np.float32)
    assert np.array_equal(found, VALUES.ravel())  # nine digits are a float32
    line = [row for row in rows if row["layer"] == "2 cut, dashed"]
    assert [row["y"] for row in line] == ["0", "nan", "0.666666667"]
    (pull,) = (row for row in rows if row["layer"] == "4 pull")
    assert [pull[k] for k in ("x", "y", "value", "x_end", "y_end")] == ["1", "2", "", "3", "4"]
    assert [row["y"] for row in rows if row["layer"] == "5 bars"] == ["0.5", "0.25"]
    assert not any("note" in row["layer"] for row in rows)


def test_arrays_are_the_same_to_the_bit_and_need_no_pickle() -> None:
    data = render(PLOT, "npz")
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        assert np.array_equal(found["1/1/value"], VALUES)
        assert found["1/1/x"].tolist() == [-1, 0, 1]
        assert np.array_equal(found["1/2/y"], 2 * LINE, equal_nan=True)
        assert "y₂ [m]" in found["about"][1]
        assert found["about"][3] == "1/2: cut, dashed"
    assert render(PLOT, "npz") == data


def test_a_surface_has_the_numbers_of_its_map_and_says_of_what_the_others_are() -> None:
    camera = Camera(-60.0, 40.0, 0.8, (1.0, 1.0))
    ends = (-1.0, 1.0), (10.0, 20.0)
    ground = Surface(VALUES.clip(0.2, 0.5), camera, VALUES, *ends, 0.2, 0.5, "viridis", bar="F_β")
    said, rows = table(Plot("In space", Axis(""), Axis(""), (ground, PLOT.layers[1])))
    assert said[1].endswith("; value: Fᵦ")
    assert "as the camera sees them" in said[2]
    cells = [row for row in rows if row["layer"] == "1 Fᵦ"]
    flat = [row for row in table(PLOT)[1] if row["layer"] == "1 Fᵦ"]
    assert cells == flat, "also where the surface is cut off at the ends of its colours"
    assert not any("camera" in line for line in table(PLOT)[0])


def test_plots_of_a_sheet_are_numbered() -> None:
    said, rows = table(Sheet("Two", ((PLOT,), (PLOT,))))
    assert len(said) == 3
    assert {row["plot"] for row in rows} == {"1", "2"}


def test_a_figure_without_numbers_says_so() -> None:
    blank = Plot("Words", Axis(""), Axis(""), (Note(0.0, 0.0, "a"),))
    with pytest.raises(UserError, match="neither curves nor maps"):
        render(blank, "csv")
