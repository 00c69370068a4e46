"""The names of what is not drawn, as `view.hidden` holds them: with commas between."""

from __future__ import annotations


def names(hidden: str) -> tuple[str, ...]:
    """Each once, in the order in which they were hidden."""
    return tuple(dict.fromkeys(name.strip() for name in hidden.split(",") if name.strip()))


def toggled(hidden: str, name: str) -> str:
    """The same with one more name, or without it."""
    there = names(hidden)
    return ",".join(n for n in there if n != name) if name in there else ",".join((*there, name))
