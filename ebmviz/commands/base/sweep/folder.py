"""The folder of a sweep: what it is, and a file for each run that is done. Whoever starts the same
sweep again finds there what need not be done again.
"""

from __future__ import annotations

from pathlib import Path

from ebmviz.commands.base.sweep.outcome import Outcome
from ebmviz.commands.base.sweep.plan import Plan
from ebmviz.core.errors import UserError
from ebmviz.files.atomic import make_folder, read_bytes, shown, write_bytes

_MANIFEST, _RUNS = "sweep.json", "runs"
_CAP = 64 << 20


class Folder:
    """At a path: made where there is none. Raises UserError of one that holds another sweep."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path = path
        make_folder(path / _RUNS)
        manifest = path / _MANIFEST
        if not manifest.exists():
            if any((path / _RUNS).iterdir()):
                raise UserError(f"{shown(path)} holds runs of an unknown sweep: choose another -o")
            write_bytes(manifest, plan.manifest)
        elif read_bytes(manifest, _CAP) != plan.manifest:
            raise UserError(
                f"{shown(path)} holds another sweep, as its {_MANIFEST} tells: choose another -o"
            )

    def done(self, count: int) -> dict[int, Outcome]:
        """The runs of `count` that are there and whole, by number."""
        found = {}
        for number in range(count):
            file = self._file(number)
            if not file.exists():
                continue
            try:
                outcome = Outcome.from_json(read_bytes(file, _CAP), shown(file))
            except UserError:
                continue  # spoilt: it is done again
            if outcome.number == number:
                found[number] = outcome
        return found

    def keep(self, outcome: Outcome) -> None:
        """A run that is done: its file is there whole, or not at all."""
        write_bytes(self._file(outcome.number), outcome.to_json())

    def _file(self, number: int) -> Path:
        return self.path / _RUNS / f"{number:05}.json"
