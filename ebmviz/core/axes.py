"""What the axes of a scene's map are called; and by them the columns of a person's own data."""

from __future__ import annotations

from collections.abc import Container

from ebmviz.core import markup


def axes(facts: Container[str]) -> tuple[str, str]:
    """Names of the two axes of the map, in our notation: y_1 and y_2 unless its plane says more."""
    if "plane:xy" in facts:
        return "x", "y"
    return ("x_1", "x_2") if "plane:x" in facts else ("y_1", "y_2")


def symbols(facts: Container[str]) -> dict[str, str]:
    """role: what a scene calls it, in our notation; in the order in which roles are told.

    y1 and y2 are the place on the map: of classes and of first views it is an x, and where the map
    is over (x, y), y1 is that y. v1 and v2 are the second view, the y of E(x, y).
    """
    one, two = axes(facts)
    place = {"x": one, "y1": two, "y2": "y_2"} if one == "x" else {"x": "x", "y1": one, "y2": two}
    return {**place, "v1": "y_1", "v2": "y_2", "label": "label"}


def plain(facts: Container[str]) -> dict[str, str]:
    """role: what a scene calls it, as a line of text shows it: y₁."""
    return {role: markup.to_plain(name) for role, name in symbols(facts).items()}


def typed(facts: Container[str]) -> dict[str, str]:
    """role: what a scene calls it, as a keyboard has it: y1."""
    return {role: name.replace("_", "") for role, name in symbols(facts).items()}
