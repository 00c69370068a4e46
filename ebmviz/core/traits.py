"""The names that facts of a scene go by, and what is said of a name that no fact has.

A `when`, `requires` or `forbids` with a misspelt name would never hold, and nobody would notice:
such names are refused where they are declared. What has a trait is a class of the engine, a
`Capability`; the window knows the name alone.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Literal, get_args

from ebmviz.core.errors import UserError

Trait = Literal[
    # of energies
    "decoder",
    "reconstructs",
    "latent",
    "latent-1d",
    "ring",
    "centres",
    "prior",
    "placed",
    "encodes",
    "embeds",
    "cosine",
    "atoms",
    "attention",
    "network",
    "chain",
    "regressor",
    "nonnegative",
    "fixed-shape",
    "continuous",
    "discrete",
    "signed",
    "many",
    "joint",
    "conditional",
    "own-steps",
    "recalls",
    "still",
    # of experiments
    "experiment",
    "tries",
    # of losses
    "thermal",
    "contrastive",
    "marginless",
    "likelihood",
    "sampled",
    "relative",
    # of samplers
    "unadjusted",
    "leapfrog",
]
"""What a component can do, or be relied on for, in one word."""
Over = Literal["y", "xy", "x"]
"""What the map of an energy is over: the fact is "plane:y" and so on."""
Takes = Literal["points", "conditioned", "labelled", "views", "patterns"]
"""The data that an energy takes: the fact is "takes:points" and so on."""

PLANES = tuple(f"plane:{over}" for over in get_args(Over))
TRAITS = (*get_args(Trait), *PLANES, *(f"takes:{data}" for data in get_args(Takes)))
"""In the order in which a component's are listed; "main:FIGURE" comes last."""
MAIN = "main:"
"""Begins the fact of an energy without a plane: the figure in the map's place."""
_SCENE = ("loss", "chains", "walking")
_FORM = re.compile(r"main:[a-z0-9-]+|card=[a-z0-9-]+|[a-z]+\.[a-z_0-9]+=.+|control:[a-z_0-9.]+")


def begun_by(facts: frozenset[str]) -> str:
    """The name of the button that begins the steps of a scene: whatever it is that they do."""
    if "recalls" in facts:
        return "Recall"
    return "Run" if facts & {"own-steps", "experiment"} else "Train"


def check(names: Iterable[str], where: str) -> None:
    """Raises UserError of the first name ("a|b" being either) that no fact of a scene has. Of
    "part.name=value" the form alone is looked at: `Catalogue.check` knows the values.
    """
    for fact in (fact for each in names for fact in each.split("|")):
        word = fact.removeprefix("offers:")
        if word not in _SCENE and not _FORM.fullmatch(word):
            check_traits([word], where)


def check_traits(names: Iterable[str], where: str) -> None:
    """Raises UserError of the first that is not the name of a trait."""
    for word in names:
        if word not in TRAITS and not word.startswith(MAIN):
            close = difflib.get_close_matches(word, TRAITS, n=1)
            meant = f" (did you mean “{close[0]}”?)" if close else ""
            raise UserError(f"{where}: there is no trait “{word}”{meant}")


def ordered(traits: Iterable[str]) -> tuple[str, ...]:
    """Traits, each once, in the order of `TRAITS`."""
    place = {trait: i for i, trait in enumerate(TRAITS)}
    return tuple(sorted(set(traits), key=lambda trait: place.get(trait, len(place))))
