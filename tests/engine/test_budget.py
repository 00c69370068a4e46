"""The policy of how fine a frame is: pure, so that no test waits for a clock."""

from __future__ import annotations

import math
import random

import pytest

from ebmviz.engine.measures.base.detail import FULL, LEAST_SIDE, Detail
from ebmviz.engine.server import budget
from ebmviz.engine.server.budget import DIVISORS, MAP_S, Costs, moving, still

MOVING = Detail(1, lines=False)
RESOLUTIONS = (16, 31, 64, 256, 500, 512, 2048)


def known(cost: float, resolution: int, maps: int = 50) -> Costs:
    """After so many full maps of a constant cost per cell."""
    costs = Costs()
    for _ in range(maps):
        costs = costs.noted(resolution, cost)
    return costs


def play(
    costs: Costs, detail: Detail, resolution: int, seconds: list[float]
) -> tuple[Costs, list[Detail]]:
    """Frames whose maps take seconds[i] per cell."""
    shown = []
    for each in seconds:
        detail = moving(costs, resolution, detail)
        costs = costs.noted(detail.side(resolution), each)
        shown.append(detail)
    return costs, shown


# sides ------------------------------------------------------------------------------------


def test_the_full_map_has_the_resolution_and_none_is_too_coarse_to_see() -> None:
    for resolution in RESOLUTIONS:
        assert FULL.side(resolution) == resolution
        sides = [Detail(d).side(resolution) for d in DIVISORS]
        assert sides == sorted(sides, reverse=True)
        assert sides[-1] >= min(resolution, LEAST_SIDE)
    assert [Detail(d).side(512) for d in (2, 3, 4, 8)] == [256, 171, 128, 64]


# while something moves --------------------------------------------------------------------


def test_a_map_of_unknown_cost_is_tried_in_full() -> None:
    assert moving(Costs(), 512, FULL) == MOVING
    assert moving(Costs(), 512, Detail(8)) == MOVING


def test_the_first_maps_may_be_slow_but_not_by_far() -> None:
    fast, slow = 0.3 * MAP_S / 512**2, 4 * MAP_S / 512**2
    _, shown = play(Costs(), FULL, 512, [slow, fast, fast, fast, fast, fast])
    assert shown == [MOVING] * 6
    _, shown = play(Costs(), FULL, 512, [slow] * 6)
    assert [d.divisor for d in shown] == [1, 1, 1, 2, 2, 2]
    assert moving(Costs((slow,), 512, sure=True), 512, MOVING).divisor == 2


@pytest.mark.parametrize("resolution", RESOLUTIONS)
@pytest.mark.parametrize("share", [0.1, 0.9, 1.2])
def test_a_map_that_fits_is_full(resolution: int, share: float) -> None:
    costs = known(share * MAP_S / resolution**2, resolution)
    assert moving(costs, resolution, FULL) == MOVING


@pytest.mark.parametrize("cost", [2e-8, 1e-7, 1e-6, 5e-6, 1.6e-5])
def test_otherwise_it_is_the_finest_that_fits(cost: float) -> None:
    resolution = 2048
    detail = moving(known(cost, resolution), resolution, FULL)
    assert not detail.lines
    assert cost * detail.side(resolution) ** 2 <= MAP_S
    finer = Detail(DIVISORS[DIVISORS.index(detail.divisor) - 1])
    assert cost * finer.side(resolution) ** 2 > MAP_S


def test_the_coarsest_is_as_coarse_as_it_gets() -> None:
    detail = moving(known(1.0, 512), 512, FULL)
    assert detail.side(512) == LEAST_SIDE
    assert moving(known(1.0, 16), 16, FULL).side(16) == 16


def test_another_resolution_is_judged_by_the_cost_of_a_cell() -> None:
    costs = known(0.5 * MAP_S / 256**2, 256)
    assert moving(costs, 256, FULL).divisor == 1
    assert moving(costs, 2048, FULL).side(2048) <= 256 * math.sqrt(2)


