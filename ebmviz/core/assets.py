"""Finds resources/, icons/ and modules in a checkout and in an installed wheel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent.parent
PLUGGED: dict[str, dict[str, Any]] = {}
"""Scenes of plug-ins by name: `ebmviz.core.plugins.scenes` alone writes them."""


def _folder(name: str) -> Path:
    inside = _PACKAGE / name  # a wheel carries them within the package
    return inside if inside.is_dir() else _PACKAGE.parent / name


def resource(name: str) -> Path:
    """A file under resources/, such as `data/ellipse24.csv`."""
    return _folder("resources") / name


def icon(name: str) -> Path:
    """The SVG of an action."""
    return _folder("icons") / f"{name}.svg"


def modules(folder: str) -> list[str]:
    """The Python files of a folder of the package, sorted, such as `engine/losses/hinge.py`."""
    names = sorted(path.name for path in (_PACKAGE / folder).glob("*.py"))
    return [f"{folder}/{name}" for name in names if name != "__init__.py"]


def scene_names() -> list[str]:
    """Names of the built-in scenes, and of those of plug-ins, in the order of their lecture."""
    names = (*(p.stem for p in resource("scenes").glob("*.json")), *PLUGGED)
    return sorted(names, key=lambda n: (_order(n), n))


def has_scene(name: str) -> bool:
    """Whether a built-in scene or one of a plug-in has this name, without reading every file."""
    return name in PLUGGED or any(p.stem == name for p in resource("scenes").glob("*.json"))


def scene_json(name: str) -> dict[str, Any]:
    """The file of a scene that has a name of its own."""
    if name in PLUGGED:
        return PLUGGED[name]
    raw = json.loads(resource(f"scenes/{name}.json").read_text("utf-8"))
    assert isinstance(raw, dict)
    return raw


def _order(name: str) -> int:
    return int(scene_json(name).get("order", 1000))
