"""Places on the map that are looked at closely: a cut, a probe, the latent under it."""

from __future__ import annotations

import math
from typing import Annotated

from ebmviz.core.params import Affects, real, reals
from ebmviz.core.view.bounds import MAP, PLANE, places

Cut = Annotated[
    tuple[float, ...],
    places("Cut", "Ends of the line of the cross-section: y₁, y₂, y₁, y₂", 4),
]

Section = Annotated[
    tuple[float, ...],
    reals(
        "Section β",
        help="The β of the curves in the cross-section, beside the view's own",
        affects=Affects.VIEW,
        when=(*PLANE, MAP, "latent|discrete"),
        low=0,
        inf=True,
    ),
]

Probe = Annotated[
    tuple[float, ...],
    places("Probe", "The point y′ under the latent lens", 2, symbol="y′"),
]

Latent = Annotated[
    float,
    real(
        "Initial latent",
        symbol="z̃",
        help="Where the descent of E(y′, z) over z starts",
        hidden=True,
        when=("latent-1d",),
        affects=Affects.VIEW,
        low=-100,
        high=100,
        slider=(0.0, 2 * math.pi),
    ),
]
