"""The doctor: from the meter's numbers to a plain word, and a remedy.

The thresholds lie in gaps of what is measured of models whose state is known (`python -m
tests.engine.verdicts`), with the nearest that were found on both sides. `meter_rank`: fits up to
0.117, one constant answer to all from 0.123; of squared distances at β = ∞ `meter_left` tells them
better: fits up to 0.20, models half trained from 0.27, one answer to all from 0.85. `meter_depth`:
flat up to 0.018, else from 0.036. `meter_left`: spent up to 0.004 where flat, 0.14 where still
falling. `meter_explained`: too hot up to 0.044, else from 0.13; as a part of what the blur leaves,
half trained up to 0.45, trained from 0.8. `meter_missed`: trained up to 0.16, one or two points for
all data from 0.29. `meter_kl`: collapsed up to 0.0006
nats, else from 1. `meter_canyon`: trained fits and true densities up to 1.03, the canyon from 1.79.
`meter_fall` of losses that only pull down: bounded energies up to 0.8, others from 500. Flatness:
above 0.92 where collapsed, 0.77 where a loss is stuck, under 0.62 in all else without a unit
(tests/benchmarks/collapse). `meter_held`: above 0.29 of all that regularisers keep from fitting,
which it would say of some that fit as well: it is asked of those alone that do not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import msgspec

from ebmviz.core import remedies
from ebmviz.core.remedies import Remedy

FLAT = 0.75  # of `meter_flatness`: less than a third of the relief of fresh weights is left, and
LEVEL = 0.1  # of `meter_rank`: the data do not stand out in what is left
SHALLOW = 0.025  # of `meter_depth`: the relief is nothing beside the energy's own unit, and
LEFT = 0.05  # of `meter_left`: a loss that only pulls down has no way left to go
CANYON = 1.5  # of `meter_canyon`: ln P falls faster than the data's own width asks for
LOST = 0.12  # of `meter_rank`: other answers that lie as low as the right one; 0.5 is chance
UNFIT = 0.24  # of `meter_left`, of squared distances that no β blurs: one answer to all is near 1,
# and of `meter_missed`, of those that it blurs
CROWDED = 0.2  # of `meter_rank`: where those are small, data that fill their box have so many
RIGHT = 0.8  # of `meter_accuracy`, and
SURE = 0.95  # so much of it that a loss that has risen does not matter
UNUSED = 0.1  # of `meter_explained`: z tells nothing of the data along an axis, and
BLURRED = 0.5  # of `meter_blur`: so wide is what exp(−βF) blurs there beside the data, and
GROWS = 1.1  # of `meter_growth`: but for a manifold that F still stretches there
WARM = 0.25  # of `meter_blur`: the blur is seen
PART, LITTLE = 0.6, 0.05  # of `meter_explained` beside 1 − `meter_blur`, which training leads to
SILENT = 0.05  # of `meter_kl`, nats: q(z|y) is the prior, whatever y
RISEN = 0.1  # of the loss at the start: a rise that is more than noise
STILL, FAR = 1e-6, 10.0  # of `meter_fall`: nothing has moved; much has, and
GAINED = 0.1  # of the loss of fresh weights: no more than that was won by it
FALLEN = 5.0  # of `meter_fall`: E on the data is so many reliefs below where it began
FEWEST = 3  # different data
MUTE = 0.01  # of `meter_told`: nothing of y is left in its code
HELD = 0.2  # of `meter_held/PATH`: what keeps a model from fitting that does not fit, and
STRONG = 1.0  # while its loss may still fall

# fmt: off
State = Literal[
    "unknown", "few", "untrained", "diverged", "runaway", "collapsed", "canyon", "undecided",
    "separates",
]
# fmt: on
SEPARATES, UNDECIDED = "separates the data", "not fitted yet"


class Verdict(msgspec.Struct, frozen=True):
    """How a model is, in a word, why, and what to do; both sentences may be empty.

    controls: the paths of what the remedy names.
    """

    state: State
    name: str
    why: str = ""
    remedy: str = ""
    controls: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it, for one line: “collapsed: F is flat; … Try …”."""
        said = f"{self.name}: {self.why}" if self.why else self.name
        return f"{said}. {self.remedy}" if self.remedy else said


def diagnose(metrics: Mapping[str, float], facts: frozenset[str]) -> Verdict:
    """The verdict on metrics of `ebmviz.engine.measures.base.collapse` under a scene's facts."""
    if facts & {"still", "own-steps", "experiment"}:
        return Verdict("unknown", "nothing to judge", "no loss trains this energy")
    if "meter_flatness" not in metrics:
        return Verdict("unknown", "not measured")
    for look in (_data, _run, _endless, _flat, _risen, _hot):
        if found := look(metrics, facts):
            return _held(found, metrics, facts)
    return _held(_found(metrics, facts), metrics, facts)


