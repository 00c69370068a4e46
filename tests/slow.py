"""What each run takes of a product; the rest is marked `slow`."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import Any

import pytest

SLOW = pytest.mark.slow


def slow(*values: Any) -> Any:
    """One row of a test's parameters that not every run takes."""
    return pytest.param(*values, marks=SLOW)


def sparing(
    rows: Iterable[Any], few: Container[Any], name: Callable[[Any], str] | None = None
) -> list[Any]:
    """Parameters of a test; those that are not among the few are slow."""
    return [
        pytest.param(
            *(row if isinstance(row, tuple) else (row,)),
            marks=() if row in few else SLOW,
            id=name(row) if name else None,
        )
        for row in rows
    ]
