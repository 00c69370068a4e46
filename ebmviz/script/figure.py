"""The figure of a script: the map of F_β with the data, and the loss."""

from __future__ import annotations

import json

from ebmviz.core import markup
from ebmviz.core.axes import axes
from ebmviz.core.params import ParamSet
from ebmviz.core.scene import Scene
from ebmviz.core.view import View
from ebmviz.engine.energies.base.capabilities import Conditional, Discrete, Ring
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.source import number, piece

_SIDE = 160
_COLOURS = {"cold-warm": "coolwarm"}
_SHOWN = """
    def shown(w, places, beta):
        # the free energy at places of the map
        return free_energy(w, places, beta)
"""
_SHOWN_BESIDE = """
    def shown(w, places, beta):
        # the free energy at places of the map, with what it holds fixed beside them
        ‹rows›
        return free_energy(w, torch.cat([‹parts›], 1), beta)
"""
_MAP = """
    LEFT, RIGHT, BOTTOM, TOP = ‹window›
    across, up = torch.linspace(LEFT, RIGHT, ‹side›), torch.linspace(BOTTOM, TOP, ‹side›)
    places = torch.cartesian_prod(across, up)
    with torch.no_grad():
        parts = [shown(w, some, VIEW_BETA) for some in places.split(1024)]
    values = torch.cat(parts).view(‹side›, ‹side›).T.numpy()

    figure, (map_, curve) = plt.subplots(1, 2, figsize=(12, 5), width_ratios=(3, 2))
    low, high = ‹levels›
    picture = map_.imshow(
        values, origin="lower", extent=(LEFT, RIGHT, BOTTOM, TOP), cmap="‹colours›",
        vmin=low, vmax=high, aspect="‹aspect›",
    )
    figure.colorbar(picture, ax=map_, label="‹symbol›")
"""
_CONTOURS = """\
    lines = np.linspace(low, high, ‹count› + 2)[1:-1]
    map_.contour(
        across, up, values, lines,
        colors="white", linestyles="solid", linewidths=0.6, alpha=0.5,
    )
"""
_DATA = """\
    map_.scatter(
        rows[:, ‹a›], rows[:, ‹b›], s=12, ‹paint›,
        edgecolors="black", linewidths=0.3,
    )
"""
_DRAWN = """\
    points = drawn(w).detach()
    ‹way›
"""
_CURVE = """\
    map_.set(xlim=(LEFT, RIGHT), ylim=(BOTTOM, TOP), xlabel="‹x›", ylabel="‹y›")
    map_.set_title(‹title›)
    curve.plot(range(1, STEPS + 1), past, linewidth=0.8, label="loss, batch")
    curve.set(xlabel="step", ylabel="loss")
    curve.legend()
    figure.tight_layout()
    figure.savefig(‹name›, dpi=150)
    plt.show()
"""


def figure(scene: Scene, energy: Energy[ParamSet], text: str) -> str:
    """The lines that draw; text: what the energy says."""
    view = scene.view
    out = "" if "def shown(" in text else _shown(energy, view) + "\n\n"
    body = _MAP + (_CONTOURS if view.contours else "") + _DATA
    way = ""
    if "def drawn(" in text:
        body += _DRAWN
        close = "points = torch.cat([points, points[:1]])\n" if isinstance(energy, Ring) else ""
        line = isinstance(energy, Ring) or "linspace" in text
        mark = '"-"' if line else '"o", markersize=4'
        way = f'{close}map_.plot(*points.T, {mark}, color="orchid", label="manifold")'
    levels = "values.min(), values.max()" if view.follow else ", ".join(map(repr, view.levels))
    (left, bottom), symbol = axes(scene.facts), markup.to_plain("F_β")
    return out + piece(
        body + _CURVE, way=way, levels=levels, window=", ".join(map(repr, view.window)),
        side=_SIDE, colours=_COLOURS.get(view.colormap, view.colormap), symbol=symbol,
        aspect="auto" if "plane:xy" in scene.facts else "equal", count=view.contours,
        a=energy.plane[0], b=energy.plane[1], paint=_paint(energy),
        x=markup.to_plain(left), y=markup.to_plain(bottom),
        name=_text(f"{scene.name or 'scene'}-script.png"),
        title=_text(scene.title),
    )  # fmt: skip


def _text(said: str) -> str:
    """A text as Python, whatever a file calls itself."""
    return json.dumps(said, ensure_ascii=False)


def _shown(energy: Energy[ParamSet], view: View) -> str:
    """The map: what it holds fixed stands beside the places of its plane."""
    fixed, (first, last) = energy.template(view), energy.plane
    if len(fixed) == 2:
        return piece(_SHOWN)
    beside = {"before": fixed[:first], "after": fixed[last + 1 :]}
    lines = [
        f"{name} = torch.tensor({number(values)}).expand(len(places), -1)"
        for name, values in beside.items()
        if values
    ]
    parts = [name for name in ("before", "places", "after") if name == "places" or beside[name]]
    return piece(_SHOWN_BESIDE, rows="\n    ".join(lines), parts=", ".join(parts))


def _paint(energy: Energy[ParamSet]) -> str:
    """Classes by colour; of conditional models the data by their x."""
    if isinstance(energy, Discrete):
        return 'c=rows[:, -1], cmap="tab10"'
    return 'c=rows[:, 0], cmap="plasma"' if isinstance(energy, Conditional) else 'color="white"'
