"""A change of a scene in a few words: for the history, the timeline and the branches."""

from __future__ import annotations

from collections.abc import Iterator

from ebmviz.core import markup
from ebmviz.core.catalogue import PARTS, Catalogue
from ebmviz.core.params import Param, Value, format_value
from ebmviz.core.scene import Scene, fields

_MOST = 2  # changes that are told one by one
_ARROW, _INSTEAD = "{name} {old} → {new}", "{name} {new} instead of {old}"
_LOOKS = ("sampler", "view")  # no training depends on them
_PARTS = {"objective": "loss"}  # the one part that goes by another word in a sentence


def changed(old: Scene, new: Scene, catalogue: Catalogue) -> str:
    """What leads from one scene to the other: “training β ∞ → 1”; empty where they are equal."""
    return _joined(list(_told(old, new, catalogue, _ARROW)))


def retrained(old: Scene, new: Scene, catalogue: Catalogue) -> str:
    """The same of what training depends on."""
    return _joined(list(_told(old, new, catalogue, _ARROW, _LOOKS)))


def differing(one: Scene, other: Scene, catalogue: Catalogue) -> str:
    """What `one` trains with and `other` does not: “training β 1 instead of ∞”."""
    return _joined(list(_told(other, one, catalogue, _INSTEAD, _LOOKS)))


def _told(
    old: Scene, new: Scene, catalogue: Catalogue, form: str, without: tuple[str, ...] = ()
) -> Iterator[str]:
    """A phrase for each difference, in the order of the panel, some parts left out."""
    kinds = {part: (old.kind(part), new.kind(part)) for part in PARTS if part not in without}
    other = [part for part, (was, now) in kinds.items() if was != now]
    for part in other:
        ends = (_title(part, scene, catalogue) for scene in (old, new))
        yield form.format(name=_PARTS.get(part, PARTS[part].lower()), **_ends(*ends))
    for at, param in fields(new, catalogue).items():
        part = at.partition(".")[0]
        if part in (*other, *without) or old.values.get(at, new.values[at]) == new.values[at]:
            continue  # a value that came with another component is a part of that
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
