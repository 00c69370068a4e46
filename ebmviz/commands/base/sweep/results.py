"""What stands in the folder of a sweep for people: the table and the small multiples of the runs
that are done, written anew while more come.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ebmviz.commands.base.sweep.outcome import Outcome
from ebmviz.commands.base.sweep.plan import Plan
from ebmviz.core.lanes.lane import Lane
from ebmviz.core.palette import Theme

_TABLE_S, _PICTURE_S = 2.0, 20.0  # between two of each: they cost time that no run has then


class Results:
    """done: which grows. formats, theme: of the small multiples."""

    def __init__(
        self,
        plan: Plan,
        lanes: Sequence[Lane],
        done: Mapping[int, Outcome],
        folder: Path,
        formats: Sequence[str],
        theme: Theme,
    ) -> None:
        self._plan, self._lanes, self._done, self._folder = plan, lanes, done, folder
        self._formats, self._theme = formats, theme
        self._table = self._picture = time.monotonic()

    def look(self) -> None:
        """Another run is done."""
        now = time.monotonic()
        if now - self._table > _TABLE_S:
            list(self.tables())
            self._table = time.monotonic()
        if now - self._picture > _PICTURE_S:
            list(self.pictures())
            self._picture = time.monotonic()

    def tables(self) -> Iterator[Path]:
        """Write them: rows of what is done, in the order of the runs."""
        from ebmviz.commands.base.sweep.table import rows, table
        from ebmviz.files.atomic import write_bytes

        ordered = [self._done[number] for number in sorted(self._done)]
        for name, data in (("table.csv", table(ordered)), ("table.json", rows(ordered))):
            write_bytes(self._folder / name, data)
            yield self._folder / name

    def pictures(self) -> Iterator[Path]:
        """Write them; none where the runs have no maps."""
        from ebmviz.commands.base.sweep.picture import multiples
        from ebmviz.export.render import write

        drawn = multiples(self._plan.overs, self._lanes, self._done)
        for format in self._formats if drawn else ():
            assert drawn
            target = self._folder / f"multiples.{format}"
            write(drawn, target, theme=self._theme)
            yield target
