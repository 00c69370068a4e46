"""A surface leaves the window as a picture with lines over it, the same that is on the screen."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image as Picture

from ebmviz.core.plot import Axis, Curve, Plot, Surface
from ebmviz.core.relief import Camera, render
from ebmviz.export import job
from ebmviz.export.render import render as export

AT = np.linspace(0, 1, 24, dtype=np.float32)
HEIGHTS = (AT * AT[:, None]).astype(np.float32)
ENDS = (-2.0, 2.0), (-1.0, 3.0)
CAMERA = Camera(-60.0, 40.0, 0.8, (1.0, 1.0))
GROUND = Surface(HEIGHTS, CAMERA, 2 * HEIGHTS, *ENDS, 0.0, 2.0, "viridis", bar="F_β")
LINE = Curve(np.array([-0.5, 0.5]), np.array([0.3, 0.4]), "cut", label="cut")
PLOT = Plot(
    "Free energy",
    Axis("", -1.6, 1.6, visible=False),
    Axis("", -1.2, 1.8, visible=False),
    (GROUND, LINE),
    equal=True,
)


def test_it_is_packed_for_the_process_that_draws() -> None:
    found = job.decode(job.encode(job.Job(PLOT, "png")))
    assert isinstance(found.figure, Plot)
    ground = found.figure.layers[0]
    assert isinstance(ground, Surface)
    assert ground.camera == GROUND.camera
    assert np.array_equal(ground.heights, HEIGHTS)
    assert np.array_equal(ground.paint, GROUND.paint)


def test_the_picture_has_the_colours_of_the_screen_and_the_lines_stay_lines() -> None:
    shown = np.asarray(Picture.open(io.BytesIO(export(PLOT, "png"))).convert("RGB"))[::3, ::3]
    pixels = render(HEIGHTS, GROUND.paint, "viridis", GROUND.camera, (200, 200), "light")
    table = pixels.view(np.uint8).reshape(-1, 4)
    for colour in table[table[:, 3] > 0][:: len(table) // 10, :3].astype(int):
        assert (np.abs(shown.astype(int) - colour).max(2) <= 6).any(), colour
    svg = export(PLOT, "svg")
    assert svg.count(b"<image") == 2, "it and the colour bar; lines are lines"
