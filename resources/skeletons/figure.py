"""A figure, to begin with: copy it to ebmviz/figures/, and measure.py to ebmviz/engine/measures/.

Works here as it stands; rename the file and the figure, then draw something else. What is drawn is
a value: the window and the exported file show the same.
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Axis, Bars, Plot, Rule
from ebmviz.figures.base.figure import PLANE, Shot, live
from ebmviz.figures.words import level, text

_BINS = 24


def draw(shot: Shot) -> Plot:
    """How the energies of the data are spread, and their mean."""
    symbol = text.map_symbol(shot.scene)  # "E", or "F_β" where there is a latent variable
    every = shot.snapshot.arrays["data_energies"].astype(float) - level.of(shot, "data_energies")
    energies = every[np.isfinite(every)]  # after a divergence there may be none
    count, edges = np.histogram(energies, _BINS)
    width = float(edges[1] - edges[0])
    mean = float(energies.mean()) if len(energies) else 0.0
    return Plot(
        title=f"Energies of {len(energies)} of {len(every)} data",
        x=Axis(level.named(shot, symbol), float(edges[0]), float(edges[-1])),
        y=Axis("data", 0.0, 1.15 * max(1.0, float(count.max())), whole=True),
        layers=(
            # Colours are roles of core/palette.py, so that they suit every theme.
            Bars(edges[:-1] + width / 2, count, 0.9 * width, "energy"),
            Rule(mean, "x", "data", f"mean {text.number(mean, 3)}"),
        ),
    )


# name, title, what the engine has to measure, what draws it, which scenes have it.
FIGURE = live("data-energies", "Energies of the data", ("data-energies",), draw, PLANE, order=1000)
