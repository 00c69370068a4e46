"""All figures by name. To add one, write its file and name it here."""

from __future__ import annotations

from ebmviz.core.catalogue import suggestion
from ebmviz.core.errors import UserError
from ebmviz.figures import cross_section, gibbs, landscape, latent_lens, lecture, loss_curve, stack
from ebmviz.figures.figure import Figure

FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        landscape.FIGURE,
        stack.FIGURE,
        cross_section.FIGURE,
        latent_lens.FIGURE,
        gibbs.FIGURE,
        loss_curve.FIGURE,
        *lecture.FIGURES,
    )
}


def find(name: str, offered: tuple[str, ...]) -> Figure:
    """A figure that the scene offers; UserError suggests what was meant."""
    if name not in offered or name not in FIGURES:
        raise UserError(
            f"“{name}” is not a figure of this scene{suggestion(name, offered)}; there is: "
            + ", ".join(offered)
        )
    return FIGURES[name]
