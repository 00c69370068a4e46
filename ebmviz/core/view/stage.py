"""Around the map: β, pace, the lab, the camera, the cards."""

from __future__ import annotations

from typing import Annotated

from ebmviz.core.params import Affects, choice, flag, real, text
from ebmviz.core.view.bounds import BETA_HIGH, BETA_LOW, DENSITY

Beta = Annotated[
    float,
    real(
        "View β",
        symbol="β",
        help="Inverse temperature of the drawn free energy, T = 1/(k_B β): 0 is hot (the mean),"
        " a number warm (the marginal), ∞ cold (the minimum)",
        hidden=True,
        affects=Affects.VIEW,
        low=0,
        slider=(BETA_LOW, BETA_HIGH),
        log=True,
        inf=True,
        thermometer=True,
        when=(f"latent|discrete|{DENSITY}|card=conditional-density",),
    ),
]

Link = Annotated[
    bool,
    flag("Link β", help="Move view β and training β together", hidden=True, affects=Affects.DRAW),
]

Speed = Annotated[
    float,
    real(
        "Speed",
        help="Training steps per second; ∞ is as fast as possible",
        hidden=True,
        affects=Affects.DRAW,
        low=0.1,
        slider=(1, 1000),
        log=True,
        inf=True,
        unit="steps/s",
    ),
]

Lab = Annotated[
    bool,
    flag(
        "Lab",
        help="Train under many values at once, side by side",
        affects=Affects.VIEW,
        hidden=True,
        when=("loss",),
    ),
]

Losses = Annotated[
    str,
    text(
        "Losses of the lab",
        help="Which losses to compare, separated by commas; empty for all that fit",
        affects=Affects.VIEW,
        hidden=True,
    ),
]

Lanes = Annotated[
    str,
    text(
        "Runs of the lab",
        help="What varies in the lab, as PATH=a,b,c, or two such separated by a semicolon;"
        " empty for the losses",
        affects=Affects.VIEW,
        hidden=True,
        high=1000,
    ),
]

LaneScale = Annotated[
    str,
    choice(
        "Colours",
        {"own": "Own", "shared": "Shared"},
        help="Colours of each run from its own lowest energy, or of all on one scale",
        affects=Affects.DRAW,
        hidden=True,
    ),
]

LaneOrder = Annotated[
    str,
    choice(
        "Sort",
        {"given": "As given", "loss": "Loss", "energy": "Mean energy", "gap": "Energy gap"},
        help="Runs in the order given, or the lowest loss, the lowest mean energy of the data"
        " or the largest energy gap first",
        affects=Affects.DRAW,
        hidden=True,
    ),
]

Lane = Annotated[
    str,
    text(
        "Run shown alone",
        help="The run that fills the lab, by its key; empty for all",
        affects=Affects.VIEW,
        hidden=True,
        high=1000,
    ),
]

Hidden = Annotated[
    str,
    text(
        "Hidden",
        help="Layers of the map and entries of legends that are not drawn, separated by commas",
        affects=Affects.DRAW,
        hidden=True,
        high=4000,
    ),
]

Cards = Annotated[
    str,
    text(
        "Side cards",
        help="Figures beside the map, from the top; the rest follow from the scene",
        affects=Affects.DRAW,
        hidden=True,
    ),
]
