"""All figures by name, in the order of menus: each is in a file of this folder, and found there."""

from __future__ import annotations

from collections.abc import Iterable

from ebmviz import figures
from ebmviz.core import scan
from ebmviz.core.catalogue import suggestion
from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.scene import Scene
from ebmviz.core.view import FLAT, View, hidden
from ebmviz.figures.base.figure import Figure
from ebmviz.figures.landscape import GROUPS
from ebmviz.figures.words.formula import formula

_OTHERS = "registry", "slots", "on_screen", "plugins"
"""What is built on the list of figures."""


_BUILT_IN = tuple(f for m in scan.modules(figures, _OTHERS) for f in scan.values(m, Figure))
FIGURES: dict[str, Figure] = {}


def plug(more: Iterable[Figure]) -> None:
    """All figures: those of the folder, and these of plug-ins."""
    every = sorted((*_BUILT_IN, *more), key=lambda figure: figure.order)
    FIGURES.clear()
    FIGURES.update({figure.name: figure for figure in every})


plug(())

MAIN = "main:"
"""The fact "main:NAME" of a scene without a plane: the figure in the landscape's place."""
PROGRESS = "progress"
"""The figure there of an experiment that names one which is not to be had, and of no other."""
LAB = "lab"
"""The figure of the lab, which takes the landscape's place."""

COMPARE = "compare"
"""The figure of two models side by side, which takes it too."""


def offered(scene: Scene) -> tuple[str, ...]:
    """Figures of this scene: those it lists, then every other that shows its own weights."""
    place = main(scene)
    idle = {n for n in (LAB, COMPARE, PROGRESS) if place is not FIGURES[n]}
    live = (n for n, f in FIGURES.items() if f.live and n not in idle)
    names = dict.fromkeys((*(name for name in scene.figures if name in FIGURES), *live))
    return tuple(name for name in names if FIGURES[name].fits(scene))


def missing(scene: Scene) -> str:
    """What is to be said of a figure or layer that a scene names and nobody has here, or ""."""
    cards = (name.strip() for name in scene.view.cards.split(","))
    gone = next((n for n in (*scene.figures, *cards) if n and n not in FIGURES), "")
    if gone:
        return (
            f"There is no figure “{clean(gone, 80)}” here:"
            " one of a plug-in is given with --plugin FILE"
        )
    for name in hidden.names(scene.view.hidden):
        figure, colon, _ = name.partition(":")
        known = FIGURES if colon else GROUPS
        if figure not in known:
            what = f"a figure “{clean(figure, 80)}”" if colon else f"a layer “{clean(name, 80)}”"
            near = suggestion(figure, known)
            return (
                f"view.hidden: there is not {what} to hide{near}; layers are: {', '.join(GROUPS)}"
            )
    return ""


_LANDSCAPES = {FLAT: "landscape", "surface": "surface", "3-D": "stack"}


def landscape(view: View) -> Figure:
    """The landscape in the dimensions that a view asks for."""
    return FIGURES[_LANDSCAPES[view.dimension]]


def main(scene: Scene) -> Figure | None:
    """The figure in the landscape's place, if there is one."""
    if scene.in_lab:
        return FIGURES[LAB]
    if scene.view.compare and FIGURES[COMPARE].fits(scene):
        return FIGURES[COMPARE]
    named = (fact.removeprefix(MAIN) for fact in scene.facts if fact.startswith(MAIN))
    return next((FIGURES.get(name, FIGURES[PROGRESS]) for name in named), None)


def below(scene: Scene) -> str:
    """The sentence under the landscape, or under the figure in its place."""
    figure = main(scene)
    return formula(scene, figure.says if figure else "")


def find(name: str, offered: tuple[str, ...]) -> Figure:
    """A figure that the scene offers; UserError suggests what was meant."""
    if name not in offered or name not in FIGURES:
        hint = suggestion(name, offered)
        raise UserError(
            f"“{clean(name, 80)}” is not a figure of this scene{hint}; available: "
            + ", ".join(offered)
        )
    return FIGURES[name]
