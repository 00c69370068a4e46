"""A figure of an experiment, to begin with: copy it to ebmviz/figures/, beside experiment.py.

Works here as it stands; rename the file and the figure, then draw something else.
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Bars, Plot, Rule
from ebmviz.figures.base.figure import Shot, live

_AT = np.array([0.5])


def draw(shot: Shot) -> Plot:
    """How many needles have crossed a line, beside 2l/π of all that have fallen."""
    a = shot.snapshot.arrays
    length = float(str(shot.scene["experiment.length"]))
    fallen = float(a["needle_fallen"][0])
    expected = 2 * length / np.pi * fallen
    return Plot(
        title="Needles across a line",
        x=Axis("", 0.0, 1.0),
        y=Axis("needles", 0.0, 1.2 * max(1.0, fallen), whole=True),
        layers=(
            Bars(_AT, a["needle_crossed"], 0.4, "energy"),
            Rule(expected, "y", "data", "2l/π of all"),
        ),
    )


# `when` names the experiment's `shows`; says: the sentence below it, in the map's place.
FIGURE = live(
    *("needle", "Needles", ("needle",), draw),
    when=("main:needle",),
    says="needles that cross a line, of all that have fallen",
)
