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
    "latent": ("#fdb462", "#b0600a"),
    "energy": ("#fb8072", "#d0433b"),
    "cut": ("#8dd3c7", "#14836b"),
    "loss": ("#8dd3c7", "#14836b"),
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
    "block": ("#465262", "#cdd4dd"),
    "accent": ("#8dd3c7", "#14836b"),
    "on-accent": ("#0d1117", "#ffffff"),
    "good": ("#5dc172", "#2e9e4f"),
    "warn": ("#f0b429", "#b7791f"),
    "bad": ("#ef6a5a", "#c8322b"),
    # Apart by 0.08 of OKLab at least, as Machado et al. 2009 simulate colour blindness.
    "class-0": ("#37b3ff", "#2b8fd6"),
    "class-1": ("#caab18", "#c98110"),
    "class-2": ("#ec71af", "#b8468c"),
    "class-3": ("#fde076", "#8f7000"),
    "class-4": ("#db5509", "#853b17"),
    "class-5": ("#039a67", "#03745c"),
    "class-6": ("#f2f2f2", "#3a3a3a"),
    "class-7": ("#8669ff", "#2831bb"),
}
CLASSES = sum(role.startswith("class-") for role in ROLES)

# Hot (β = 0) red, through amber, to cold (β = ∞) blue.
_RAMP = (
    (0.0, (209, 67, 91)),
    (0.3, (236, 139, 95)),
    (0.5, (222, 188, 120)),
    (0.7, (112, 178, 196)),
    (1.0, (66, 124, 205)),
)
_COLD_WARM = ((0.0, (49, 99, 206)), (0.5, (190, 190, 190)), (1.0, (205, 44, 52)))
_RAMP_DECADES = (-2.0, 2.0)
# Pushed down blue, pushed up red; dark in the middle, so that white lines show everywhere.
_PUSH_PULL = (
    (0.0, (150, 196, 255)),
    (0.2, (58, 134, 222)),
    (0.38, (24, 66, 118)),
    (0.5, (20, 23, 30)),
    (0.62, (124, 36, 32)),
    (0.8, (222, 82, 60)),
    (1.0, (255, 184, 160)),
)
_SHADE = (32, 38, 46)  # regions are darker than the marks of their class


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


def class_role(k: int) -> str:
    """The role of a class; beyond the last the first comes again."""
    return f"class-{k % CLASSES}"


@functools.cache
def colormap(name: str, theme: Theme = "dark") -> Array:
    """The 256 colours of a map, (256, 3) uint8, low energy first; "classes" has one band each.

    All are those of both themes but "posterior", of a density over z that begins as the panel it
    lies on, and "ink", of cells that are off, nearly like the panel, or on, like data.
    """
    if name == "posterior":
        return _between(*zip((0.0, 0.7, 1.3), _rgb(theme, "panel", "latent", "text"), strict=True))
    if name == "ink":
        return _between(*zip((0.0, 1.0), _rgb(theme, "grid", "data"), strict=True))
    if name == "classes":
        hexes = [color(class_role(k * CLASSES // 256), "dark") for k in range(256)]
        rgb = np.array([[int(h[i : i + 2], 16) for i in (1, 3, 5)] for h in hexes])
        return np.ascontiguousarray((0.55 * rgb + 0.45 * np.array(_SHADE)).round().astype(np.uint8))
    if name == "push-pull":
        return _between(*_PUSH_PULL)
    if name == "cold-warm":
        return _between(*_COLD_WARM)
    table = json.loads(assets.resource("colormaps.json").read_text("ascii"))
    return np.frombuffer(bytes.fromhex(table[name]), np.uint8).reshape(256, 3)


def _rgb(theme: Theme, *roles: str) -> list[tuple[int, ...]]:
    written = (color(role, theme) for role in roles)
    return [tuple(int(each[i : i + 2], 16) for i in (1, 3, 5)) for each in written]


def _between(*stops: tuple[float, tuple[int, ...]]) -> Array:
    """256 colours that run evenly from stop to stop."""
    t, places = np.linspace(0, 1, 256), [stop for stop, _ in stops]
    columns = [np.interp(t, places, [rgb[i] for _, rgb in stops]) for i in range(3)]
    return np.ascontiguousarray(np.stack(columns, 1).round().astype(np.uint8))
