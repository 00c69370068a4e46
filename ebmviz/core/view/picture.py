"""The parameters of the picture, in the order of the form."""

from __future__ import annotations

import math

from ebmviz.core.params import ParamSet
from ebmviz.core.view.bookmarks import Bookmarks
from ebmviz.core.view.camera import (
    FLAT,
    Azimuth,
    Centre,
    Dimension,
    Elevation,
    Exaggeration,
    Zoom,
)
from ebmviz.core.view.compare import Compare
from ebmviz.core.view.map import (
    Answer,
    Colormap,
    Contours,
    Follow,
    Levels,
    Picture,
    Reach,
    Resolution,
    Window,
    X,
)
from ebmviz.core.view.overlays import (
    Arrows,
    Depth,
    Drawn,
    Inference,
    Negatives,
    Over,
    Starts,
    Topology,
)
from ebmviz.core.view.places import (
    Cut,
    Latent,
    Probe,
    Section,
)
from ebmviz.core.view.stage import (
    Beta,
    Cards,
    Hidden,
    Lab,
    Lane,
    LaneOrder,
    Lanes,
    LaneScale,
    Link,
    Losses,
    Speed,
)


class View(ParamSet, frozen=True):
    """The picture. Nothing here changes a weight."""

    beta: Beta = 10.0
    link: Link = False
    picture: Picture = "energy"
    resolution: Resolution = 256
    window: Window = (-2.5, 2.5, -2.0, 2.0)
    x: X = 0.0
    answer: Answer = -1
    reach: Reach = 0.5
    levels: Levels = (0.0, 2.0)
    follow: Follow = False
    contours: Contours = 10
    colormap: Colormap = "viridis"
    arrows: Arrows = "data"
    negatives: Negatives = True
    inference: Inference = "off"
    starts: Starts = 8
    drawn: Drawn = ()
    over: Over = "y"
    topology: Topology = "off"
    depth: Depth = 0.01
    cut: Cut = (0.0, -2.0, 0.0, 2.0)
    section: Section = (0.1, 10**-0.5, 1.0, 10**0.5, 10.0, math.inf)
    probe: Probe = (0.6, 0.4)
    latent: Latent = 4.5
    speed: Speed = 24.0
    lab: Lab = False
    losses: Losses = ""
    lanes: Lanes = ""
    lane_scale: LaneScale = "own"
    lane_order: LaneOrder = "given"
    lane: Lane = ""
    compare: Compare = ""
    azimuth: Azimuth = -60.0
    elevation: Elevation = 40.0
    zoom: Zoom = 1.0
    centre: Centre = (0.0, 0.0)
    exaggeration: Exaggeration = 1.0
    dimension: Dimension = FLAT
    cards: Cards = ""
    bookmarks: Bookmarks = ""
    hidden: Hidden = ""

    @property
    def flat(self) -> bool:
        """Whether the landscape is shown on the plane."""
        return self.dimension == FLAT
