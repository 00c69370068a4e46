"""The cards of the samplers: how far the chains are from P, and both as maps."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from ebmviz.core.plot import Axis, Curve, Image, Plot, Points, Sheet
from ebmviz.core.snapshot import Array
from ebmviz.figures.base.figure import Shot, live
from ebmviz.figures.layers import chains
from ebmviz.figures.words import text
from ebmviz.figures.words.likelihood import LEAK

_TITLE = "Samplers"
_LEAST = 1e-4  # nats: no KL on a logarithmic axis is smaller
_MIXED = 1.01  # R̂ below this is that of chains that have mixed
_ENOUGH = 400  # independent draws that it takes to say so: Vehtari et al. 2021, §1
_FAR = 2.0  # floors: a KL beyond this is not of chance
_SEEN = 5e-3  # nats: errors below do not show in two places
_AWAY = 0.01  # of the chains


def draw(shot: Shot) -> Plot:
    """KL of the chains to P over their steps; the rest in words."""
    a, m = shot.snapshot.arrays, shot.snapshot.metrics
    if not shot.snapshot.has("sampling_exact"):
        return _empty("β = 0 and β = ∞ have no density to sample: move β")
    if not shot.snapshot.has("sampling_step"):
        exact = _map(shot, f"{_TITLE} · {chains.symbol(shot)}", a["sampling_exact"], _high(shot))
        return msgspec.structs.replace(exact, caption=f"Press Sample (M). {truth(m)}")
    if "sampler_kl" not in m:
        exact = _map(shot, f"{_TITLE} · {chains.symbol(shot)}", a["sampling_exact"], _high(shot))
        return msgspec.structs.replace(exact, caption=caption(shot))
    step, kl = a["sampling_step"], np.maximum(a["sampling_kl"], _LEAST)
    floor = np.maximum(a["sampling_floor"], _LEAST)
    # Before the first entry and after the last, as it was there.
    ends = np.concatenate([[0.0], step, [max(m["sampler_steps"], 1.0)]])
    layers = (
        Curve(
            ends,
            np.concatenate([floor[:1], floor, floor[-1:]]),
            "muted",
            label="KL of as many exact samples (floor)",
            dash="dash",
        ),
        Curve(step, kl, "up", label="KL(chains ‖ P)", width=2.0),
        Points(step[-1:], kl[-1:], "up", size=6, halo=False),
    )
    least, most = (f(np.concatenate([kl, floor])) for f in (np.min, np.max))
    low, high = float(least) / 1.5, 1.5 * float(most)
    return Plot(
        title=f"{_TITLE} · KL {text.number(m['sampler_kl'], 2)} nats",
        x=Axis("step", 0.0, max(m["sampler_steps"], 1.0), whole=True),
        y=Axis("KL, nats", low, high, log=True),
        layers=layers,
        caption=caption(shot),
    )


def _high(shot: Shot) -> float:
    """The end of both colour ranges."""
    return max(float(shot.snapshot.arrays["sampling_exact"].max()), 1e-12)


def _empty(caption: str) -> Plot:
    none = Axis("", visible=False)
    return Plot(_TITLE, none, none, (), caption=caption)


def compare(shot: Shot) -> Sheet:
    """P beside the chains, on one scale."""
    a = shot.snapshot.arrays
    if not shot.snapshot.has("sampling_exact"):
        return Sheet("P and chains", rows=(), caption="β = 0 and β = ∞ have no density: move β")
    high = _high(shot)
    plots = [_map(shot, f"{chains.symbol(shot)}, exact", a["sampling_exact"], high)]
    if shot.snapshot.has("sampling_chains"):
        plots.append(_map(shot, _chains(shot.snapshot.metrics), a["sampling_chains"], high))
    return Sheet("P and chains", rows=(tuple(plots),), caption=truth(shot.snapshot.metrics))


def _chains(m: dict[str, float]) -> str:
    return f"Chains · KL {text.number(m['sampler_kl'], 2)} nats" if "sampler_kl" in m else "Chains"


def _map(shot: Shot, title: str, values: Array, high: float) -> Plot:
    left, right, bottom, top = box(shot.snapshot.metrics)
    half_x, half_y = (right - left) / values.shape[1] / 2, (top - bottom) / values.shape[0] / 2
    x, y = (left + half_x, right - half_x), (bottom + half_y, top - half_y)
    return Plot(
        title=title,
        x=Axis("", left, right, visible=False),
        y=Axis("", bottom, top, visible=False),
        layers=(Image(values, x, y, 0.0, high, chains.COLORMAP),),
        equal=True,
        legend=False,
    )


def caption(shot: Shot) -> str:
    """Warnings first, then how the chains fare, then the truth."""
    m = shot.snapshot.metrics
    said = (*_warnings(shot), _walk(shot), truth(m), _stable(shot))
    return " ".join(each for each in said if each)


def _warnings(shot: Shot) -> tuple[str, ...]:
    m, said = shot.snapshot.metrics, []
    if m["sampler_flown"]:
        said.append(_diverged(shot))
    if "sampler_kl" not in m:
        said.append("All chains are outside the box: there is no KL.")
    elif (away := m["sampler_outside"]) > _AWAY:
        said.append(f"{100 * away:.0f} % of the chains are outside the box: KL is of the others.")
    limit = _limit(shot)
    if _step(shot) > limit:
        said.append(f"h = {text.number(_step(shot))} is unstable, beyond 2/λ = {_short(limit)}.")
    asked, used = shot.scene.view.beta, m.get("sampler_beta")
    if used is not None:
        said.append(f"Its noise implies β = {text.number(used)}, not {text.number(asked)}.")
    return tuple(said)


def _diverged(shot: Shot) -> str:
    m = shot.snapshot.metrics
    count, lately = int(m["sampler_flown"]), int(m["sampler_recent"])
    said = f"{count} diverged, restarted in {lately} {'step' if lately == 1 else 'steps'}"
    if m["oracle_leakage"] > LEAK:
        return f"{said}: P goes on beyond the box."
    return f"{said}: lower h." if "unadjusted" in shot.scene.facts else f"{said}."


def _stable(shot: Shot) -> str:
    limit = _limit(shot)
    return (
        f"h is stable up to 2/λ = {_short(limit)}." if 0 < _step(shot) <= limit < math.inf else ""
    )


def _limit(shot: Shot) -> float:
    """The largest stable step of a sampler that accepts every one."""
    always = "unadjusted" in shot.scene.facts
    return shot.snapshot.metrics.get("sampler_limit", math.inf) if always else math.inf


def _short(value: float) -> str:
    return text.number(value, 2)


def _step(shot: Shot) -> float:
    if "sampler.preset=jem" in shot.scene.facts:
        return 1.0
    return shot.scene.number("sampler.step", 0.0)


def _walk(shot: Shot) -> str:
    m = shot.snapshot.metrics
    still = m.get("sampler_standing", 0.0) > 0
    stuck = still and m["sampler_standing"] == m["sampler_traced"]
    parts = ["no chain moves"] if stuck else []
    if "sampler_acceptance" in m and not (
        "unadjusted" in shot.scene.facts or (stuck and m["sampler_acceptance"] == 1)
    ):
        parts.append(f"accepted {100 * m['sampler_acceptance']:.0f} %")
    if "sampler_swaps" in m:
        parts.append(f"swapped {100 * m['sampler_swaps']:.0f} %")
    if not stuck:
        parts.append(_mixing(m))
    said = ", ".join(part for part in parts if part)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _mixing(m: dict[str, float]) -> str:
    """R̂ with its threshold, ESS, and what both rest on; “mixed” only where nothing speaks against
    it.
    """
    if "sampler_r_hat" not in m:
        since = int(m.get("sampler_since", 0))
        steps = f"{since} {'step' if since == 1 else 'steps'}"
        return f"R̂: too few draws, {steps} since the last change or restart"
    r_hat, size = m["sampler_r_hat"], m["sampler_ess"]
    traced, draws = int(m["sampler_traced"]), int(m["sampler_draws"])
    every = "" if m["sampler_stride"] == 1 else f", every {int(m['sampler_stride'])}th step"
    rest = f"ESS {text.grouped(size)} of {traced} × {draws} draws{every}"
    low = r_hat < _MIXED
    said = f"R̂ {text.fixed(r_hat, 3)} {'<' if low else '≥'} {_MIXED}"
    if m["sampler_standing"]:
        said += f", not mixed: {int(m['sampler_standing'])} of {traced} do not move"
    elif not low:
        said += ", not mixed"
    elif "sampler_kl" not in m:
        said += ", but the chains do not follow P: all are outside its box"
    elif m["sampler_kl"] > _FAR * max(m["sampler_floor"], _LEAST):
        said += ", but KL is far above its floor: the chains agree with each other, not with P"
    elif size < _ENOUGH:
        said += f", but ESS < {_ENOUGH}: too few draws"
    else:
        said += ", mixed"
    return f"{said}; {rest}"


def box(m: dict[str, float]) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of the box that Z is of."""
    return m["box_left"], m["box_right"], m["box_bottom"], m["box_top"]