def _verdict(state: State, name: str, why: str, remedy: Remedy) -> Verdict:
    return Verdict(state, name, why, remedy.text, remedy.controls)


def _data(metrics: Mapping[str, float], facts: frozenset[str]) -> Verdict | None:
    """What rests on too little."""
    count, answers = metrics.get("meter_data", math.inf), metrics.get("meter_answers", math.inf)
    why = f"{count:.0f} different data" if count > 1 else "all data are the same"
    if count >= FEWEST and answers < 2:
        why = "all are of one class" if "discrete" in facts else "all answers are the same"
    elif count >= FEWEST:
        return None
    return _verdict("few", "not enough data to judge", why, remedies.more_data(facts))


def _run(metrics: Mapping[str, float], _facts: frozenset[str]) -> Verdict | None:
    """What the training itself says."""
    if metrics.get("diverged"):
        why = "training diverged from here on"
        return _verdict("diverged", "diverged", why, remedies.LOWER_RATE)
    if metrics.get("last_step", 1.0) == 0:
        return Verdict("untrained", "not trained yet", "these are the initial weights")
    if not all(math.isfinite(v) for name, v in metrics.items() if name.startswith("meter_")):
        why = "some energies are not finite"
        return _verdict("diverged", "diverged", why, remedies.LOWER_RATE)
    return None


def _risen(metrics: Mapping[str, float], facts: frozenset[str]) -> Verdict | None:
    """A loss above where it began, of a model that is no good."""
    now, start = (metrics.get(f"meter_{name}", 0.0) for name in ("loss", "start"))
    risen = now > start + RISEN * abs(start)
    fresh = metrics.get("meter_fresh", math.inf)
    fall = metrics.get("meter_fall", 0.0)
    pulled = "contrastive" not in facts and fall > 0 and now < fresh  # by all that E has fallen
    returns = now < start - GAINED * abs(start)  # from where a new bound had put it
    strayed = abs(fall) > FAR and now > fresh - GAINED * abs(fresh) and not (pulled or returns)
    if not (risen or strayed) or _separated(metrics):
        return None
    start = start if risen else fresh
    why = f"the loss is {_number(now)}, and began at {_number(start)}"
    return _verdict("diverged", "diverged", why, remedies.LOWER_RATE)


def _endless(metrics: Mapping[str, float], facts: frozenset[str]) -> Verdict | None:
    """Energies that fall as long as one trains."""
    if facts & {"contrastive", "sampled", "nonnegative", "cosine"}:
        return None
    if metrics.get("meter_fall", 0.0) < FALLEN:
        return None
    why = "E on the data keeps falling; it has no lower bound, and this loss never pushes up"
    return _verdict("runaway", "unbounded below", why, remedies.push_up(facts))


def _flat(metrics: Mapping[str, float], facts: frozenset[str]) -> Verdict | None:
    if metrics.get("meter_kl", math.inf) < SILENT:
        why = f"KL(q‖p) is {_number(metrics['meter_kl'])} nats: the code tells nothing about y"
        return _verdict("collapsed", "posterior collapse", why, remedies.COLDER)
    told = metrics.get("meter_told", 1.0)
    if told < MUTE and metrics.get("meter_held/energy.sparsity", 0.0) >= HELD:
        why = f"the codes tell {_percent(told)} of the data's variance; nearly all are 0"
        return _verdict("collapsed", "collapsed", why, remedies.release(["energy.sparsity"]))
    if "meter_depth" in metrics:
        flat = metrics["meter_depth"] < SHALLOW
        falling = metrics["meter_left"] >= LEFT and "contrastive" not in facts
    else:
        level = not _separated(metrics)
        flat, falling = metrics["meter_flatness"] >= FLAT and level, False
    if flat and falling:
        return _verdict("undecided", UNDECIDED, "F is flat, but still falls", remedies.TRAIN_ON)
    if flat:
        return _verdict("collapsed", "collapsed", f"F is flat; {_cause(facts)}", _way_out(facts))
    if abs(metrics.get("meter_fall", 1.0)) < STILL and not _separated(metrics):
        why = "E on the data is that of the initial weights"
        return _verdict("undecided", UNDECIDED, why, remedies.TRAIN_ON)
    return None


def _hot(metrics: Mapping[str, float], _facts: frozenset[str]) -> Verdict | None:
    """A latent that no datum has for itself."""
    unused = metrics.get("meter_explained", 1.0) < UNUSED
    grows = metrics.get("meter_growth", 0.0) > GROWS
    if not unused or grows or metrics.get("meter_blur", 0.0) < BLURRED or _separated(metrics):
        return None
    why = f"too hot, 1/(2β) is {_percent(metrics['meter_blur'])} of the data's variance"
    return _verdict("collapsed", "collapsed", f"{why} along an axis", remedies.COLDER)


