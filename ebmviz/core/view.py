"""What is looked at: the parameters of the picture, and those of the run as a whole."""

from __future__ import annotations

import math
from typing import Annotated

from ebmviz.core.params import Affects, ParamSet, choice, flag, integer, real, reals, text

PLANE = ("plane:y|plane:xy|plane:x",)
"""What has a map."""
PLACE = 1e13
"""How far from the origin there is anything to be seen: ten times as far as own points may lie."""
NARROW = 1e-150
"""No window is narrower."""
BETA_LOW, BETA_HIGH = 1e-3, 1e4
"""Where the logarithmic β sliders end; beyond lie the stops at 0 and ∞."""
_PULLED = {"decoder|reconstructs": "it has no points ỹ to be pulled"}
_DENSITY = "walking|view.picture=probability|view.picture=chains|card=sampling|card=densities"
"""What is of P ∝ exp(−βF): chains that walk, and what shows it."""
_TRAINED = {"loss": "its steps do not go down a loss"}


class View(ParamSet, frozen=True):
    """The picture. Nothing here changes a weight."""

    beta: Annotated[
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
            when=(f"latent|discrete|{_DENSITY}|card=conditional-density",),
        ),
    ] = 10.0
    link: Annotated[
        bool,
        flag(
            "Link β", help="Move view β and training β together", hidden=True, affects=Affects.DRAW
        ),
    ] = False
    resolution: Annotated[
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
    ] = 256
    window: Annotated[
        tuple[float, ...],
        reals(
            "Window",
            help="Left, right, bottom and top of the map",
            hidden=True,
            when=PLANE,
            affects=Affects.VIEW,
            size=4,
            low=-PLACE,
            high=PLACE,
        ),
    ] = (-2.5, 2.5, -2.0, 2.0)
    x: Annotated[
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
    ] = 0.0
    answer: Annotated[
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
    ] = -1
    reach: Annotated[
        float,
        real(
            "Box of Z",
            help="How far the box over which P is normalised goes beyond the data, on each side, as"
            " a part of their range; what of it the map shows changes nothing",
            affects=Affects.VIEW,
            low=0,
            high=100,
            slider=(0.0, 2.0),
            when=(f"joint|{_DENSITY}|view.picture=push|view.picture=push-one",),
        ),
    ] = 0.5
    levels: Annotated[
        tuple[float, ...],
        reals(
            "Colour range",
            help="Energies at the two ends of the colour bar, above the map's least where the loss"
            " sees differences alone",
            affects=Affects.VIEW,
            when=(*PLANE, "view.follow=false"),
            size=2,
            low=-1e12,
            high=1e12,
        ),
    ] = (0.0, 2.0)
    follow: Annotated[
        bool,
        flag(
            "Auto range",
            help="Let the colour range follow the map; it moves once the map has left it",
            affects=Affects.DRAW,
            when=PLANE,
        ),
    ] = False
    contours: Annotated[
        int,
        integer(
            "Contours",
            help="Isolines drawn between the ends of the colour range",
            affects=Affects.VIEW,
            when=PLANE,
            low=0,
            high=40,
            slider=(0, 40),
        ),
    ] = 10
    colormap: Annotated[
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
    ] = "viridis"
    arrows: Annotated[
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
                    "decoder|reconstructs|takes:views": _PULLED["decoder|reconstructs"],
                    "takes:points|takes:views": "each datum pulls on the manifold of its own x",
                    **_TRAINED,
                },
                "probe": _PULLED,
            },
        ),
    ] = "data"
    picture: Annotated[
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
            when=PLANE,
            requires={
                "push": _TRAINED,
                "push-one": _TRAINED,
                "probability": {"plane:y|joint": "its exp(−βF) is no density over the plane"},
                "variational": {"encodes": "it has no encoder q(z|y)"},
                "chains": {"chains": "no chains walk over its plane"},
            },
        ),
    ] = "energy"
    negatives: Annotated[
        bool,
        flag(
            "Negatives ŷ",
            help="Draw those of the next batch",
            affects=Affects.VIEW,
            when=(
                "continuous|joint",
                "objective.negatives=offending|objective.negatives=uniform"
                "|objective.negatives=noise|objective.negatives=grid|sampled",
            ),
        ),
    ] = True
    inference: Annotated[
        str,
        choice(
            "Inference of ŷ",
            {"off": "Off", "gradient": "Gradient descent", "lbfgs": "L-BFGS"},
            help="Descents from the probe and from random starts, beside the exhaustive minimum:"
            " red ones end in a wrong minimum",
            affects=Affects.VIEW,
            when=("continuous",),
        ),
    ] = "off"
    starts: Annotated[
        int,
        integer(
            "Random starts",
            help="Descents beside the one from the probe",
            affects=Affects.VIEW,
            low=0,
            high=64,
            slider=(0, 32),
            when=("continuous", "view.inference=gradient|view.inference=lbfgs"),
        ),
    ] = 8
    over: Annotated[
        str,
        choice(
            "Descend over",
            {"y": "y, by F_β(y)", "yz": "y and z, by E(y, z)"},
            affects=Affects.VIEW,
            when=("decoder", "latent-1d", "view.inference=gradient|view.inference=lbfgs"),
        ),
    ] = "y"
    topology: Annotated[
        str,
        choice(
            "Minima",
            {"off": "Off", "minima": "Minima and saddles", "basins": "With basins"},
            help="Minima of the map, the lowest passes between them and the basins they drain;"
            " followed while training and while β moves",
            affects=Affects.VIEW,
            when=("plane:y|plane:x|plane:xy",),
        ),
    ] = "off"
    depth: Annotated[
        float,
        real(
            "Least depth",
            help="Shallower minima do not count: the way out of them is lower than this share of"
            " the colour range",
            affects=Affects.VIEW,
            low=0,
            high=1,
            slider=(1e-4, 0.3),
            log=True,
            when=("plane:y|plane:x|plane:xy", "view.topology=minima|view.topology=basins"),
        ),
    ] = 0.01
    cut: Annotated[
        tuple[float, ...],
        reals(
            "Cut",
            help="Ends of the line of the cross-section: y₁, y₂, y₁, y₂",
            hidden=True,
            when=PLANE,
            affects=Affects.VIEW,
            size=4,
            low=-PLACE,
            high=PLACE,
        ),
    ] = (0.0, -2.0, 0.0, 2.0)
    section: Annotated[
        tuple[float, ...],
        reals(
            "Section β",
            help="The β of the curves in the cross-section, beside the view's own",
            affects=Affects.VIEW,
            when=(*PLANE, "latent|discrete"),
            low=0,
            inf=True,
        ),
    ] = (0.1, 10**-0.5, 1.0, 10**0.5, 10.0, math.inf)
    probe: Annotated[
        tuple[float, ...],
        reals(
            "Probe",
            symbol="y′",
            help="The point y′ under the latent lens",
            hidden=True,
            when=PLANE,
            affects=Affects.VIEW,
            size=2,
            low=-PLACE,
            high=PLACE,
        ),
    ] = (0.6, 0.4)
    latent: Annotated[
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
    ] = 4.5
    speed: Annotated[
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
    ] = 24.0
    lab: Annotated[
        bool,
        flag(
            "Loss lab",
            help="Train under many losses at once, from the same initial weights",
            affects=Affects.VIEW,
            hidden=True,
            when=("loss",),
        ),
    ] = False
    losses: Annotated[
        str,
        text(
            "Losses of the lab",
            help="Which losses to compare, with commas between; all that fit when empty",
            affects=Affects.VIEW,
            hidden=True,
        ),
    ] = ""
    azimuth: Annotated[
        float,
        real("Azimuth", affects=Affects.DRAW, low=-360, high=360, unit="°", hidden=True),
    ] = -60.0
    elevation: Annotated[
        float,
        real("Elevation", affects=Affects.DRAW, low=0, high=90, unit="°", hidden=True),
    ] = 30.0
    dimension: Annotated[
        str,
        choice("Landscape", {"2-D": "2-D", "3-D": "3-D"}, affects=Affects.VIEW, hidden=True),
    ] = "2-D"
    cards: Annotated[
        str,
        text(
            "Side cards",
            help="Figures beside the map, from the top; the rest follow from the scene",
            affects=Affects.DRAW,
            hidden=True,
        ),
    ] = ""


class Run(ParamSet, frozen=True):
    """What fixes a run beside its parts."""

    seed: Annotated[
        int,
        integer(
            "Seed",
            help="Fixes the data, the random initial weights and the order of the batches",
            affects=Affects.BUILD,
            low=0,
            high=2**31 - 1,
        ),
    ] = 7
    device: Annotated[
        str,
        choice(
            "Device",
            {"auto": "Automatic", "cpu": "CPU", "cuda": "CUDA GPU", "mps": "Apple GPU"},
            affects=Affects.TRAIN,
        ),
    ] = "auto"


def finest(low: float, high: float) -> float:
    """The narrowest window there may be between numbers like these: some pixels wide in float64."""
    return max(NARROW, 1e-13 * max(abs(low), abs(high)))
