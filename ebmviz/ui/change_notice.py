"""What a change brought with it, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from ebmviz.core import markup
from ebmviz.core import scene as scenes
from ebmviz.core.catalogue import Catalogue, selector
from ebmviz.core.scene import Scene

_WORDS = {"data": "the data are now", "objective": "the loss is now"}
_PICTURE = "view.picture"


def consequence(old: Scene, new: Scene, changes: Mapping[str, object], catalogue: Catalogue) -> str:
    """Which data, loss and picture gave way to another energy; empty where none did."""
    if old is new or "energy.kind" not in changes:
        return ""
    moved = [part for part in _WORDS if old.kind(part) != new.kind(part)]
    told = [
        f"{_WORDS[part]} “{_title(part, new, catalogue)}”"
        for part in moved
        if selector(part) not in changes
    ]
    if _PICTURE not in changes and old[_PICTURE] != new[_PICTURE]:
        shown = scenes.visible(new, catalogue).get(_PICTURE)
        told += [f"the map shows “{shown.choices[str(new[_PICTURE])]}”"] if shown else []
    if not told:
        return ""
    *most, last = told
    sentence = f"{', '.join(most)} and {last}" if most else last
    energy = _title("energy", new, catalogue)
    return f"{sentence[0].upper()}{sentence[1:]}: the previous ones do not fit {energy}."


def _title(part: str, scene: Scene, catalogue: Catalogue) -> str:
    return markup.to_plain(catalogue.component(part, scene.kind(part)).title)
