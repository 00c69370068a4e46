"""The steps of the tour: what of the window, and what is said of it."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """One step, at the part of the window of that name. text: in core.markup's notation; `shortcut`
    names the action whose key goes for “{key}”.
    """

    part: str
    title: str
    text: str
    shortcut: str = ""


PLACES = (
    Place(
        "map",
        "The map",
        "The energy, or free energy F_β, of every point: low where the model finds it"
        " compatible. The bar says which colour is which energy; the dots are data. Click to"
        " put the probe anywhere, turn the wheel to zoom.",
    ),
    Place(
        "side",
        "Beside the map",
        "Plots of the same model: a cut through the landscape, the loss while training, and more. "
        "A double click on a title makes a plot large, Esc brings it back.",
    ),
    Place(
        "beta",
        "Inverse temperature",
        "β of the picture. Where the energy has latents z, F_β becomes the minimum over them as"
        " β → ∞, the mean as β → 0. Dragging it trains nothing.",
    ),
    Place(
        "train",
        "Train",
        "{key} trains and pauses: the loss pushes the landscape down at the data, and some losses "
        "push it up elsewhere. Speed says how many steps are made in a second.",
        "play",
    ),
    Place(
        "time",
        "Time",
        "Drag back to any step. Training goes on from there as a branch, and the later steps"
        " are kept. {key} undoes changes, a reset too.",
        "undo",
    ),
    Place(
        "panel",
        "The model",
        "Data, energy, loss, optimiser: each can be changed, also while the model trains. Hover"
        " over a name to see what it means and does.",
    ),
    Place(
        "scenes",
        "Scenes",
        "Each is a model of the lecture with its data, or an experiment. Choosing another loses"
        " nothing: undo goes back to the one before.",
    ),
    Place(
        "menus",
        "Lessons, figures, a projector",
        "The menus have the rest: lessons under Help, figures and sessions under File. {key} is "
        "the presenter mode, for a projector; View has a window for the class, on a second screen.",
        "present",
    ),
)
