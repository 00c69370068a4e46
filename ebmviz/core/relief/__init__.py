"""A surface over the plane as a picture with depth, in window and export: may import core."""

from ebmviz.core.relief.camera import Camera, project
from ebmviz.core.relief.horizon import Frame, Horizon
from ebmviz.core.relief.render import render
from ebmviz.core.relief.shading import shares

__all__ = ["Camera", "Frame", "Horizon", "project", "render", "shares"]
