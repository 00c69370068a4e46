"""Entries of a legend that are hidden, of figures whose layers have no names of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from ebmviz.core import markup
from ebmviz.core.plot import Entry, Layer, Named, Note, Plot, Sheet
from ebmviz.core.view import hidden

_NO_LETTER = re.compile(r"[^\w∞.]+")


def by_label(figure: str, value: Plot | Sheet, away: str) -> Plot | Sheet:
    """A figure without the layers that `view.hidden` names, which `entries` still lists. What has a
    label is called FIGURE:LABEL, or by the name that its `layer` gives it where the label changes;
    what has neither goes with the one label of its colour.
    """
    names = frozenset(hidden.names(away))
    if isinstance(value, Plot):
        return _without(figure, value, names)
    rows = tuple(tuple(_without(figure, plot, names) for plot in row) for row in value.rows)
    return msgspec.structs.replace(value, rows=rows)


def name_of(figure: str, label: str) -> str:
    """The name of a label: letters, numbers and ∞, with hyphens between."""
    return f"{figure}:{_NO_LETTER.sub('-', markup.to_plain(label).lower()).strip('-')}"


def _without(figure: str, plot: Plot, away: frozenset[str]) -> Plot:
    if not plot.legend or plot.entries:
        return plot
    by_colour: dict[str, str] = {}
    entries: dict[str, Entry] = {}
    for layer in plot.layers:
        if not isinstance(layer, Named) or not (said := layer.layer or _label(layer)):
            continue
        name = name_of(figure, said)
        if _label(layer) or name in away:
            entries.setdefault(name, Entry(name, _label(layer) or said, name in away))
        other = by_colour.setdefault(layer.color, name)
        by_colour[layer.color] = name if other == name else ""
    if not entries:
        return plot
    named = (_named(figure, layer, by_colour) for layer in plot.layers)
    kept = tuple(each for each in named if not isinstance(each, Named) or each.layer not in away)
    return msgspec.structs.replace(plot, layers=kept, entries=tuple(entries.values()))


def _label(layer: Layer) -> str:
    return str(getattr(layer, "label", ""))


def _named(figure: str, layer: Layer, by_colour: Mapping[str, str]) -> Layer:
    if not isinstance(layer, Named) or isinstance(layer, Note):
        return layer
    own = layer.layer or _label(layer)
    name = name_of(figure, own) if own else by_colour.get(layer.color, "")
    return msgspec.structs.replace(layer, layer=name) if name else layer
