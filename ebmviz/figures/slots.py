"""Which figures stand beside the map, and which could."""

from __future__ import annotations

from ebmviz.core.scene import Scene
from ebmviz.figures.base.figure import Figure
from ebmviz.figures.registry import FIGURES, LAB, PROGRESS, main

SLOTS = 3
_PREFERRED = (
    ("cross-section",),
    ("latent-lens", "class-maps", "embedding", "meter", "loss-plane"),
    ("loss-curve",),
)
"""For each slot what it shows by itself: the first that the scene has."""
_ELSEWHERE = ("landscape", "surface", "stack", LAB, PROGRESS)


def choices(scene: Scene) -> tuple[Figure, ...]:
    """Every figure that a card can show of this scene."""
    here = main(scene)
    return tuple(
        figure
        for name, figure in FIGURES.items()
        if figure.live and name not in _ELSEWHERE and figure is not here and figure.fits(scene)
    )


def cards(scene: Scene) -> tuple[Figure, ...]:
    """The figures of the slots from the top: the chosen ones where they fit, then the preferred,
    then any other. Fewer than the slots where there are no more.
    """
    fitting = {figure.name: figure for figure in choices(scene)}
    wanted = [name if name in fitting else "" for name in _chosen(scene)]
    shown: list[Figure] = []
    for name, preferred in zip(wanted, _PREFERRED, strict=True):
        free = [n for n in (name, *preferred, *fitting) if n in fitting]
        taken = {f.name for f in shown} | {n for n in wanted if n and n != name}
        found = next((n for n in free if n not in taken), None)
        if found:
            shown.append(fitting[found])
    return tuple(shown)


def placed(scene: Scene, slot: int, name: str) -> str:
    """The value of view.cards that puts a figure in a slot; where it was, the old one goes."""
    now = [figure.name for figure in cards(scene)]
    if name in now:
        now[now.index(name)] = now[slot]
    now[slot] = name
    return ",".join(now)


def _chosen(scene: Scene) -> list[str]:
    names = [name.strip() for name in scene.view.cards.split(",")]
    once = [name if name not in names[:i] else "" for i, name in enumerate(names)]
    return [*once, *("" for _ in range(SLOTS))][:SLOTS]
