"""What lies on the landscape of an energy of reconstruction, or of pairs of views."""

from __future__ import annotations

import numpy as np

from ebmviz.core.plot import Curve, Layer, Points, Segments
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.base.layer import Group, MapLayer
from ebmviz.figures.layers import manifold, pulls

_NEED = ("reconstruction",)
_COLUMNS = 25  # of the field


def below(shot: Shot) -> tuple[Layer, ...]:
    """Arrows of the data, which lie under their marks."""
    return arrows(shot) if shot.scene.view.arrows == "data" else ()


def above(shot: Shot) -> tuple[Layer, ...]:
    """The arrow of the probe, which lies over them."""
    return arrows(shot) if shot.scene.view.arrows == "probe" else ()


def field(shot: Shot) -> tuple[Layer, ...]:
    """From places of a grid towards their reconstruction, lengths compressed."""
    if not shot.snapshot.has("recon_grid", "recon_field"):
        return ()
    at, to = shot.snapshot.arrays["recon_grid"], shot.snapshot.arrays["recon_field"]
    step = to - at
    length = np.hypot(step[:, 0], step[:, 1])[:, None]
    spacing = float(np.ptp(at[:, 0])) / (_COLUMNS - 1)
    end = at + 0.8 * spacing * step / (spacing + length)
    return (Segments(at, end, "pull", label="field y → ỹ", width=1.0, opacity=0.45, head=3),)


def curve(shot: Shot) -> tuple[Layer, ...]:
    """The image of a code of one number."""
    if not shot.snapshot.has("recon_curve"):
        return ()
    points = shot.snapshot.arrays["recon_curve"]
    label = "manifold ỹ = Dec(z)"
    return (Curve(points[:, 0], points[:, 1], "manifold", label=label, width=2.4, halo=True),)


def arrows(shot: Shot) -> tuple[Layer, ...]:
    """From data, or the probe, to what they are reconstructed as."""
    if not shot.snapshot.has("recon_at", "recon"):
        return ()
    at, to = shot.snapshot.arrays["recon_at"], shot.snapshot.arrays["recon"]
    one = shot.scene.view.arrows == "probe"
    name = "y′ → ỹ" if one else "y → ỹ"
    lines = Segments(at, to, "pull", label=name, width=1.2, opacity=0.9, halo=True)
    if shot.snapshot.has("recon_curve") and not one:
        return (lines,)  # all ỹ lie on it
    return (lines, Points(to[:, 0], to[:, 1], "manifold", label="ỹ", size=9 if one else 4.5))


def atoms(shot: Shot) -> tuple[Layer, ...]:
    """The atoms from the origin, both ways, and how they add up to the probe's reconstruction."""
    if not shot.snapshot.has("atoms"):
        return ()
    w = shot.snapshot.arrays["atoms"]
    none = np.zeros_like(w)
    layers: list[Layer] = [
        Segments(none, -w, "manifold", width=1.6, opacity=0.55, halo=True),
        Segments(none, w, "manifold", label="atoms w_k", width=2.6, halo=True, head=9),
    ]
    if shot.snapshot.has("atoms_chain"):
        chain = shot.snapshot.arrays["atoms_chain"]
        used = np.hypot(*np.diff(chain, axis=0).T) > 0
        if used.any():
            start, end = chain[:-1][used], chain[1:][used]
            layers.append(
                Segments(start, end, "latent", label="z_k w_k", width=2.2, halo=True, head=7)
            )
    return tuple(layers)


def views(shot: Shot) -> tuple[Layer, ...]:
    """The second view of each datum, joined to the first."""
    if not shot.snapshot.has("view_one", "view_two"):
        return ()
    one, two = shot.snapshot.arrays["view_one"], shot.snapshot.arrays["view_two"]
    return (
        Segments(one, two, "pull", width=1.0, opacity=0.6),
        Points(two[:, 0], two[:, 1], "down", label="second view y", size=5, marker="ring"),
    )


LAYERS = (
    MapLayer(60, field, _NEED, Group("field", "field y → ỹ", when=("reconstructs",))),
    MapLayer(62, below, _NEED, pulls.GROUP),
    MapLayer(64, curve, _NEED, manifold.GROUP),
    MapLayer(66, views, ("views",), Group("views", "second views", when=("takes:views",))),
    MapLayer(120, atoms, _NEED, Group("atoms", "atoms", when=("atoms",))),
    MapLayer(122, above, _NEED, pulls.GROUP),
)
