"""How likely and how unusual a joint model finds a place, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot
from ebmviz.figures.words import text

LEAK = 0.01  # of P outside the box: more makes the truth itself doubtful


@dataclass(frozen=True)
class Judge:
    """How likely a place is, and how unusual, by the map alone.

    symbol: of what the map shows, F at this β. log_z: ln ∫ exp(−βF) over the box of Z, in nats.
    known (N,): F at all data, ascending. doubt: what speaks against log_z, in words.
    """

    symbol: str
    beta: float
    log_z: float
    known: Array
    doubt: str = ""

    def log_p(self, energy: float) -> float:
        """ln p, in nats per unit of area, where F is `energy`."""
        return -self.beta * energy - self.log_z

    def score(self, energy: float) -> float:
        """The share of the data where F is lower."""
        return float(np.searchsorted(self.known, energy)) / len(self.known)

    def said(self, energy: float) -> str:
        """Both in words, and the verdict."""
        score = self.score(energy)
        log_p = f"ln p(x) = {text.fixed(self.log_p(energy), 2)} nats{self.doubt}"
        above = f"{self.symbol} above that of {percent(score)} of the data"
        return f"{log_p} · {above}: {verdict(score)}"


def judge(shot: Shot) -> Judge | None:
    """The judge of places; None where it is of no joint model, of one answer alone, or of a β
    without a density.
    """
    m = shot.snapshot.metrics
    if not shot.snapshot.has("known") or "oracle_log_z" not in m:
        return None
    known = shot.snapshot.arrays["known"].astype(np.float64)
    doubt = " in the box of Z alone" if m["oracle_leakage"] > LEAK else ""
    symbol = text.map_symbol(shot.scene)
    return Judge(symbol, shot.scene.view.beta, m["oracle_log_z"], known, doubt)


def hint(scene: Scene) -> str:
    """What stands in the place of the judge's words while no place is pointed at."""
    return _silent(scene) or "Point at the map: ln p(x), and how unusual x is beside the data"


def _silent(scene: Scene) -> str:
    """Why a map says nothing of p(x); empty where it does."""
    if scene.view.answer >= 0:
        return "The map is of one class alone: with answer −1 it tells ln p(x)"
    if not 0 < scene.view.beta < math.inf:
        return "β = 0 and β = ∞ have no density p(x): move β"
    return ""


def verdict(score: float) -> str:
    """What the share of the data with a lower energy says of a place."""
    if score >= 0.99:
        return "out of distribution"
    return "at the edge" if score >= 0.9 else "like the data"


def percent(share: float) -> str:
    """A share as a whole number of per cent."""
    return f"{text.fixed(100 * share, 0)} %"
