"""The built-in scenes and the shipped catalogue."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import msgspec

from ebmviz.core import assets
from ebmviz.core.catalogue import Catalogue, Component, suggestion
from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.params import Param, to_json_value
from ebmviz.core.scene import Scene, from_json


def scene(name: str, catalogue: Catalogue) -> Scene:
    """A built-in scene; UserError suggests what was meant."""
    if not assets.has_scene(name):
        names = assets.scene_names()
        raise UserError(
            f"“{clean(name, 80)}” is not a built-in scene{suggestion(name, names)}; available: "
            + ", ".join(names)
        )
    return described(assets.scene_json(name), catalogue)


def described(raw: dict[str, Any], catalogue: Catalogue) -> Scene:
    """The scene of such a file; UserError says what does not fit."""
    return from_json({k: v for k, v in raw.items() if k != "order"}, catalogue)


def shipped_catalogue() -> Catalogue:
    """The catalogue as of the release; the window starts from it before the engine answers."""
    return _read(assets.resource("catalogue.json").read_text("utf-8"))


@lru_cache(1)  # a window asks several times, and a value may be shared
def _read(text: str) -> Catalogue:
    return catalogue_from_json(json.loads(text)["components"])


def shipped_is_whole() -> bool:
    """Whether the shipped catalogue was written of the files that are there now. One that was
    added or taken away since is known to the engine alone, as a plug-in is.
    """
    files = _shipped()["files"]
    folders = {file.rpartition("/")[0] for file in files}
    return bool(files == [file for folder in sorted(folders) for file in assets.modules(folder)])


def _shipped() -> dict[str, Any]:
    raw = json.loads(assets.resource("catalogue.json").read_text("utf-8"))
    assert isinstance(raw, dict)
    return raw


def catalogue_to_json(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Plain JSON; parameters leave out what they do not declare."""
    out = []
    for component in catalogue.components:
        row = msgspec.to_builtins(msgspec.structs.replace(component, params=()))
        if not component.plugin:
            del row["plugin"]
        if not component.former:
            del row["former"]
        row["params"] = [_param_json(param) for param in component.params]
        out.append(row)
    return out


def catalogue_from_json(raw: list[dict[str, Any]]) -> Catalogue:
    """The inverse of `catalogue_to_json`."""
    components = []
    for row in raw:
        params = []
        for given in row["params"]:
            param = msgspec.convert({**given, "default": 0}, Param)
            default = param.check(given["default"], param.name)
            params.append(msgspec.structs.replace(param, default=default))
        component = msgspec.convert({**row, "params": []}, Component)
        components.append(msgspec.structs.replace(component, params=tuple(params)))
    return Catalogue(tuple(components))


def _param_json(param: Param) -> dict[str, Any]:
    plain = msgspec.to_builtins(msgspec.structs.replace(param, default=0))
    unset = Param("", "float", "", param.affects)
    kept = {
        name: value
        for name, value in plain.items()
        if name in ("name", "type", "label", "affects") or value != getattr(unset, name)
    }
    return {**kept, "default": to_json_value(param.default)}
