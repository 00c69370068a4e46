"""A loss with chains says the step that the chosen ones take: its words are worked out as formulas,
and held against what the sampler does.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core.catalogue import Component
from ebmviz.engine.losses.base.chains import SampledParams, samplers
from ebmviz.engine.samplers.base.mirrored import field_of
from ebmviz.engine.samplers.base.sampler import Chains, Info, Sampler, normal
from ebmviz.engine.samplers.hmc import HMC
from ebmviz.engine.samplers.tempering import Tempering
from tests.scenes import CATALOGUE

CHAINED = [c for c in CATALOGUE.kinds("objective").values() if any(p.formulas for p in c.params)]
GIVEN = {"h": 0.03, "s": 0.3, "L": 4, "τ": 0.7, "β": 2.0}
COUNT = 400
_TOKEN = re.compile(r"sqrt|[A-Za-zα-ωξ∇Δ](?:_[a-z])?|\d+(?:\.\d+)?|[-+*/()]")


def worked_out(text: str, **more: Any) -> Any:
    """The value of a formula in the notation of the panel, of GIVEN and `more`."""
    text = text.replace("∇F", "∇").replace("ΔH", "Δ").replace("^2", "**2").replace("−", "-")
    text = re.sub(r"√(\w)", r"√(\1)", text).replace("√", "sqrt")
    tokens = _TOKEN.findall(text)
    assert "".join(tokens) == text.replace(" ", ""), text
    out = ""
    for before, token in zip(["", *tokens], tokens, strict=False):
        product = before not in ("", "sqrt") and before[-1] not in "-+*/("
        out += f"*{token}" if product and token[0] not in "-+*/)" else token
    names = {**GIVEN, **more, "sqrt": lambda x: x**0.5}
    return eval(out.replace("∇", "D").replace("Δ", "E"), {}, _latin(names))


def _latin(names: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("∇", "D").replace("Δ", "E"): value for name, value in names.items()}


def between(text: str, left: str, right: str) -> str:
    found = re.search(re.escape(left) + "(.*?)" + (re.escape(right) if right else "$"), text)
    assert found, text
    return found[1]


def energy(y: Tensor) -> Tensor:
    return (3 * y[:, 0]).cos() + y[:, 0] * y[:, 1] + y.square().sum(1)


def stepped(kind: str, scale: float = 1.0) -> tuple[Sampler[Any], Chains, Chains, Info]:
    """Chains of a loss before a step and after it; the generator began at seed 1."""
    h, s, leaps, noise = (GIVEN[name] for name in ("h", "s", "L", "τ"))
    params = SampledParams(chain=kind, step=h, spread=s, leaps=int(leaps), noise=noise)
    of, _ = params.walk()
    field = field_of(lambda y: scale * energy(y))
    start = 2 * torch.randn(COUNT, 2, generator=torch.Generator().manual_seed(5)).double()
    before = of.init(field, start)
    rng = torch.Generator().manual_seed(1)
    after, info = of.step(before, field, params.colder(GIVEN["β"]), rng)
    return of, before, after, info


def metropolis(of: Sampler[Any], y: Tensor, to: Tensor, scale: float, most: float) -> Tensor:
    """min(1, p(y′) q(y|y′) / (p(y) q(y′|y))) by hand, p and q as they are said."""
    field, spread = field_of(lambda y: scale * energy(y)), worked_out("τ √(2h/β)")
    (here, slope), (there, back) = field(y), field(to)

    def log_q(at: Tensor, of: Tensor, slope: Tensor) -> Tensor:
        return -(at - of + cut(slope, most)).square().sum(1) / (2 * spread**2)

    log_p = -worked_out(between(of.says(), "p ∝ exp(−", ")"), F=there - here)
    return (log_p + log_q(y, to, back) - log_q(to, y, slope)).clamp(max=0).exp()


def cut(slope: Tensor, most: float) -> Tensor:
    drift = GIVEN["h"] * slope
    return drift * (most / drift.norm(dim=1, keepdim=True)).clamp(max=1)


@pytest.mark.parametrize("kind", samplers())
@pytest.mark.parametrize("loss", CHAINED, ids=lambda loss: loss.kind)
def test_a_loss_says_the_step_of_the_chosen_chains(loss: Component, kind: str) -> None:
    said = loss.said({"objective.chain": kind})
    if "{chain}" in loss.formula:
        assert said.endswith(f" by k steps of {samplers()[kind].says()}")
        assert loss.said().endswith(" by k steps of the chosen chains")
    else:  # it says nothing of steps
        assert said == loss.said() == loss.formula
        assert "step" not in said


def test_there_are_losses_with_chains_and_no_loss_says_a_step_of_its_own() -> None:
    assert [loss.kind for loss in CHAINED] == ["cd", "pcd", "short-run", "jem"]
    assert sum("{chain}" in loss.formula for loss in CHAINED) == 3
    for loss in CATALOGUE.kinds("objective").values():
        assert not {"ξ", "∇F"} & set(loss.formula), loss.kind


@pytest.mark.parametrize("kind", ["ula", "sgld"])
def test_a_step_that_is_always_taken_is_the_one_that_is_said(kind: str) -> None:
    of, before, after, _ = stepped(kind)
    xi = normal(before.y, torch.Generator().manual_seed(1))
    said = between(of.says(), "y ← ", "")
    wanted = worked_out(said, **{"y": before.y, "∇": before.slope, "ξ": xi})
    torch.testing.assert_close(after.y, wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("scale", [1.0, 60.0])
def test_an_adjusted_step_is_the_one_that_is_said_or_none(scale: float) -> None:
    """On a gentle slope, and on one so steep that most drifts are cut."""
    of, before, after, info = stepped("mala", scale)
    xi = normal(before.y, torch.Generator().manual_seed(1))
    most = worked_out(between(of.says(), "a drift of ", " at most"))
    longer = GIVEN["h"] * before.slope.norm(dim=1) > most
    assert bool((longer.double().mean() < 0.2) if scale == 1 else (longer.double().mean() > 0.8))
    said = between(of.says(), "y ← ", ", ")
    slope = cut(before.slope, most) / GIVEN["h"]
    wanted = worked_out(said, **{"y": before.y, "∇": slope, "ξ": xi})
    moved = (after.y != before.y).any(1)
    assert 0.05 < float(moved.double().mean()) < 0.98
    torch.testing.assert_close(after.y[moved], wanted[moved], rtol=0, atol=1e-12)
    chance = metropolis(of, before.y, wanted, scale, most)
    torch.testing.assert_close(info.accepted, chance, rtol=1e-9, atol=1e-12)


def test_a_trajectory_is_the_one_that_is_said() -> None:
    of, before, after, info = stepped("hmc")
    assert isinstance(of, HMC)
    rng, said = torch.Generator().manual_seed(1), of.says()
    share = float(between(said, "± ", " %")) / 100
    u = torch.rand(COUNT, 1, generator=rng, dtype=torch.float64)
    e = worked_out(between(said, "ε = ", " ±")) * (1 + share * (2 * u - 1))
    v = start = worked_out(between(said, "v = ", " over"), ξ=normal(before.y, rng))
    y, field = before.y, field_of(energy)
    for _ in range(int(GIVEN["L"])):
        v = v - e / 2 * field(y)[1]
        y = y + e * v
        v = v - e / 2 * field(y)[1]
    gain = energy(y) + 0.5 * v.square().sum(1) - energy(before.y) - 0.5 * start.square().sum(1)
    chance = worked_out(between(said, "exp(", "))"), Δ=gain).clamp(max=0).exp()
    torch.testing.assert_close(info.accepted, chance, rtol=1e-9, atol=1e-12)
    moved = (after.y != before.y).any(1)
    assert float(moved.double().mean()) > 0.5
    torch.testing.assert_close(after.y[moved], y[moved], rtol=0, atol=1e-12)


def test_replicas_take_the_steps_that_are_said_at_the_temperatures_that_are_said() -> None:
    of, before, after, _ = stepped("tempering")
    assert isinstance(of, Tempering)
    assert before.hotter is not None
    assert after.hotter is not None
    said = of.says()
    count, part = int(between(said, "at ", " β_i")), float(between(said, "to β/", ","))
    ladder = np.geomspace(GIVEN["β"], GIVEN["β"] / part, count)
    np.testing.assert_allclose(of.ladder(GIVEN["β"]), ladder)
    every = torch.cat([before.y, before.hotter.y])
    betas = torch.from_numpy(ladder).repeat_interleave(COUNT)[:, None]
    xi = normal(every, torch.Generator().manual_seed(1))
    slope = torch.cat([before.slope, before.hotter.slope])
    # Metropolis leaves some where they are; swaps let replicas of one chain change places.
    to = worked_out(between(said, "y ← ", " at"), **{"y": every, "∇": slope, "ξ": xi, "β_i": betas})
    places = torch.stack([every, to]).view(2 * count, COUNT, 2)
    found = torch.cat([after.y, after.hotter.y]).view(count, COUNT, 2)
    near = (found[:, None] - places).abs().amax(3) < 1e-12
    assert bool(near.any(1).all())
    assert float(near[:, count:].any(1).double().mean()) > 0.5


def test_chains_of_a_loss_are_at_the_beta_of_its_noise() -> None:
    """τ^2/β is the temperature: the p that is said."""
    for noise in (0.5, 1.0, 2.0):
        params = SampledParams(noise=noise)
        assert params.colder(3.0) == pytest.approx(3.0 / noise**2)
    assert math.isinf(SampledParams(noise=0.0).colder(3.0))