def boxed(m: dict[str, float]) -> str:
    """The box in words."""
    left, right, bottom, top = (text.number(side, 2) for side in box(m))
    return f"[{left}, {right}] × [{bottom}, {top}]"


def truth(m: dict[str, float]) -> str:
    """The oracle's numbers, of which box, and how sure they are."""
    found = f"ln\N{NO-BREAK SPACE}Z {text.fixed(m['oracle_log_z'], 2)}"
    if "oracle_nll" in m:
        found += f", NLL {text.fixed(m['oracle_nll'], 2)}"
    if (error := m["oracle_grid_error"] + m["oracle_leakage"]) >= _SEEN and not leaks(m):
        found += f" (± {text.number(error, 1)})"
    return f"{found} over {boxed(m)}{leaks(m)}."


def leaks(m: dict[str, float]) -> str:
    """A warning where P may have mass outside the box, to end a sentence with."""
    if m["oracle_leakage"] >= 1:
        return ", of that alone: P does not end at its edge"
    if m["oracle_leakage"] > LEAK:
        return f"; {100 * m['oracle_leakage']:.0f} % of P may lie outside: widen the box of Z"
    return ""


FIGURE = live("sampling", "Samplers", ("sampling",), draw, when=("chains",), order=360)
DENSITIES = live("densities", "P and chains", ("sampling",), compare, when=("chains",), order=370)
