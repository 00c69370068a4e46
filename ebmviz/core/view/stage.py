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
        help="Training steps per second while playing; ∞ is flat out",
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
        help="Which losses to compare, with commas between; all that fit when empty",
        affects=Affects.VIEW,
        hidden=True,
    ),
]

Lanes = Annotated[
    str,
    text(
        "Lanes of the lab",
        help="What varies in the lab, as PATH=a,b,c, two with ; between; the losses when empty",
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
        help="Each lane from its own lowest energy, or all on one scale",
        affects=Affects.DRAW,
        hidden=True,
    ),
]

LaneOrder = Annotated[
    str,
    choice(
        "Sort",
        {"given": "As given", "loss": "Loss", "energy": "Mean energy", "gap": "Energy gap"},
        help="Lanes in their own order, or the lowest loss, the lowest mean energy of the data or"
        " the largest energy gap first",
        affects=Affects.DRAW,
        hidden=True,
    ),
]

Lane = Annotated[
    str,
    text(
        "Lane shown alone",
        help="The lane that fills the lab, by its key; all when empty",
        affects=Affects.VIEW,
        hidden=True,
        high=1000,
    ),
]

Hidden = Annotated[
    str,
    text(
        "Hidden",
        help="Layers of the map and entries of legends that are not drawn, with commas between",
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
