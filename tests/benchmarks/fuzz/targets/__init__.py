"""What is read from anywhere, each kind by a target that reads it as the program does."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.benchmarks.fuzz.targets.base import Target

TARGETS = {
    "sessions": ("sessions", "Sessions"),
    "scenes": ("sessions", "Scenes"),
    "pictures": ("pictures", "Pictures"),
    "densities": ("densities", "Densities"),
    "lessons": ("lessons", "Lessons"),
    "formulas": ("formulas", "Formulas"),
    "tables": ("tables", "Tables"),
    "pasted": ("tables", "Pasted"),
    "arrays": ("arrays", "Arrays"),
    "frames": ("frames", "Frames"),
    "requests": ("frames", "Requests"),
    "typed": ("hands", "Typed"),
    "autosaves": ("autosaves", "Autosaves"),
    "outcomes": ("outcomes", "Outcomes"),
    "translations": ("translations", "Translations"),
    "settings": ("settings", "Settings"),
}
"""Name -> module and class: each loads no more than its reader."""


def target_of(name: str, folder: Path) -> Target:
    """One of them, which may write to this folder."""
    module, made = TARGETS[name]
    kind: type[Target] = getattr(import_module(f"{__name__}.{module}"), made)
    return kind(folder)
