"""What holds for every sampler: which density it keeps, how far it is off, and that it is pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor

from ebmviz.engine.samplers.base.sampler import Boxed, Chains, Field, Sampler, Unadjusted
from tests.engine.contracts.components import AnyComponent, make, name, of

AnySampler = Sampler[Any]
SIGMAS = 4.5  # of a mean over independent chains: once in 150 000 where nothing is wrong
HALF = 6.0  # of the side of the square in which all of the densities lies
COARSE = {"step": 0.2, "leap": 0.3, "leaps": 5}
"""Steps at which a sampler that is not exact is seen to be off."""

every_sampler = pytest.mark.parametrize("cls", of(Sampler), ids=name)
exact = pytest.mark.parametrize(
    "cls", [c for c in of(Sampler) if not issubclass(c, Unadjusted)], ids=name
)
unadjusted = pytest.mark.parametrize("cls", of(Unadjusted), ids=name)


def gaussian(y: Tensor) -> tuple[Tensor, Tensor]:
    """F = ½ (y − m)' A (y − m), m = (0.5, −1), A = [[2, 0.6], [0.6, 1]]."""
    precision = torch.tensor([[2.0, 0.6], [0.6, 1.0]], dtype=y.dtype)
    away = y - torch.tensor([0.5, -1.0], dtype=y.dtype)
    slope = away @ precision
    return 0.5 * (slope * away).sum(1), slope


def wells(y: Tensor) -> tuple[Tensor, Tensor]:
    """F = (y1² − 1)² − 0.4 y1 + y2²: two wells of different weight."""
    x = y[:, 0]
    free = (x * x - 1) ** 2 - 0.4 * x + y[:, 1] ** 2
    return free, torch.stack([4 * x * (x * x - 1) - 0.4, 2 * y[:, 1]], 1)


def bowl(y: Tensor) -> tuple[Tensor, Tensor]:
    """F = ½ k ‖y‖², k = 1.5."""
    return 0.75 * y.square().sum(1), 1.5 * y


def box(y: Tensor) -> tuple[Tensor, Tensor]:
    """F = 0 in the square of side 3 around 0, ∞ outside."""
    outside = (y.abs() > 1.5).any(1)
    return torch.where(outside, torch.inf, 0.0).to(y), torch.zeros_like(y)


FIELDS: dict[str, Field] = {"gaussian": gaussian, "wells": wells}
SEEN: dict[str, Callable[[Tensor], Tensor]] = {
    "y1": lambda y: y[:, 0],
    "y2": lambda y: y[:, 1],
    "y1²": lambda y: y[:, 0] ** 2,
    "y2²": lambda y: y[:, 1] ** 2,
    "y1 y2": lambda y: y[:, 0] * y[:, 1],
    "y1 > 0.2": lambda y: (y[:, 0] > 0.2).to(y),
}


def sampler(cls: AnyComponent, **given: object) -> AnySampler:
    """With those of the parameters that it has."""
    wanted = {k: v for k, v in given.items() if k in cls.Params.__struct_fields__}
    made: AnySampler = make(cls, **wanted)
    if isinstance(made, Boxed):
        made.box = (-HALF, HALF, -HALF, HALF)
    return made


