"""What is laid over the map: pulls, wrong answers, descents, minima."""

from __future__ import annotations

from typing import Annotated

from ebmviz.core.params import Affects, choice, flag, integer, real, reals
from ebmviz.core.view.bounds import MAP, PLACE, PLANE, PULLED, TRAINED

Arrows = Annotated[
    str,
    choice(
        "Arrows",
        {
            "off": "Off",
            "data": "Pull of the data",
            "probe": "Pull of the probe",
            "descent": "Descent −∇F",
            "ascent": "Ascent +∇F",
        },
        help="Pulls lead from manifold points to what attracts them, weighted by P(z|y):"
        " the data at training β, the probe at view β",
        affects=Affects.VIEW,
        when=PLANE,
        requires={
            "data": {
                "decoder|reconstructs|takes:views": PULLED["decoder|reconstructs"],
                "takes:points|takes:views": "each datum pulls on the manifold of its own x",
                **TRAINED,
            },
            "probe": PULLED,
        },
    ),
]

Negatives = Annotated[
    bool,
    flag(
        "Negatives ŷ",
        help="Draw those of the next batch",
        affects=Affects.VIEW,
        when=(
            MAP,
            "continuous|joint",
            "objective.negatives=offending|objective.negatives=uniform"
            "|objective.negatives=noise|objective.negatives=grid|sampled",
        ),
    ),
]

Inference = Annotated[
    str,
    choice(
        "Inference of ŷ",
        {"off": "Off", "gradient": "Gradient descent", "lbfgs": "L-BFGS"},
        help="Descents from the probe and from random starts, beside the exhaustive minimum:"
        " red ones end in a wrong minimum",
        affects=Affects.VIEW,
        when=("continuous",),
    ),
]

Starts = Annotated[
    int,
    integer(
        "Random starts",
        help="Number of descents beside the one from the probe",
        affects=Affects.VIEW,
        low=0,
        high=64,
        slider=(0, 32),
        when=("continuous", "view.inference=gradient|view.inference=lbfgs"),
    ),
]

DRAWN = 32
"""Starts that are drawn, at most."""

Drawn = Annotated[
    tuple[float, ...],
    reals(
        "Drawn starts",
        help="Descents begin there as well: y₁, y₂ of each, at most 32",
        affects=Affects.VIEW,
        hidden=True,
        empty=True,
        low=-PLACE,
        high=PLACE,
        when=("continuous", "view.inference=gradient|view.inference=lbfgs"),
    ),
]

Over = Annotated[
    str,
    choice(
        "Descend over",
        {"y": "y, by F_β(y)", "yz": "y and z, by E(y, z)"},
        affects=Affects.VIEW,
        when=("decoder", "latent-1d", "view.inference=gradient|view.inference=lbfgs"),
    ),
]

Topology = Annotated[
    str,
    choice(
        "Minima",
        {"off": "Off", "minima": "Minima and saddles", "basins": "With basins"},
        help="Minima of the map, the saddles (lowest passes) between them, and their basins;"
        " followed while training and while β moves",
        affects=Affects.VIEW,
        when=("plane:y|plane:x|plane:xy",),
    ),
]

Depth = Annotated[
    float,
    real(
        "Least depth",
        help="Minima do not count whose barrier, the lowest way out, is less than this share of"
        " the colour range",
        affects=Affects.VIEW,
        low=0,
        high=1,
        slider=(1e-4, 0.3),
        log=True,
        when=("plane:y|plane:x|plane:xy", "view.topology=minima|view.topology=basins"),
    ),
]
