"""Few rows for many: those in which still every pair of values occurs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations
from typing import Any, TypeVar

Row = TypeVar("Row")


def covering(rows: Iterable[Row], *views: Callable[[Row], Any]) -> list[Row]:
    """A choice of rows, in their order, that shows all that they show in any view.

    Greedy, and the first of equals: the same rows give the same choice. It is at most ln M + 1
    times as long as the shortest, of M things seen (Johnson 1974).
    """
    given = list(rows)
    shows = [frozenset((i, view(row)) for i, view in enumerate(views)) for row in given]
    missing = set().union(*shows)
    chosen: set[int] = set()
    while missing:
        best = max(range(len(given)), key=lambda i: len(shows[i] & missing))
        chosen.add(best)
        missing -= shows[best]
    return [row for i, row in enumerate(given) if i in chosen]


def pairwise(rows: Iterable[Sequence[Hashable]]) -> list[Sequence[Hashable]]:
    """A choice of rows in which every pair of values of two columns occurs that occurs in any."""
    given = list(rows)
    columns = range(max(map(len, given), default=0))
    return covering(
        given, *(lambda row, i=i, j=j: (row[i], row[j]) for i, j in combinations(columns, 2))
    )
