"""The map: what it shows of the plane, and in which colours."""

from __future__ import annotations

from typing import Annotated

from ebmviz.core.params import Affects, choice, flag, integer, real, reals
from ebmviz.core.view.bounds import DENSITY, MAP, PLACE, PLANE, TRAINED, places

Resolution = Annotated[
    int,
    integer(
        "Resolution",
        help="Cells of the map along each axis",
        affects=Affects.VIEW,
        when=PLANE,
        low=16,
        high=2048,
        slider=(64, 1024),
        unit="cells",
    ),
]

Window = Annotated[
    tuple[float, ...],
    places("Window", "Left, right, bottom and top of the map", 4),
]

X = Annotated[
    float,
    real(
        "Condition",
        symbol="x",
        help="The x whose landscape over y is drawn",
        hidden=True,
        affects=Affects.VIEW,
        low=-PLACE,
        high=PLACE,
        slider=(0.0, 1.0),
        when=("conditional",),
    ),
]

Answer = Annotated[
    int,
    integer(
        "Answer",
        symbol="k",
        help="Whose energy the map shows: E(x, k) of the class k; −1 is F_β(x) of all classes",
        affects=Affects.VIEW,
        low=-1,
        high=63,
        slider=(-1, 7),
        when=("discrete",),
    ),
]

Reach = Annotated[
    float,
    real(
        "Box of Z",
        help="How far the box over which P is normalised goes beyond the data, on each side, as"
        " a fraction of their range; zooming the map does not change it",
        affects=Affects.VIEW,
        low=0,
        high=100,
        slider=(0.0, 2.0),
        when=(f"joint|{DENSITY}|view.picture=push|view.picture=push-one",),
    ),
]

Levels = Annotated[
    tuple[float, ...],
    reals(
        "Colour range",
        help="Energies at the two ends of the colour bar; above the map's minimum where the"
        " loss depends on differences of energies only",
        affects=Affects.VIEW,
        when=(*PLANE, "view.follow=false|view.lab=true"),
        size=2,
        low=-1e12,
        high=1e12,
    ),
]

Follow = Annotated[
    bool,
    flag(
        "Auto range",
        help="Let the colour range follow the map: it changes once the map has left it",
        affects=Affects.DRAW,
        when=(*PLANE, MAP),
    ),
]

Contours = Annotated[
    int,
    integer(
        "Contours",
        help="Isolines drawn between the ends of the colour range",
        affects=Affects.VIEW,
        when=(*PLANE, MAP),
        low=0,
        high=40,
        slider=(0, 40),
    ),
]

Colormap = Annotated[
    str,
    choice(
        "Colours",
        {
            "viridis": "Viridis",
            "cividis": "Cividis",
            "magma": "Magma",
            "cold-warm": "Cold–warm, lecture",
        },
        affects=Affects.DRAW,
        when=PLANE,
    ),
]

Picture = Annotated[
    str,
    choice(
        "Map shows",
        {
            "energy": "Energy",
            "push": "Push and pull",
            "push-one": "Push of one datum",
            "probability": "Probability P",
            "variational": "Variational F̃",
            "chains": "Density of the chains",
        },
        help="Push and pull: by how much the next update changes F everywhere; blue is pushed"
        " down, red pushed up. Of one datum: the one at the probe. P: exp(−βF)/Z, exactly."
        " F̃: what the encoder’s q(z|y) makes of F, where there is an encoder",
        affects=Affects.VIEW,
        when=(*PLANE, MAP),
        requires={
            "push": TRAINED,
            "push-one": TRAINED,
            "probability": {"plane:y|joint": "its exp(−βF) is no density over the plane"},
            "variational": {"encodes": "it has no encoder q(z|y)"},
            "chains": {"chains": "no chains walk over its plane"},
        },
    ),
]
