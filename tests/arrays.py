"""How two sets of named arrays are compared."""

from __future__ import annotations

from ebmviz.core.snapshot import Array


def same(a: dict[str, Array], b: dict[str, Array]) -> bool:
    """Bit for bit, with types and shapes."""
    return a.keys() == b.keys() and all(
        a[k].dtype == b[k].dtype and a[k].shape == b[k].shape and a[k].tobytes() == b[k].tobytes()
        for k in a
    )
