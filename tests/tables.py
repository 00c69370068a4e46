"""Tables of points as tests read them."""

from __future__ import annotations

import os

from ebmviz.core.snapshot import Array
from ebmviz.files.tables.roles import roles, samples
from ebmviz.files.tables.table import read_table


def read_points(path: str | os.PathLike[str], columns: str = "") -> Array:
    """The points (N, 2) in two columns of a file: those named, or the only two there are."""
    table = read_table(path)
    return samples(table, roles(table, columns)).y
