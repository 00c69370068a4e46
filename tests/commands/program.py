"""The program as a person starts it, and what it answered."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from ebmviz.core import library

CATALOGUE = library.shipped_catalogue()


class Done(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line on stderr."""
        assert self.err.startswith("ebmviz: ")
        assert self.err.count("\n") == 1
        assert self.err.endswith("\n")
        assert "Traceback" not in self.err
        return self.err

    @property
    def rows(self) -> Any:
        assert (self.status, self.err) == (0, "")
        return json.loads(self.out)


Run = Callable[..., Done]


def program(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """The program, as a process of its own."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "ebmviz", *words],
        text=True,
        timeout=120,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},
    )


def radii(found: dict[str, Any]) -> list[float]:
    return [abs(w) for w in found["weights"]["w"]]
