"""What is looked at, the parameters of the picture and of the run as a whole: may import core."""

from ebmviz.core.view.bounds import BETA_HIGH, BETA_LOW, NARROW, PLACE, finest
from ebmviz.core.view.camera import FAR, FLAT, ZOOM
from ebmviz.core.view.overlays import DRAWN
from ebmviz.core.view.picture import View
from ebmviz.core.view.run import Run

__all__ = [
    "BETA_HIGH",
    "BETA_LOW",
    "DRAWN",
    "FAR",
    "FLAT",
    "NARROW",
    "PLACE",
    "ZOOM",
    "Run",
    "View",
    "finest",
]
