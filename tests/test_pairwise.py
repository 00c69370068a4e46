"""The rows that stand for a product: every pair occurs, they are few, and always the same."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations, product

import pytest

from tests.pairwise import covering, pairwise


def pairs(rows: Iterable[Sequence[Hashable]]) -> set[tuple[object, ...]]:
    return {(i, j, row[i], row[j]) for row in rows for i, j in combinations(range(len(row)), 2)}


@pytest.mark.parametrize("sizes", [(3,), (3, 4), (5, 2, 4), (2, 2, 2, 2), (6, 5, 4, 3)])
def test_every_pair_of_a_product_occurs(sizes: tuple[int, ...]) -> None:
    every = list(product(*map(range, sizes)))
    chosen = pairwise(every)
    assert pairs(chosen) == pairs(every)
    assert [row for row in every if row in chosen] == chosen, "in their order, none twice"
    if len(sizes) > 1:
        first, second = sorted(sizes)[-2:]
        assert first * second <= len(chosen) <= 1.5 * first * second, "few"
    assert pairwise(every) == chosen


def test_a_pair_that_is_nowhere_is_not_asked_for() -> None:
    odd = [row for row in product(range(4), repeat=3) if sum(row) % 2]
    assert pairs(pairwise(odd)) == pairs(odd)
    assert pairwise([]) == []


def test_a_view_is_covered_with_the_first_that_shows_it() -> None:
    rows = range(100)
    assert covering(rows, lambda i: i % 7) == list(range(7))
    assert covering(rows, lambda i: i % 7, lambda i: i % 10) == list(range(10))
    assert covering(rows, lambda i: i > 98) == [0, 99]
    assert covering(rows) == []
