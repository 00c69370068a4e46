"""Messages between window and engine, and their framing.

The engine writes `MAGIC` once; from then on both directions carry frames:
`<IQ` header length and body length, a MessagePack header (one tagged struct), and a body of
raw array bytes that the header describes. Whatever comes before the magic (an ssh banner) is
skipped.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

import msgspec
import numpy as np

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import Problem
from ebmviz.core.scene import Scene
from ebmviz.core.snapshot import Array

MAGIC = b"\x00EBMVIZ\x01\n"
VERSION = 1
MAX_HEADER = 16 << 20
MAX_BODY = 1 << 30
_LENGTHS = struct.Struct("<IQ")
_DTYPES = ("<f4", "<f8", "<i8", "<i4", "|u1", "|b1")


class ArrayMeta(msgspec.Struct, frozen=True):
    """Where an array lies in the body."""

    name: str
    dtype: str
    shape: tuple[int, ...]


class Message(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base: every message may carry arrays."""

    arrays: tuple[ArrayMeta, ...] = ()


# window -> engine ---------------------------------------------------------------------


class SetScene(Message, frozen=True, kw_only=True):
    """Show this scene. Frames answering it carry its generation."""

    generation: int
    scene: Scene
    needs: tuple[str, ...]


class Grant(Message, frozen=True, kw_only=True):
    """The window can take so many more frames."""

    frames: int = 1


class Play(Message, frozen=True, kw_only=True):
    """Train, or pause."""

    on: bool


class Advance(Message, frozen=True, kw_only=True):
    """Train so many steps, then pause."""

    steps: int


class Reset(Message, frozen=True, kw_only=True):
    """Initial weights of the same seed."""


class Seek(Message, frozen=True, kw_only=True):
    """Look at a past step; None is the present."""

    step: int | None


class Fetch(Message, frozen=True, kw_only=True):
    """Send a checkpoint marked with this token."""

    token: int


class Restore(Message, frozen=True, kw_only=True):
    """Continue from these arrays: `weights:NAME` and `history:NAME`."""


class Shutdown(Message, frozen=True, kw_only=True):
    """End the process."""


# engine -> window ---------------------------------------------------------------------


class Hello(Message, frozen=True, kw_only=True):
    """First message: who the engine is and what it can do."""

    protocol: int
    version: str
    pid: int
    catalogue: Catalogue


class Frame(Message, frozen=True, kw_only=True):
    """One snapshot."""

    generation: int
    step: int
    metrics: dict[str, float]
    playing: bool
    device: str
    steps_per_s: float
    compute_ms: float


class Checkpoint(Message, frozen=True, kw_only=True):
    """Answer to Fetch: arrays `weights:NAME` and `history:NAME`."""

    token: int
    metrics: dict[str, float]


class Failure(Message, frozen=True, kw_only=True):
    """Something went wrong; training is paused. generation: the scene refused, or 0."""

    problem: Problem
    generation: int = 0


ToEngine = SetScene | Grant | Play | Advance | Reset | Seek | Fetch | Restore | Shutdown
ToWindow = Hello | Frame | Checkpoint | Failure
AnyMessage = ToEngine | ToWindow

_encoder = msgspec.msgpack.Encoder()
_to_engine = msgspec.msgpack.Decoder(ToEngine)
_to_window = msgspec.msgpack.Decoder(ToWindow)


class ProtocolError(Exception):
    """The stream is not what it should be."""


def encode(message: AnyMessage, arrays: dict[str, Array] | None = None) -> list[bytes | memoryview]:
    """The buffers of one frame, to be written one after another."""
    contiguous = {k: np.ascontiguousarray(a) for k, a in (arrays or {}).items()}
    metas = tuple(ArrayMeta(k, _dtype(a), (arrays or {})[k].shape) for k, a in contiguous.items())
    header = _encoder.encode(msgspec.structs.replace(message, arrays=metas))
    bodies = [a.reshape(-1).view(np.uint8).data for a in contiguous.values() if a.size]
    size = sum(len(b) for b in bodies)
    return [_LENGTHS.pack(len(header), size), header, *bodies]


class FrameReader:
    """Feed it bytes as they come; iterate the complete messages.

    `engine_side` says which messages are expected. `skip` looks for the magic first.
    """

    def __init__(self, *, engine_side: bool, skip: bool = False) -> None:
        self._decoder = _to_engine if engine_side else _to_window
        self._buffer = bytearray()
        self._need_magic = skip
        self._wanted: tuple[int, int] | None = None

    def feed(self, data: bytes) -> Iterator[tuple[AnyMessage, dict[str, Array]]]:
        """Messages completed by `data`. Raises ProtocolError on a broken stream."""
        self._buffer += data
        if self._need_magic and not self._skip_to_magic():
            return
        while True:
            if self._wanted is None:
                if len(self._buffer) < _LENGTHS.size:
                    return
                header, body = _LENGTHS.unpack_from(self._buffer)
                if header > MAX_HEADER or body > MAX_BODY:
                    raise ProtocolError(f"a frame of {header} + {body} bytes is too long")
                del self._buffer[: _LENGTHS.size]
                self._wanted = (header, body)
            header, body = self._wanted
            if len(self._buffer) < header + body:
                return
            frame = bytes(self._buffer[: header + body])
            del self._buffer[: header + body]
            self._wanted = None
            yield self._decode(frame, header)

    def _skip_to_magic(self) -> bool:
        at = self._buffer.find(MAGIC)
        if at < 0:
            if len(self._buffer) > 1 << 20:
                raise ProtocolError("no engine at the other end: no greeting in 1 MiB")
            return False
        del self._buffer[: at + len(MAGIC)]
        self._need_magic = False
        return True

    def _decode(self, frame: bytes, header: int) -> tuple[AnyMessage, dict[str, Array]]:
        try:
            message = self._decoder.decode(memoryview(frame)[:header])
        except msgspec.MsgspecError as error:
            raise ProtocolError(f"a message could not be read: {error}") from None
        arrays: dict[str, Array] = {}
        at = header
        for meta in message.arrays:
            if meta.dtype not in _DTYPES or any(n < 0 for n in meta.shape):
                raise ProtocolError(f"array {meta.name} has an unknown form")
            dtype = np.dtype(meta.dtype)
            size = math.prod(meta.shape) * dtype.itemsize
            if at + size > len(frame):
                raise ProtocolError(f"array {meta.name} is longer than its frame")
            flat = np.frombuffer(frame, dtype, math.prod(meta.shape), at)
            arrays[meta.name] = flat.reshape(meta.shape)
            at += size
        return message, arrays


def _dtype(array: Array) -> str:
    text = array.dtype.newbyteorder("<").str
    if text not in _DTYPES:
        raise ProtocolError(f"arrays of {array.dtype} are not sent")
    return text