def stream(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@cache
def cells(density: str, beta: float) -> tuple[Tensor, Tensor, float]:
    """Centres (M, 2) of small cells, p of each (M,), and their side: by brute force, in float64."""
    side = 2 * HALF / 600
    line = -HALF + side * (torch.arange(600, dtype=torch.float64) + 0.5)
    y = torch.cartesian_prod(line, line)
    return y, torch.softmax(-beta * FIELDS[density](y)[0], 0), side


def drawn(density: str, beta: float, count: int) -> Tensor:
    """Independent places (count, 2) of p ∝ exp(−βF)."""
    y, p, side = cells(density, beta)
    u = torch.rand(count, 3, generator=stream(3), dtype=torch.float64)
    return y[torch.searchsorted(p.cumsum(0), u[:, 0].contiguous()).clamp(max=len(p) - 1)] + side * (
        u[:, 1:] - 0.5
    )


def hold(y: Tensor, density: str, beta: float) -> None:
    """Independent places have the means of p, and its mean energy."""
    every, p, _ = cells(density, beta)
    field = FIELDS[density]
    for said, see in {**SEEN, "F": lambda y: field(y)[0]}.items():
        mean = float(p @ see(every))
        spread = math.sqrt(float(p @ (see(every) - mean) ** 2) / len(y))
        off = (float(see(y).mean()) - mean) / spread
        assert abs(off) < SIGMAS, f"⟨{said}⟩ is off by {off:.1f} standard errors"


def walked(of: AnySampler, field: Field, y: Tensor, beta: float, steps: int) -> list[Chains]:
    rng, chains = stream(1), of.init(field, y)
    every = [chains]
    for _ in range(steps):
        chains, _ = of.step(chains, field, beta, rng)
        every.append(chains)
    return every


def flat(chains: Chains) -> list[Tensor]:
    """All tensors of chains, replicas included."""
    own = [chains.y, chains.energy, chains.slope]
    return own + (flat(chains.hotter) if chains.hotter else [])


# the density --------------------------------------------------------------------------


@exact
@pytest.mark.parametrize("density", FIELDS)
@pytest.mark.parametrize("beta", [0.7, 2.0])
def test_an_exact_sampler_leaves_p_as_it_is(cls: AnyComponent, density: str, beta: float) -> None:
    """From exact draws, with coarse steps: whatever a step gets wrong adds up."""
    made = sampler(cls, **COARSE)
    start = drawn(density, beta, 20_000)
    hold(start, density, beta)
    hold(walked(made, FIELDS[density], start, beta, 12)[-1].y, density, beta)


@exact
def test_an_exact_sampler_gets_there_from_anywhere(cls: AnyComponent) -> None:
    start = 1 + torch.rand(4000, 2, generator=stream(2), dtype=torch.float64)  # in one well
    last = walked(sampler(cls, step=0.1, leap=0.3, leaps=5), wells, start, 1.0, 250)[-1]
    hold(last.y, "wells", 1.0)


@exact
def test_an_exact_sampler_stays_in_its_box_and_fills_it(cls: AnyComponent) -> None:
    made = sampler(cls, step=0.3, leap=0.3, leaps=3)
    start = 3 * torch.rand(6000, 2, generator=stream(2), dtype=torch.float64) - 1.5
    every = walked(made, box, start, 1.0, 30)
    assert all(bool((c.y.abs() <= 1.5).all()) for c in every)
    last = every[-1].y
    assert float((last - start).abs().sum(1).mean()) > 0.5, "they walk"
    # Uniform on [−a, a]: variance a²/3; of y² a⁴ (1/5 − 1/9).
    assert float(last.mean(0).abs().max()) < SIGMAS * math.sqrt(1.5**2 / 3 / 6000)
    off = last.square().mean(0) - 1.5**2 / 3
    assert float(off.abs().max()) < SIGMAS * math.sqrt(1.5**4 * (1 / 5 - 1 / 9) / 6000)


@unadjusted
@pytest.mark.parametrize("beta", [0.5, 2.0])
def test_an_unadjusted_sampler_is_off_in_the_first_order_of_its_step(
    cls: AnyComponent, beta: float
) -> None:
    """On ½ k y² its variance is 1 / (βk (1 − hk/2)): h/2 halves what it is off, for h → 0."""
    k, count, off = 1.5, 20_000, {}
    for h in (0.4, 0.2):
        made = sampler(cls, step=h, noise=math.sqrt(2 * h / beta))
        assert made.implied(beta) == pytest.approx(beta)
        start = torch.randn(count, 2, generator=stream(4), dtype=torch.float64)
        y = walked(made, bowl, start, beta, 30)[-1].y
        off[h] = beta * k * float(y.square().mean()) - 1
        wanted = 1 / (1 - h * k / 2)
        assert off[h] + 1 == pytest.approx(wanted, rel=SIGMAS * math.sqrt(2 / (2 * count)))
    assert 2 < off[0.4] / off[0.2] < 3, "2 (1 − hk/4) / (1 − hk/2) at h = 0.4: 2.43"


# purity -------------------------------------------------------------------------------


@every_sampler
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_nothing_that_is_given_is_changed(cls: AnyComponent, dtype: torch.dtype) -> None:
    made = sampler(cls, **COARSE)
    y = torch.randn(7, 2, generator=stream(5)).to(dtype)
    kept, world = y.clone(), torch.get_rng_state()
    chains = made.init(wells, y)
    assert torch.equal(chains.y, y)
    before = [t.clone() for t in flat(chains)]
    after, info = made.step(chains, wells, 1.3, stream(6))
    assert torch.equal(y, kept)
    assert all(map(torch.equal, flat(chains), before))
    assert torch.equal(torch.get_rng_state(), world), "all that is random is of its stream"
    for old, new in zip(flat(chains), flat(after), strict=True):
        assert (new.shape, new.dtype) == (old.shape, dtype)
    free, slope = wells(after.y)
    torch.testing.assert_close(after.energy, free)
    torch.testing.assert_close(after.slope, slope)
    assert info.accepted.shape == (7,)
    assert bool(((info.accepted >= 0) & (info.accepted <= 1)).all())
    if info.path is not None:
        assert info.path.shape[1:] == (7, 2)
        assert torch.equal(info.path[0], y)


@every_sampler
def test_a_path_follows_from_its_stream_alone(cls: AnyComponent) -> None:
    made, other = sampler(cls, **COARSE), sampler(cls, **COARSE)
    y = torch.randn(9, 2, generator=stream(5), dtype=torch.float64)
    once = walked(made, wells, y, 1.0, 6)
    # The same sampler on another landscape meanwhile, and a sampler that has seen nothing.
    walked(made, gaussian, y, 3.0, 2)
    for again in (walked(made, wells, y, 1.0, 6), walked(other, wells, y, 1.0, 6)):
        for one, two in zip(once, again, strict=True):
            assert all(map(torch.equal, flat(one), flat(two)))
    chains, rng = made.init(wells, y), stream(2)
    for _ in range(6):
        chains, _ = made.step(chains, wells, 1.0, rng)
    assert not torch.equal(chains.y, once[-1].y), "another stream is another path"


@every_sampler
def test_chains_go_on_from_where_they_are_on_another_landscape(cls: AnyComponent) -> None:
    made = sampler(cls, **COARSE)
    y = torch.randn(9, 2, generator=stream(5), dtype=torch.float64)
    last = walked(made, wells, y, 1.0, 3)[-1]
    moved = made.again(gaussian, last)
    assert torch.equal(moved.y, last.y)
    for old, new in zip(flat(last)[::3], flat(moved)[::3], strict=True):
        assert torch.equal(old, new), "replicas too"
    torch.testing.assert_close(moved.energy, gaussian(moved.y)[0])
    torch.testing.assert_close(moved.slope, gaussian(moved.y)[1])
