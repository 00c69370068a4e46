"""What is said of work that an earlier run left behind."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from ebmviz.core.outside import short
from ebmviz.figures.words.text import grouped
from ebmviz.files.recovery import Orphan


def offer(orphans: Sequence[Orphan], now: float) -> str:
    """What the start says of them; `now` and their times are seconds since the epoch."""
    if len(orphans) > 1:
        return f"ebmviz did not close properly; {len(orphans)} sessions were kept."
    return f"ebmviz did not close properly; {sentence(orphans[0], now)}"


def sentence(orphan: Orphan, now: float) -> str:
    """Which document, at which step, and when; `now` and its time are seconds since the epoch."""
    name = short(Path(orphan.document).name) if orphan.document else "an untitled session"
    step = "" if orphan.step is None else f" at step {grouped(orphan.step)}"
    then, today = time.localtime(orphan.time), time.localtime(now)
    form = "%H:%M" if then[:3] == today[:3] else "%d %b %Y, %H:%M"
    bad = "" if orphan.readable else "; it cannot be read"
    return f"{name} was kept{step}, {time.strftime(form, then)}{bad}."
