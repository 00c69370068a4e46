"""What is said for a text, in the language of the program."""

from __future__ import annotations

import contextlib
import os
from functools import lru_cache

from ebmviz.core.errors import UserError
from ebmviz.core.language.files import VARIABLE, opened
from ebmviz.core.language.table import Table

_speaks: list[Table] = []
"""The table of the language; none for English, which is what the code says."""


def speak(table: Table | None) -> None:
    """From now on; what is on the screen already stays as it is."""
    _speaks[:] = [] if table is None else [table]
    _found.cache_clear()


def spoken() -> bool:
    """Whether another language than English is."""
    return bool(_speaks)


def said(text: str) -> str:
    """The text in the language of the program; itself where nothing is known for it."""
    return _found(text) if _speaks else text


@lru_cache(4096)
def _found(text: str) -> str:
    return _speaks[0].of(text)


if _file := os.environ.get(VARIABLE):
    with contextlib.suppress(UserError):  # said where the language was chosen
        speak(opened(_file))
