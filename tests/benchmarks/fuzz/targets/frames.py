"""What an engine says to the window, and the window to an engine."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
import numpy as np

from ebmviz.core import library, protocol
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Checkpoint, Mark
from ebmviz.core.errors import Problem, UserError
from ebmviz.core.protocol.greeting import mismatch
from ebmviz.core.scene import from_json, to_json, visible
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import CATALOGUE, Target, seen

_LENGTHS = protocol.LENGTHS


def frame() -> protocol.Frame:
    """As small as one is."""
    return protocol.Frame(
        generation=3,
        step=7,
        needs=("map",),
        metrics={"loss": 0.5},
        labels={"a": ("b", "c")},
        playing=True,
        device="cpu",
        steps_per_s=9.0,
        compute_ms=1.0,
    )


def _bytes(message: Any, arrays: dict[str, Any] | None = None, pack: bool = False) -> bytes:
    return b"".join(map(bytes, protocol.encode(message, arrays or {}, pack)))


class _Stream(Target):
    """Frames of one direction, in pieces as a pipe has them."""

    engine_side = False
    refuses = (protocol.ProtocolError,)

    def made(self, dice: Random) -> bytes:
        good = dice.choice(self.good)
        if dice.random() < 0.35:
            data = mutations.of_bytes(dice, good, dice.choice(self.good))
        else:
            length, size = _LENGTHS.unpack_from(good)
            at = _LENGTHS.size + length
            whole = msgspec.msgpack.decode(good[_LENGTHS.size : at])
            head = _packed(mutations.of_value(dice, whole))
            body = good[at:] if dice.random() < 0.8 else mutations.of_bytes(dice, good[at:])
            size = len(body) if dice.random() < 0.9 else dice.choice((0, 2**30, 2**63, size + 1))
            data = _LENGTHS.pack(len(head), size) + head + body
        return data + (dice.choice(self.good) if dice.random() < 0.2 else b"")

    def act(self, data: bytes) -> None:
        reader = protocol.FrameReader(engine_side=self.engine_side)
        for part in (data[:7], data[7:90], data[90:]):
            for message, arrays in reader.feed(part):
                for array in arrays.values():
                    array.tobytes()  # every byte is there
                self.met(message, arrays)

    def met(self, message: Any, arrays: dict[str, Any]) -> None:
        """What becomes of a message."""


def _packed(value: Any) -> bytes:
    try:
        return msgspec.msgpack.encode(value)
    except (OverflowError, RecursionError, ValueError, TypeError):
        return msgspec.msgpack.encode(str(value)[:1000].encode("utf-8", "replace"))


class Frames(_Stream):
    """To the window."""

    name, what = "frames", "protocol, to the window (with the catalogue)"

    def seeds(self) -> list[bytes]:
        few = Catalogue(CATALOGUE.components[::7])
        hello = protocol.Hello(protocol=protocol.VERSION, version="1", pid=1, catalogue=few)
        flat = {"map": np.linspace(0, 1, 4096, dtype=np.float32).reshape(64, 64), "n": np.arange(4)}
        beside = protocol.Compared(
            scene=library.scene("ellipse", CATALOGUE), step=3, metrics={}, labels={}
        )
        both = msgspec.structs.replace(frame(), beside=beside)
        weights = Checkpoint({"w": np.ones(2, np.float32)}, {"step": np.arange(3)}).arrays()
        return [
            _bytes(hello),
            _bytes(frame(), flat),
            _bytes(frame(), flat, pack=True),
            _bytes(both, {"map": flat["map"], "beside/map": flat["map"]}),
            _bytes(
                protocol.Fetched(token=1, metrics={"loss": 1.0}, marks=(Mark(1, "changed", "x"),)),
                weights,
            ),
            _bytes(protocol.Failure(problem=Problem("user", "no"), generation=3)),
            _bytes(protocol.Reloaded(catalogue=few, loaded=("a",), faults=("b",))),
            _bytes(protocol.Notice(sentence="long")),
            _bytes(protocol.Pong(at=3)),
        ]

    def met(self, message: Any, arrays: dict[str, Any]) -> None:
        if isinstance(message, protocol.Frame):
            protocol.snapshot_of(message, arrays)
        elif isinstance(message, protocol.Fetched):
            kept = Checkpoint.of(arrays, message.metrics, message.marks, message.begun)
            _ = kept.step, kept.size, kept.progress
        elif isinstance(message, protocol.Hello | protocol.Reloaded):
            _described(message.catalogue)
            if isinstance(message, protocol.Hello):
                assert seen(mismatch(message.protocol, message.version, 3))


def _described(catalogue: Catalogue) -> None:
    """A scene under a catalogue that is the engine's."""
    for name in ("ellipse", "hopfield"):
        try:
            scene = from_json(to_json(library.scene(name, CATALOGUE)), catalogue)
            visible(scene, catalogue)
        except UserError:
            continue


class Requests(_Stream):
    """To the engine."""

    name, what, engine_side = "requests", "protocol, to the engine", True

    def seeds(self) -> list[bytes]:
        scene = library.scene("ellipse", CATALOGUE)
        weights = Checkpoint({"w": np.ones(2, np.float32)}, {"step": np.arange(3)}).arrays()
        return [
            _bytes(
                protocol.SetScene(
                    generation=1, scene=scene, needs=("map",), rotating_needs=(("a",),)
                )
            ),
            _bytes(protocol.Restore(marks=(Mark(1, "changed", "x"),), step=3), weights),
            _bytes(protocol.AddBranch(number=2, scene=scene), weights),
            _bytes(protocol.Try(token=1, scene=scene), weights),
            _bytes(protocol.MoveWeight(number=1, y=(0.5, 0.5))),
            _bytes(protocol.Grant(frames=2)),
            _bytes(protocol.Seek(step=3)),
            _bytes(protocol.Play(on=True)),
            _bytes(protocol.Shutdown()),
        ]

    def met(self, message: Any, arrays: dict[str, Any]) -> None:
        Checkpoint.of(arrays)
