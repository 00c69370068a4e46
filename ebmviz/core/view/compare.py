"""What stands beside the model looked at: a run of the document, at one of its steps if wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NamedTuple

from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.params import Affects, text

Compare = Annotated[
    str,
    text(
        "Compare with",
        help="The branch to compare with, by its number: 1; or a step of it: 1@120; empty for none",
        affects=Affects.VIEW,
        hidden=True,
        high=40,  # letters
    ),
]
_DIGITS = 15


class Other(NamedTuple):
    """A run by its number; step: of it, its newest without one."""

    number: int
    step: int | None = None

    def written(self) -> str:
        """As the view holds it."""
        return f"{self.number}" if self.step is None else f"{self.number}@{self.step}"


def read(line: str) -> Other | None:
    """What such a line names; None for nothing. Raises UserError of one that names no run."""
    if not line.strip():
        return None
    number, at, step = (part.strip() for part in line.partition("@"))
    counts = [number, step] if at else [number]
    if not all(c.isascii() and c.isdigit() and len(c) <= _DIGITS for c in counts):
        raise UserError(
            f"view.compare: “{clean(line, 40)}” is neither the number of a branch nor a step of it,"
            " such as 1 or 1@120"
        )
    return Other(int(number), int(step) if at else None)


def called(number: int, names: Mapping[int, str]) -> str:
    """What a run of the document is called, by the names of all: its place, if it has none."""
    return names[number] or f"branch {sorted(names).index(number) + 1}"


def of_other(line: str, current: int, names: Mapping[int, str]) -> str:
    """What the run beside the current one is called; empty for one of its own steps, and for one
    that there is not.
    """
    other = read(line)
    if other is None or other.number == current or other.number not in names:
        return ""
    return called(other.number, names)
