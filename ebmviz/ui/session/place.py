"""A document as it stands in the window: what another replaces, and what one can go back to."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.scene import Scene
from ebmviz.files.stamp import Stamp
from ebmviz.ui.session.runs import Clean, Runs


class Place(msgspec.Struct, frozen=True, eq=False):
    """Scene and newest checkpoint, with the file behind them.

    stamp: of the file as it was read or written here, None without one. clean: what the file, or
    the beginning, holds. runs: with this, the one that is gone on with. lesson: its stops.
    """

    scene: Scene
    kept: Checkpoint | None = None
    path: Path | None = None
    stamp: Stamp | None = None
    clean: Clean | None = None
    runs: Runs = Runs()
    lesson: LessonState = LessonState()
