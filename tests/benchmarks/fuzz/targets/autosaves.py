"""Autosaves, with their notes, as they lie in a folder."""

from __future__ import annotations

import json
import os
from functools import cached_property
from random import Random

from ebmviz.core.errors import UserError
from ebmviz.files.leftovers import sweep
from ebmviz.files.recovery import Recovery
from ebmviz.files.session import unpack
from ebmviz.ui.session import left_behind
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import CATALOGUE, Target, seen
from tests.benchmarks.fuzz.targets.sessions import Sessions

_STEM = "autosave-999999-0123456789abcdef"
_PARTS = b"\0--part--\0"


class Autosaves(Target):
    """An autosave, its note and their names, offered and thrown away."""

    name, what = "autosaves", "autosaves and their notes"

    def seeds(self) -> list[bytes]:
        note = {"document": "/home/a/lecture.ebmviz", "told": False}
        return [json.dumps(note).encode()]

    @cached_property
    def _inside(self) -> Sessions:
        return Sessions(self.folder)

    def made(self, dice: Random) -> bytes:
        note = mutations.of_bytes(dice, self.good[0])
        if dice.random() < 0.7:
            note = json.dumps(mutations.of_value(dice, json.loads(self.good[0]))).encode()
        inside = self._inside.made(dice) if dice.random() < 0.6 else dice.choice(self._inside.good)
        stem = _STEM if dice.random() < 0.7 else mutations.of_text(dice, _STEM, "-0123456789./")
        return _PARTS.join((stem.encode("utf-8", "replace"), note, inside))

    def act(self, data: bytes) -> None:
        stem_, note, inside = (data + 2 * _PARTS).split(_PARTS)[:3]
        stem = stem_.decode().replace("/", "").replace("\0", "")[:60] or "a"
        home = self.folder / "autosave"
        home.mkdir(exist_ok=True)
        for path in home.iterdir():
            path.unlink()
        (home / f"{stem}.ebmviz").write_bytes(inside)
        (home / f"{stem}.json").write_bytes(note)
        os.symlink("/etc/passwd", home / "autosave-5-0123456789abcdef.ebmviz")
        recovery = Recovery(home, lambda b: unpack(b, CATALOGUE, "it"))
        left = recovery.orphans()
        for orphan in left:
            assert seen(left_behind.sentence(orphan, 0.0))
            recovery.tell(orphan)
        left_behind.offer(left, 0.0) if left else None
        for orphan in left:
            recovery.discard(orphan)
        sweep([home])
        if not any(orphan.readable for orphan in left):
            raise UserError("none can be read")
