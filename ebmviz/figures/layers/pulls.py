"""Which points of a manifold pull at a place."""

from __future__ import annotations

from ebmviz.core.plot import Layer, Segments
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer

_OPACITY_BANDS = ((0.25, 1.0, 0.95), (0.08, 0.25, 0.5), (0.0, 0.08, 0.2))
_HEADS = 200


def arrows(shot: Shot) -> tuple[Layer, ...]:
    """The pulls on the manifold points, stronger ones more opaque."""
    if not shot.snapshot.has("arrow_start"):
        return ()
    a = shot.snapshot.arrays
    weight = a["arrow_weight"]
    one = shot.scene.view.arrows == "probe"
    name = "pull of y′ on ỹ, by P(z|y′)" if one else "pull on ỹ, by P(z|y)"
    head = 6.0 if len(weight) <= _HEADS else 0.0  # a haze of many needs none
    layers: list[Layer] = []
    for low, high, opacity in _OPACITY_BANDS:
        band = (weight > low) & (weight <= high)
        if band.any():
            layers.append(
                Segments(
                    a["arrow_start"][band],
                    a["arrow_end"][band],
                    "pull",
                    label="" if layers else name,
                    opacity=opacity,
                    halo=opacity > 0.9,
                    head=head,
                )
            )
    return tuple(reversed(layers))


GROUP = Group(
    "arrows",
    "arrows",
    ("view.arrows",),
    "Arrows",
    ("view.arrows=data|view.arrows=probe|view.arrows=descent|view.arrows=ascent",),
)
"""Of all arrows that the one choice is about."""
LAYER = MapLayer(40, arrows, ("arrows",), GROUP)
