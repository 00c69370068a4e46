"""Three sentences of each built-in scene: what you see, what to try, what it proves."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from ebmviz.core import pages

_FILE = "about.md"


class About(NamedTuple):
    """The sentences, in the notation of lessons."""

    see: str
    attempt: str
    proof: str


def about(name: str) -> About | None:
    """Of the built-in scene of that name; None where nothing is written of it."""
    return _every().get(name)


@cache
def _every() -> dict[str, About]:
    _, *parts = pages.read(_FILE).split("\n## ")
    found = {}
    for part in parts:
        name, *lines = part.splitlines()
        said = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
        found[name.strip()] = About(*said)
    return found
