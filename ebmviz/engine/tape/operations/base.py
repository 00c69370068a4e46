"""How an operation of ATen is written as instructions."""

from __future__ import annotations

from collections.abc import Callable

Write = Callable[..., object]
"""Of the builder, the tensor to be filled, and the arguments of the call. Views are no operations;
one in place (`add_`) is the plain one, filling what it was given.
"""
Table = dict[str, Write]


def into(table: Table) -> Callable[..., Callable[[Write], Write]]:
    """A decorator that takes the names of operations, and notes what writes them in a table."""

    def of(*names: str) -> Callable[[Write], Write]:
        def kept(write: Write) -> Write:
            table.update(dict.fromkeys(names, write))
            return write

        return kept

    return of
