"""A change of a scene in a few words: for the history, the timeline and the branches."""

from __future__ import annotations

from collections.abc import Iterator

from ebmviz.core import markup
from ebmviz.core.catalogue import PARTS, Catalogue
from ebmviz.core.params import Param, Value, format_value
from ebmviz.core.scene import Scene, fields

_MOST = 2  # changes that are told one by one
_ARROW, _INSTEAD = "{name} {old} → {new}", "{name} {new} instead of {old}"
_PARTS = {"objective": "loss"}  # the one part that goes by another word in a sentence


def changed(old: Scene, new: Scene, catalogue: Catalogue) -> str:
    """What leads from one scene to the other: “training β ∞ → 1”; empty where they are equal."""
    return _joined(list(_told(old, new, catalogue, _ARROW)))


def differing(one: Scene, other: Scene, catalogue: Catalogue) -> str:
    """What `one` has that `other` has not, the view left out: “training β 1 instead of ∞”."""
    return _joined(list(_told(other, one, catalogue, _INSTEAD, seen=False)))


def _told(
    old: Scene, new: Scene, catalogue: Catalogue, form: str, seen: bool = True
) -> Iterator[str]:
    """A phrase for each difference, in the order of the panel."""
    other = [p for p in PARTS if (old.kind(p) or new.kind(p)) and old.kind(p) != new.kind(p)]
    for part in other:
        ends = (_title(part, scene, catalogue) for scene in (old, new))
        yield form.format(name=_PARTS.get(part, PARTS[part].lower()), **_ends(*ends))
    for at, param in fields(new, catalogue).items():
        part = at.partition(".")[0]
        if part in other or at not in old.values or old.values[at] == new.values[at]:
            continue  # a value that came with another component is a part of that
        if part != "view" or seen:
            yield _phrase(param, old.values[at], new.values[at], form)


def _phrase(param: Param, old: Value, new: Value, form: str) -> str:
    name = named(param)
    if param.type == "bool":
        return f"{name} {'on' if new else 'off'}"
    if param.type in ("floats", "table", "text"):
        return f"{name} changed"
    words = (param.choices.get(str(v), format_value(v)) for v in (old, new))
    return form.format(name=name, **_ends(*map(markup.to_plain, words)))


def named(param: Param) -> str:
    """A parameter within a sentence: “training β”, “rate η”."""
    label, symbol = markup.to_plain(param.label), markup.to_plain(param.symbol)
    small = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    return small if not symbol or symbol in label.split() else f"{small} {symbol}"


def _ends(old: str, new: str) -> dict[str, str]:
    return {"old": old or "none", "new": new or "none"}


def _title(part: str, scene: Scene, catalogue: Catalogue) -> str:
    kind = scene.kind(part)
    return f"“{markup.to_plain(catalogue.component(part, kind).title)}”" if kind else ""


def _joined(told: list[str]) -> str:
    more = len(told) - _MOST
    if more <= 0:
        return ", ".join(told)
    return f"{', '.join(told[:_MOST])} and {more} more"
