"""Three dimensions: how the landscape stands, and from where it is looked at."""

from __future__ import annotations

from typing import Annotated

from ebmviz.core.params import Affects, choice, real, reals
from ebmviz.core.view.bounds import PLANE

FLAT = "2-D"
"""The dimension that is the plane itself."""
ZOOM = (0.25, 40.0)
"""The least and the largest zoom."""
FAR = 4.0
"""How far the middle of the picture may be moved, in half sides of the floor."""

Dimension = Annotated[
    str,
    choice(
        "Landscape",
        {FLAT: "2-D", "surface": "3-D, surface", "3-D": "3-D, isolines or all x"},
        affects=Affects.VIEW,
        hidden=True,
    ),
]

Azimuth = Annotated[
    float,
    real("Azimuth", affects=Affects.DRAW, low=-360, high=360, unit="°", hidden=True),
]

Elevation = Annotated[
    float,
    real("Elevation", affects=Affects.DRAW, low=0, high=90, unit="°", hidden=True),
]

Zoom = Annotated[
    float,
    real(
        "Zoom", when=PLANE, affects=Affects.DRAW, low=ZOOM[0], high=ZOOM[1], log=True, hidden=True
    ),
]

Centre = Annotated[
    tuple[float, ...],
    reals(
        "Centre",
        help="The point of the picture in the middle, in half sides of the floor",
        affects=Affects.DRAW,
        when=PLANE,
        size=2,
        low=-FAR,
        high=FAR,
        hidden=True,
    ),
]

Exaggeration = Annotated[
    float,
    real(
        "Exaggeration",
        help="Stretches the heights of the landscape in 3-D: at 1 the colour range is 0.4 of the"
        " longer side of the window high, the stack of isolines 0.75",
        affects=Affects.DRAW,
        low=0.01,
        high=100,
        slider=(0.1, 10),
        log=True,
        when=(*PLANE, "view.dimension=surface|view.dimension=3-D"),
        unless=("conditional", "decoder", "view.dimension=3-D"),
    ),
]
