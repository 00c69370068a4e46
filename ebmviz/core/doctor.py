"""The doctor: from the meter's numbers to a plain word, and a remedy.

The thresholds lie in the gaps of what tests/benchmarks/collapse.py finds: flatness is above 0.86 in
all that has collapsed and under 0.62 in all else. Where nothing has, one cell of 64 climbs at most
an eighth of the whole height; at ten times the rate NLL makes cells that climb nine tenths of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import msgspec

FLAT = 0.75  # of `meter_flatness`: less than a third of the relief of fresh weights is left, and
LEVEL = 0.1  # of `meter_rank`: the data do not stand out in what is left
WALL = 0.25  # of `meter_wall`: one cell climbs a quarter of the whole height
CLIFF = 10.0  # of `meter_cliff`: P changes by e^10 within one cell of 64, where P is trained
LOST = 0.15  # of `meter_rank`: other answers that lie as low as the right one; 0.5 is chance
RIGHT = 0.8  # of `meter_accuracy`

_LOWER = "Weight decay, a spectral norm or a gradient penalty keep the walls low"
_RESTART = "Reset, and train at a lower rate η"

State = Literal["unknown", "untrained", "diverged", "collapsed", "canyon", "undecided", "healthy"]


class Verdict(msgspec.Struct, frozen=True):
    """How a model is, in a word, why, and what to do; both sentences may be empty."""

    state: State
    name: str
    why: str = ""
    remedy: str = ""

    @property
    def text(self) -> str:
        """All of it, for one line: “collapsed: F is flat; … Try …”."""
        said = f"{self.name}: {self.why}" if self.why else self.name
        return f"{said}. {self.remedy}" if self.remedy else said


def diagnose(metrics: Mapping[str, float], facts: frozenset[str]) -> Verdict:
    """The verdict on metrics of `ebmviz.engine.measures.meter` under a scene's facts."""
    if "meter_flatness" not in metrics:
        return Verdict("unknown", "not measured")
    if metrics.get("last_step", 1.0) == 0:
        return Verdict("untrained", "not trained yet", "the weights are fresh")
    if not all(math.isfinite(v) for name, v in metrics.items() if name.startswith("meter_")):
        return Verdict("diverged", "diverged", "energies are no numbers any more", _RESTART)
    level = metrics.get("meter_rank", 1.0) >= LEVEL
    if metrics["meter_flatness"] >= FLAT and level:
        return Verdict("collapsed", "collapsed", f"F is flat; {_cause(facts)}", _way_out(facts))
    if "meter_accuracy" in metrics:
        return _of_classes(metrics["meter_accuracy"])
    rank = metrics.get("meter_rank", 1.0)
    others = f"{_percent(rank)} of all answers lie as low as the right one"
    if why := _canyon(metrics, facts):
        return Verdict("canyon", "digging a canyon", why, _LOWER)
    if rank >= LOST:
        return Verdict("undecided", "not there yet", others, "Train on, or raise the rate η")
    return Verdict("healthy", "healthy", f"F is low on the data; {others}")


def _canyon(metrics: Mapping[str, float], facts: frozenset[str]) -> str:
    """Why the walls are those of a canyon; empty where they are not."""
    if metrics.get("meter_wall", 0.0) >= WALL and "contrastive" in facts:
        return f"a 64th of the box climbs {_percent(metrics['meter_wall'])} of all height"
    if metrics.get("meter_cliff", 0.0) >= CLIFF and "likelihood" in facts:
        return f"over a 64th of the box ln P falls by {metrics['meter_cliff']:.0f} nats"
    return ""


def _of_classes(accuracy: float) -> Verdict:
    found = f"{_percent(accuracy)} of the data have the least energy in their own class"
    if accuracy < RIGHT:
        more = "Train on, raise the rate η, or give the network more units"
        return Verdict("undecided", "not there yet", found, more)
    return Verdict("healthy", "healthy", found)


def _cause(facts: frozenset[str]) -> str:
    if "objective.loss=energy" in facts:
        return "the energy loss never pushes up"
    if facts & {"objective.loss=perceptron", "objective.loss=lvq2"}:
        return "this loss has no margin, and equal energies cost it nothing"
    if _offending(facts):
        return "there the push on the most offending answer and the pull on the right one cancel"
    return "wrong answers are not pushed up enough"


def _way_out(facts: frozenset[str]) -> str:
    if not _offending(facts) and "contrastive" in facts and not _content(facts):
        return "Try a larger margin or push, or more steps at a lower rate η"
    if _offending(facts) and not _content(facts):
        return "Try wrong answers that are expected on the grid, or uniform noise"
    if "decoder" in facts:
        return "Try a larger β, a smaller latent space or more λ: that limits the low-energy volume"
    return "Try a margin loss, or an architecture whose low-energy volume is limited"


def _offending(facts: frozenset[str]) -> bool:
    return "objective.negatives=offending" in facts


def _content(facts: frozenset[str]) -> bool:
    """Whether the loss itself is content with equal energies."""
    return bool(facts & {f"objective.loss={k}" for k in ("energy", "perceptron", "lvq2")})


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"
