"""Pictures with a session inside."""

from __future__ import annotations

import base64
import hashlib
import zlib
from functools import cached_property
from pathlib import Path
from random import Random

from ebmviz.core.plot import Axis, Plot
from ebmviz.export import render
from ebmviz.files.export.embed import embed
from ebmviz.files.opening import open_file
from ebmviz.files.session import pack, unpack
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import CATALOGUE, Target, same
from tests.benchmarks.fuzz.targets.png import START, chunk
from tests.benchmarks.fuzz.targets.sessions import Sessions, sessions
from tests.core.sessions import PNG

_KINDS = (b"iTXt", b"tEXt", b"zTXt")


class Pictures(Target):
    """PNG, SVG and PDF: of their bytes, of their chunks, of the session inside."""

    name, what = "pictures", "pictures with a session (PNG, SVG, PDF)"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._inside = Sessions(folder)

    @cached_property
    def _bare(self) -> dict[str, bytes]:
        plot = Plot("p", Axis("y"), Axis("F"), ())
        return {kind: render.render(plot, kind) for kind in ("svg", "pdf")} | {"png": PNG}

    def seeds(self) -> list[bytes]:
        inside = pack(sessions()[1])
        return [embed(each, kind, inside) for kind, each in self._bare.items()]

    def made(self, dice: Random) -> bytes:
        way = dice.randrange(6)
        if way < 3:
            return super().made(dice)
        kind = dice.choice(("png", "png", "svg", "pdf"))
        inside = self._inside.made(dice)
        if way == 3 or kind != "png":
            return embed(self._bare[kind], kind, inside)
        return _with_chunk(dice, inside)

    def act(self, data: bytes) -> None:
        kind = ".png" if data[:4] == START[:4] else ".pdf" if b"%PDF-" in data[:1024] else ".svg"
        path = self.written(f"a{kind}", data)
        found = open_file(path, CATALOGUE).session
        assert found is not None
        same(unpack(pack(found), CATALOGUE, "again").scene, found.scene, "scene")


def _with_chunk(dice: Random, inside: bytes) -> bytes:
    """A PNG with a text chunk of some form, which lies about one thing or another."""
    packed = hashlib.sha256(inside).hexdigest().encode() + b" " + base64.b64encode(inside)
    kind = dice.choice(_KINDS)
    small = dice.random() < 0.5
    text = zlib.compress(packed) if small or kind == b"zTXt" else packed
    if dice.random() < 0.1:
        text = zlib.compress(bytes(dice.choice((100, 200_000, 4_000_000))))
    method = dice.choice((b"\0", b"\0", b"\1", b"\xff"))
    body = {
        b"tEXt": packed,
        b"zTXt": method + text,
        b"iTXt": (b"\1" if small else b"\0")
        + method
        + dice.choice((b"\0\0", b"en\0\0", b"\0", b""))
        + text,
    }[kind]
    made = bytearray(chunk(kind, b"ebmviz\0" + body))
    if dice.random() < 0.3:
        made[:4] = mutations.packed_number(dice, ">L")
    if dice.random() < 0.2:
        made = bytearray(mutations.of_bytes(dice, bytes(made)))
    return (
        PNG[:-12] + bytes(made) * dice.choice((1, 1, 2, 100)) + PNG[-12:] * dice.choice((1, 1, 0))
    )
