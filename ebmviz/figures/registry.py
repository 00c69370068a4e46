"""All figures by name. To add one, write its file and name it here."""

from __future__ import annotations

from ebmviz.core.catalogue import suggestion
from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.scene import Scene
from ebmviz.figures import (
    attention,
    barriers,
    calibration,
    capacity,
    class_maps,
    code_posterior,
    codes,
    conditional_density,
    cross_section,
    dimension,
    embedding,
    errata,
    fuzzy_balls,
    gibbs,
    gradient_bias,
    hopfield,
    horn,
    information,
    joint,
    joint_density,
    lab,
    lagrangian,
    lagrangian_conditions,
    landscape,
    latent_lens,
    lecture,
    loss_curve,
    loss_plane,
    meter,
    sampling,
    stack,
    variational_gap,
)
from ebmviz.figures.base.figure import Figure

FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        landscape.FIGURE,
        lab.FIGURE,
        stack.FIGURE,
        cross_section.FIGURE,
        latent_lens.FIGURE,
        gibbs.FIGURE,
        horn.FIGURE,
        hopfield.FIGURE,
        hopfield.TRACE,
        capacity.FIGURE,
        capacity.ERRORS,
        attention.FIGURE,
        embedding.FIGURE,
        codes.FIGURE,
        fuzzy_balls.FIGURE,
        code_posterior.FIGURE,
        variational_gap.FIGURE,
        information.FIGURE,
        information.BITS,
        information.PLACE,
        calibration.FIGURE,
        calibration.UNITS,
        calibration.RELIABILITY,
        errata.FIGURE,
        errata.ONE,
        class_maps.FIGURE,
        class_maps.REGIONS,
        conditional_density.FIGURE,
        conditional_density.CLASSES,
        loss_curve.FIGURE,
        loss_plane.FIGURE,
        meter.FIGURE,
        gradient_bias.FIGURE,
        joint.FIGURE,
        joint_density.FIGURE,
        sampling.FIGURE,
        sampling.DENSITIES,
        barriers.FIGURE,
        barriers.TRACK,
        lagrangian.FIGURE,
        lagrangian_conditions.FIGURE,
        dimension.FIGURE,
        dimension.TRIES,
        *lecture.FIGURES,
    )
}

MAIN = "main:"
"""The fact "main:NAME" of a scene without a plane: the figure in the landscape's place."""
LAB = "lab"
"""The figure of the loss lab, which takes the landscape's place."""


def offered(scene: Scene) -> tuple[str, ...]:
    """Figures of this scene: those it lists, then every other that shows its own weights."""
    live = (n for n, f in FIGURES.items() if f.live and (n != LAB or scene.view.lab))
    names = dict.fromkeys((*(name for name in scene.figures if name in FIGURES), *live))
    return tuple(name for name in names if FIGURES[name].fits(scene))


def main(scene: Scene) -> Figure | None:
    """The figure in the landscape's place, if there is one."""
    if scene.view.lab and FIGURES[LAB].fits(scene):
        return FIGURES[LAB]
    named = (fact.removeprefix(MAIN) for fact in scene.facts if fact.startswith(MAIN))
    return next((FIGURES[name] for name in named), None)


def find(name: str, offered: tuple[str, ...]) -> Figure:
    """A figure that the scene offers; UserError suggests what was meant."""
    if name not in offered or name not in FIGURES:
        hint = suggestion(name, offered)
        raise UserError(
            f"“{clean(name, 80)}” is not a figure of this scene{hint}; there is: "
            + ", ".join(offered)
        )
    return FIGURES[name]
