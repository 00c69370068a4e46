"""Scenes of a person's own: JSON files as those of resources/scenes, each with its `name` in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ebmviz.core import assets, library, outside
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.plugins import files
from ebmviz.core.plugins.loading import Broken, Loader

_HELD: dict[str, str] = {}
"""The name of the scene, by file."""
_LOADER = Loader(_HELD)
_LARGEST = 16 << 20  # bytes


def load(
    words: Sequence[str | Path], catalogue: Catalogue, without: Sequence[str] = ()
) -> tuple[str, ...]:
    """Offer the scenes among these files beside the built-in ones; a sentence per broken one."""

    def take(key: str, _: Path, source: bytes) -> None:
        raw = _parsed(source)
        name, before = raw["name"], _HELD.get(key)
        if name != before and name in assets.scene_names():
            raise Broken(f"there is another scene “{name}”", clash=True)
        try:
            library.described(raw, catalogue)
        except UserError as error:
            raise Broken(str(error)) from None
        if before is not None:
            del assets.PLUGGED[before]
        assets.PLUGGED[name], _HELD[key] = raw, name

    return _LOADER.load(files.of("scene", words, _HELD, without), take)


def _parsed(source: bytes) -> dict[str, Any]:
    if len(source) > _LARGEST:
        raise Broken(f"larger than the {_LARGEST >> 20} MiB of a scene")
    try:
        raw = json.loads(source)
    except json.JSONDecodeError as error:
        raise Broken(f"not JSON: {error.msg}", error.lineno) from None
    except (ValueError, RecursionError):
        raise Broken("not JSON") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("name"), str):
        raise Broken("a scene is an object with a `name`")
    outside.name(raw["name"], "the scene's name")
    order = raw.setdefault("order", 1000)
    if isinstance(order, bool) or not isinstance(order, int):
        raise Broken("its `order` must be a whole number")
    title = raw.setdefault("title", raw["name"])
    figures = raw.setdefault("figures", [])
    shown = isinstance(title, str) and not any("\ud800" <= c <= "\udfff" for c in title)
    if not shown or not isinstance(figures, list):
        raise Broken("a scene's title must be text, its figures a list")
    return raw