def test_a_lone_slow_map_changes_nothing_and_a_lasting_change_does() -> None:
    fast, slow = 0.3 * MAP_S / 512**2, 10 * MAP_S / 512**2
    costs, shown = play(known(fast, 512), FULL, 512, [slow, fast, fast, slow, *[fast] * 5])
    assert shown == [MOVING] * 9
    _, shown = play(costs, MOVING, 512, [slow] * 6)
    assert [d.divisor for d in shown[:3]] == [1, 1, 1]
    assert all(d.divisor >= 4 for d in shown[3:])


def test_it_becomes_finer_after_a_second_of_room() -> None:
    coarse, fast = Detail(8, lines=False), 0.3 * MAP_S / 512**2
    _, shown = play(known(4e-6, 64), coarse, 512, [fast] * 40)
    divisors = [d.divisor for d in shown]
    changed = divisors.index(1)
    assert 15 <= changed <= 30
    assert divisors == [8] * changed + [1] * (40 - changed)


@pytest.mark.parametrize("share", [0.3, 0.7, 1.0, 1.1, 2.0, 5.0, 17.0, 40.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_noise_does_not_make_it_flicker(share: float, seed: int) -> None:
    """A minute of maps whose cost varies by a quarter, every fortieth being ten times slower."""
    dice = random.Random(seed)
    cost = share * MAP_S / 512**2
    noise = [
        cost * math.exp(dice.gauss(0, 0.25)) * (10 if dice.random() < 1 / 40 else 1)
        for _ in range(1800)
    ]
    _, shown = play(Costs(), FULL, 512, noise)
    changes = sum(a != b for a, b in zip(shown, shown[1:], strict=False))
    assert changes <= 3
    if share < 1:
        assert shown == [MOVING] * len(noise)


def test_a_map_of_another_side_goes_on_from_what_is_known() -> None:
    costs = known(1e-6, 512).noted(128, 3e-6)
    assert costs.side == 128
    assert costs.sure
    assert costs.typical == pytest.approx(1e-6)
    for _ in range(2):
        costs = costs.noted(128, 3e-6)
    assert costs.typical == pytest.approx(3e-6)
    assert not Costs().noted(64, 1e-6).noted(64, 1e-6).sure
    assert len(known(1e-6, 64, maps=500).recent) < 100


def test_a_first_map_that_was_too_slow_only_once_is_forgiven() -> None:
    """A compiler took its time; the next drag is shown in full."""
    fast = 0.3 * MAP_S / 512**2
    costs, _ = play(Costs((1e-3,), 512, sure=True), MOVING, 512, [fast])
    for side in (32, 64, 128, 256, 512):
        costs = costs.noted(side, fast)
    assert moving(costs, 512, FULL) == MOVING


def test_a_rest_does_not_make_the_next_drag_slow() -> None:
    """The full map at rest takes 0.26 s; the first frame of the next drag does not."""
    costs, detail = known(1e-6, 86), Detail(6, lines=False)
    while detail != FULL:
        detail = still(detail)
        costs = costs.noted(detail.side(512), 1e-6)
    assert moving(costs, 512, detail).divisor in (4, 6)


# at rest ----------------------------------------------------------------------------------


@pytest.mark.parametrize("divisor", DIVISORS)
def test_at_rest_it_becomes_finer_until_it_is_full(divisor: int) -> None:
    detail, steps = Detail(divisor, lines=False), []
    while detail != FULL:
        detail = still(detail)
        assert detail.divisor in DIVISORS
        steps.append(detail.divisor)
    assert steps == sorted(steps, reverse=True)
    assert len(steps) <= 6
    assert [d for d in steps if d == 1] == [1], "the full map is made once"


def test_a_map_at_rest_is_made_in_turns_of_known_length() -> None:
    costs = known(1e-6, 128)
    assert budget.rows(costs, 512, 0.02) == 39
    assert budget.rows(costs, 64, 0.02) == 64
    assert budget.rows(costs, 512, 1e-9) == 1
    assert budget.rows(Costs(), 512, 0.02) == budget.BLIND_CELLS // 512
    assert budget.rows(Costs(), 16, 0.02) == 16