def _found(metrics: Mapping[str, float], facts: frozenset[str]) -> Verdict:
    """Whether the right answers are found."""
    if "meter_accuracy" in metrics:
        right = metrics["meter_accuracy"]
        why = f"{_percent(right)} of the data have the least energy in their own class"
        if right < RIGHT:
            return _verdict("undecided", UNDECIDED, why, remedies.more_room(facts))
        return Verdict("separates", SEPARATES, why)
    if metrics.get("meter_canyon", 0.0) >= CANYON:
        why = f"walls {metrics['meter_canyon']:.2g} times as steep as the data's own width asks for"
        return _verdict("canyon", "canyon", why, remedies.lower_walls(facts))
    rank = metrics.get("meter_rank", 1.0)
    why = f"{_percent(rank)} of candidate answers lie as low as the correct one"
    lost, blur = _lost(metrics, facts), metrics.get("meter_blur", 0.0)
    if blur >= WARM and (lost or rank >= LEVEL):
        why = f"{why}; 1/(2β) is {_percent(blur)} of the data's variance along an axis"
        if lost:
            return _verdict("undecided", UNDECIDED, why, remedies.COLDER_OR_ON)
        # There is no gap in β: what is said is the same on both sides of the threshold.
        return _verdict("separates" if rank < LOST else "undecided", "warm", why, remedies.COLDER)
    if lost:
        return _verdict("undecided", UNDECIDED, why, remedies.TRAIN_ON)
    return Verdict("separates", SEPARATES, why)


def _held(found: Verdict, metrics: Mapping[str, float], facts: frozenset[str]) -> Verdict:
    """The same of a model that does not fit, under a regulariser that is strong beside the data:
    that one is to be turned before all else.
    """
    flat = "flat" in found.why  # which no price of z makes it
    least = HELD if metrics.get("settled") or found.state == "collapsed" else STRONG
    strong = [
        at
        for at in remedies.HOLDS
        if metrics.get(f"meter_held/{at}", 0.0) >= least and not (flat and at.startswith("energy."))
    ]
    # Of distances that are small already no price was too high.
    fitted = facts & {"decoder", "reconstructs"} and metrics.get("meter_left", 1.0) < LEFT
    if (
        found.state not in ("undecided", "collapsed")
        or not strong
        or fitted
        or _hot(metrics, facts)
    ):
        return found
    what = f"under {remedies.named(strong)}"
    if found.state == "collapsed":
        why = f"{found.why.partition(';')[0]} {what}" if flat else found.why
        return _verdict("collapsed", found.name, why, remedies.release(strong))
    if metrics.get("settled"):
        why = f"{found.why.partition(', but')[0]}, and the loss has settled {what}"
        return _verdict("undecided", "over-regularised", why, remedies.release(strong))
    return _verdict("undecided", found.name, found.why, remedies.release_or_on(strong))


def _lost(metrics: Mapping[str, float], facts: frozenset[str]) -> bool:
    """Whether right answers are not told from others: by their distances where these are known, for
    a manifold through data that fill their box leaves many others as near. Where β blurs these, by
    what the latents miss of the data, and explain of what the blur leaves.
    """
    if "meter_missed" in metrics:
        left = max(1.0 - metrics["meter_blur"], LITTLE)
        return metrics["meter_missed"] >= UNFIT or metrics["meter_explained"] < PART * left
    rank = metrics.get("meter_rank", 1.0)
    distances = bool(facts & {"decoder", "reconstructs"}) and "meter_left" in metrics
    if not distances:
        return rank >= LOST
    return rank >= CROWDED or metrics["meter_left"] >= UNFIT


def _separated(metrics: Mapping[str, float]) -> bool:
    if "meter_accuracy" in metrics:
        return metrics["meter_accuracy"] >= SURE
    return metrics.get("meter_rank", 1.0) < LEVEL


def _cause(facts: frozenset[str]) -> str:
    if "marginless" in facts:
        return "this loss has no margin, and equal energies cost it nothing"
    if "contrastive" not in facts:
        return "this loss never pushes up"
    if _offending(facts):
        return "there the push on the most offending answer and the pull on the correct one cancel"
    return "negatives are not pushed up enough"


def _way_out(facts: frozenset[str]) -> Remedy:
    if "contrastive" in facts and "marginless" not in facts:
        return remedies.other_answers(facts) if _offending(facts) else remedies.push_harder(facts)
    limits = remedies.limit_volume(facts)
    return limits if limits.text else remedies.push_up(facts)


def _offending(facts: frozenset[str]) -> bool:
    return "objective.negatives=offending" in facts


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"
