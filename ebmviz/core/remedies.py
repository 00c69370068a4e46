"""What may help a model, in words that name only what its scene has.

The facts of a scene say what there is to turn ("control:PATH", "offers:…"), so that no advice names
a control that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

RATE = "optimizer.lr"
BETA = "objective.beta"


class Remedy(msgspec.Struct, frozen=True):
    """A sentence without its full stop, and the paths of the controls that it names."""

    text: str = ""
    controls: tuple[str, ...] = ()


LOWER_RATE = Remedy("Lower the rate η and train on, or reset", (RATE,))
TRAIN_ON = Remedy("Train on while the loss falls; lower the rate η where it jumps", (RATE,))
COLDER = Remedy("Raise the training β", (BETA,))
COLDER_OR_ON = Remedy("Raise the training β, or train on while the loss falls", (BETA,))

# By path: what to turn, and how, to leave less room for low energies, and to keep walls low.
_VOLUME = {
    "energy.code": "choose a smaller code",
    "energy.dimension": "lower the dimension of z",
    "energy.strength": "raise the price of z, λ",
    "energy.sparsity": "raise the sparsity λ",
}
_WALLS = {
    "regularizer.decay": "weight decay λ_w",
    "regularizer.spectral": "a spectral norm σ",
    "regularizer.gradient": "a gradient penalty γ",
}

# By path: what it is called that holds a model back, and which way it gives way.
HOLDS = {
    "regularizer.decay": ("lower", "the weight decay λ_w"),
    "regularizer.clip": ("raise", "the clipping bound c"),
    "regularizer.spectral": ("raise", "the spectral norm σ"),
    "regularizer.gradient": ("lower", "the gradient penalty γ"),
    "regularizer.magnitude": ("lower", "the magnitude penalty α"),
    "energy.strength": ("lower", "the price of z, λ"),
    "energy.sparsity": ("lower", "the sparsity λ"),
    "objective.springs": ("lower", "the springs γ"),
}


def named(holding: Iterable[str]) -> str:
    """What holds a model back."""
    return _listed([HOLDS[at][1] for at in holding], "and")


def release(holding: Iterable[str]) -> Remedy:
    """Of a model that regularisers hold back."""
    there = tuple(holding)
    said = _listed([" ".join(HOLDS[at]) for at in there])
    return Remedy(f"{said[:1].upper()}{said[1:]}, and train on", there)


def release_or_on(holding: Iterable[str]) -> Remedy:
    """The same while the loss may still fall."""
    there = tuple(holding)
    said = _listed([" ".join(HOLDS[at]) for at in there])
    return Remedy(f"Train on while the loss falls, or {said}", there)


def push_up(facts: frozenset[str]) -> Remedy:
    """Of losses that leave wrong answers where they are, or ask for no margin."""
    if "control:objective.variance" in facts:
        return Remedy("Raise the weight of the variance", ("objective.variance",))
    ways = []
    if "offers:contrastive" in facts:
        ways.append("a loss with a margin")
    if "embeds" in facts:
        ways.append("the non-contrastive loss")
    return Remedy(f"Choose {_listed(ways)}", ("objective.loss",)) if ways else Remedy()


def limit_volume(facts: frozenset[str]) -> Remedy:
    """Of architectures that can reach every answer."""
    there = [at for at in _VOLUME if f"control:{at}" in facts]
    if not there or not facts & {"decoder", "reconstructs"}:
        return Remedy()
    said = _listed([_VOLUME[at] for at in there])
    return Remedy(said[:1].upper() + said[1:], tuple(there))


def other_answers(facts: frozenset[str]) -> Remedy:
    """Of a push on the most offending answer that cancels the pull on the right one."""
    there = {"grid": "expected on the grid", "uniform": "uniform noise"}
    named = [text for v, text in there.items() if f"offers:objective.negatives={v}" in facts]
    if not named:
        return push_harder(facts)
    return Remedy(f"Choose negatives ŷ {' or '.join(named)}", ("objective.negatives",))


def push_harder(facts: frozenset[str]) -> Remedy:
    """Of a push that is too weak."""
    if "control:objective.margin" in facts:
        return Remedy(
            "Raise the margin m, or lower the rate η and train on", ("objective.margin", RATE)
        )
    return LOWER_RATE


def lower_walls(facts: frozenset[str]) -> Remedy:
    """Of walls that grow without end."""
    there = [at for at in _WALLS if f"control:{at}" in facts]
    if there:
        return Remedy(f"Keep the walls low by {_listed([_WALLS[at] for at in there])}", (*there,))
    if f"control:{BETA}" in facts:
        return Remedy("Lower the training β", (BETA,))
    return Remedy()


def more_room(facts: frozenset[str]) -> Remedy:
    """Of classes that are not told apart."""
    if "control:energy.hidden" in facts:
        return Remedy(
            f"{TRAIN_ON.text}; or raise the hidden units",
            (*TRAIN_ON.controls, "energy.hidden"),
        )
    return TRAIN_ON


def more_data(facts: frozenset[str]) -> Remedy:
    """Of data that show nothing."""
    if "control:data.count" in facts:
        return Remedy("Raise the number of points", ("data.count",))
    return Remedy("Open more points")


def _listed(words: list[str], last: str = "or") -> str:
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
