"""The sentence under the map: what is drawn, with its sign and its normalisation."""

from __future__ import annotations

import math

from ebmviz.core.scene import Scene
from ebmviz.figures.words import thermal
from ebmviz.figures.words.text import answer, free_energy, map_symbol, number, variational

_GAP = "   ·   "
_UPDATE = "by how much the next update changes F: blue is pushed down, red pushed up"

_DENSITY = "P = exp(−βF) / Z with Z = ∫ exp(−βF) over the box around the data: probable is bright"
_CHAINS = "density of the chains, in the colours of P = exp(−βF) / Z: many is bright"


def formula(scene: Scene, says: str = "") -> str:
    """What the map shows, or what the figure in its place `says` of itself, which sign means what,
    and the seed.
    """
    view = scene.view
    picture = "energy" if view.dimension == "3-D" else view.picture  # isolines are of F alone
    if picture in ("probability", "chains") and 0 < view.beta < math.inf:
        density = _DENSITY if picture == "probability" else _CHAINS
        return _GAP.join((density, f"seed {scene['seed']}"))
    if picture in ("push", "push-one"):
        return _GAP.join((_UPDATE, f"seed {scene['seed']}"))
    said = [says or _shown(scene)]
    if "experiment" not in scene.facts:
        said.append("low energy = compatible")
    return _GAP.join((*said, f"seed {scene['seed']}"))


def _shown(scene: Scene) -> str:
    facts = scene.facts
    if "discrete" in facts:
        if map_symbol(scene) == "E":
            return f"{answer(scene, scene.view.answer)}, the energy of one answer"
        return _soft_minimum(scene.view.beta, "x", "y", "C", "E(x, y)")
    if variational(scene):
        return "F̃(y) = ⟨E(y, z)⟩_q + (1/β) KL(q(z|y)‖p(z)), never below F"
    if "latent" in facts:
        return _over_latents(scene)
    if "reconstructs" in facts:
        return "F(y) = E at the code of y"
    if "plane:xy" in facts:
        return "E(x, y), without a latent: F = E"
    if "cosine" in facts:
        return "E(x, y′) for every x, with y′ at the probe"
    return "E(y), without a latent: F = E"


def _over_latents(scene: Scene) -> str:
    condition = "x, " if "conditional" in scene.facts else ""
    if {"prior", "encodes"} & scene.facts:
        return _with_prior(scene.view.beta, condition)
    own = "energy.centres" if "centres" in scene.facts else "energy.latents"
    own = "energy.stored" if "attention" in scene.facts else own
    exact = "centres" in scene.facts or "latent-1d" in scene.facts
    count = str(scene[own]) if exact and own in scene.values else "|Z|"
    return _soft_minimum(scene.view.beta, f"{condition}y", "z", count, f"E({condition}y, z)")


def _soft_minimum(beta: float, of: str, over: str, count: str, energy: str) -> str:
    shown = _named(of, beta)
    if math.isinf(beta):
        return f"{shown} = min_{over} {energy}{_warmth(beta)}"
    if beta == 0:
        return f"{shown} = (1/{count}) Σ_{over} {energy}{_warmth(beta)}"
    total = f"(logsumexp_{over}[−β {energy}] − ln {count})"
    return f"{shown} = −(1/β) {total}{_warmth(beta)}"


def _with_prior(beta: float, condition: str) -> str:
    energy, shown = f"E({condition}y, z)", _named(f"{condition}y", beta)
    if math.isinf(beta):
        return f"{shown} = min_z {energy}{_warmth(beta)}"
    if beta == 0:
        return f"{shown} = Σ_z p(z) {energy}{_warmth(beta)}"
    return f"{shown} = −(1/β) logsumexp_z[ln p(z) − β {energy}]{_warmth(beta)}"


def _named(of: str, beta: float) -> str:
    """F_β(of) by its two names."""
    return f"{free_energy(beta)}({of}) = {thermal.name('E', beta)}"


def _warmth(beta: float) -> str:
    """Its regime, with β and T where they are numbers."""
    told = thermal.regime(beta)
    if 0 < beta < math.inf:
        told = f"β = {number(beta, 6)}, {told}"
    return f"{_GAP}{told}, T = 1/(k_B β){thermal.temperature(beta).removeprefix('T')}"
