"""One colour per role, everywhere: map, section, lens, legend and exported figure."""

from __future__ import annotations

import functools
import json
import math
from typing import Literal

import numpy as np

from ebmviz.core import assets
from ebmviz.core.snapshot import Array

Theme = Literal["dark", "light"]

ROLES: dict[str, tuple[str, str]] = {
    # role: (on dark, on light)
    "data": ("#80b1d3", "#2b7bba"),
    "manifold": ("#bc80bd", "#8e44ad"),
    "probe": ("#b3de69", "#5a9a1a"),
    "latent": ("#fdb462", "#c96f0a"),
    "energy": ("#fb8072", "#d0433b"),
    "cut": ("#8dd3c7", "#16876f"),
    "loss": ("#8dd3c7", "#16876f"),
    "down": ("#5e9fd6", "#2166ac"),
    "up": ("#ef6a5a", "#c8322b"),
    "pull": ("#ffffff", "#ffffff"),
    "contour": ("#ffffff", "#ffffff"),
    "text": ("#e6edf3", "#1b222c"),
    "muted": ("#8b98a9", "#5b6675"),
    "grid": ("#2a323d", "#e3e7ec"),
    "panel": ("#151a21", "#ffffff"),
    "window": ("#0d1117", "#f3f5f7"),
    "field": ("#0d1117", "#f1f3f5"),
    "border": ("#262e39", "#dfe4ea"),
    "track": ("#2f3945", "#d9dee5"),
    "accent": ("#8dd3c7", "#16876f"),
    "on-accent": ("#0d1117", "#ffffff"),
    "good": ("#5dc172", "#2e9e4f"),
    "warn": ("#f0b429", "#b7791f"),
    "bad": ("#ef6a5a", "#c8322b"),
}

# Hot (β = 0) red, through amber, to cold (β = ∞) blue.
_RAMP = (
    (0.0, (209, 67, 91)),
    (0.3, (236, 139, 95)),
    (0.5, (222, 188, 120)),
    (0.7, (112, 178, 196)),
    (1.0, (66, 124, 205)),
)
_RAMP_DECADES = (-2.0, 2.0)


def color(role: str, theme: Theme) -> str:
    """The hex colour of a role; a colour given as "#rrggbb" is itself."""
    if role.startswith("#"):
        return role
    return ROLES[role][0 if theme == "dark" else 1]


def beta_color(beta: float) -> str:
    """The thermometer: red at β = 0, blue at ∞, by decades in between."""
    return ramp(beta_warmth(beta))


def beta_warmth(beta: float) -> float:
    """Where β stands on the thermometer: 0 hot, 1 cold."""
    if beta <= 0:
        return 0.0
    if math.isinf(beta):
        return 1.0
    low, high = _RAMP_DECADES
    return min(1.0, max(0.0, (math.log10(beta) - low) / (high - low)))


def ramp(t: float) -> str:
    """The colour of the hot–cold ramp at t in [0, 1]."""
    stops = [s for s, _ in _RAMP]
    rgb = [np.interp(t, stops, [c[i] for _, c in _RAMP]) for i in range(3)]
    return "#" + "".join(f"{round(v):02x}" for v in rgb)


@functools.cache
def colormap(name: str) -> Array:
    """The 256 colours of a map, (256, 3) uint8, low energy first."""
    if name == "cold-warm":
        t = np.linspace(0, 1, 256)
        stops = ((0.0, 0.5, 1.0), ((49, 99, 206), (190, 190, 190), (205, 44, 52)))
        columns = [np.interp(t, stops[0], [c[i] for c in stops[1]]) for i in range(3)]
        return np.ascontiguousarray(np.stack(columns, 1).round().astype(np.uint8))
    table = json.loads(assets.resource("colormaps.json").read_text("ascii"))
    return np.frombuffer(bytes.fromhex(table[name]), np.uint8).reshape(256, 3)
