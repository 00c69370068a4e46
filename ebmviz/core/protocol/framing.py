"""Messages on the wire.

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

from ebmviz.core.outside import clean
from ebmviz.core.protocol import greeting, packing
from ebmviz.core.protocol.messages import VERSION, AnyMessage, ArrayMeta, ToEngine, ToWindow
from ebmviz.core.snapshot import Array

MAGIC = b"\x00EBMVIZ\x01\n"
MAX_HEADER = 16 << 20
MAX_BODY = 1 << 30
MAX_UNPACKED = 1 << 28
LENGTHS = struct.Struct("<IQ")
_MAX_RANK = 8
_DTYPES = ("<f4", "<f8", "<i8", "<i4", "|u1", "|b1")

_encoder = msgspec.msgpack.Encoder()
_to_engine = msgspec.msgpack.Decoder(ToEngine)
_to_window = msgspec.msgpack.Decoder(ToWindow)


class ProtocolError(Exception):
    """The stream is not what it should be."""


def encode(
    message: AnyMessage, arrays: dict[str, Array] | None = None, pack: bool = False
) -> list[bytes | memoryview]:
    """The buffers of one frame, to be written one after another. pack: as few bytes as a picture
    needs.

    Raises ProtocolError for what the other side would refuse.
    """
    metas, bodies = [], []
    for name, array in (arrays or {}).items():
        dtype = _dtype(array)
        small = packing.packed(array) if pack else None
        metas.append(ArrayMeta(name, dtype, array.shape, len(small or b"")))
        if small:
            bodies.append(memoryview(small))
        elif array.size:
            bodies.append(np.ascontiguousarray(array, dtype).reshape(-1).view(np.uint8).data)
    header = _encoder.encode(msgspec.structs.replace(message, arrays=tuple(metas)))
    size = sum(len(b) for b in bodies)
    _check_lengths(len(header), size)
    return [LENGTHS.pack(len(header), size), header, *bodies]


class FrameReader:
    """Feed it bytes as they come; iterate the complete messages.

    `engine_side` says which messages are expected. `skip` looks for the magic first.
    """

    def __init__(self, *, engine_side: bool, skip: bool = False) -> None:
        self._decoder = _to_engine if engine_side else _to_window
        self._buffer = bytearray()  # what is there of the lengths and the header
        self._need_magic = skip
        self._header: bytes | None = None
        # A body is copied once, from the pieces that come to where its arrays stay.
        self._body = memoryview(b"")
        self._filled = 0

    def feed(self, data: bytes) -> Iterator[tuple[AnyMessage, dict[str, Array]]]:
        """Messages completed by `data`. Raises ProtocolError on a broken stream."""
        if self._need_magic:
            data = self._after_magic(data)
        if self._need_magic:
            return
        rest = memoryview(data)
        while True:
            if self._header is None:
                rest = self._read_header(rest)
            if self._header is None:
                return
            end = min(self._filled + len(rest), len(self._body))
            taken = end - self._filled
            self._body[self._filled : end], rest = rest[:taken], rest[taken:]
            self._filled = end
            if end < len(self._body):
                return
            header, self._header = self._header, None
            yield self._decode(header, self._body.toreadonly())

    def _after_magic(self, data: bytes) -> bytes:
        """What follows the magic; nothing before it came."""
        self._buffer += data
        at = self._buffer.find(MAGIC)
        if at < 0:
            if len(self._buffer) > 1 << 20:
                raise ProtocolError("no engine at the other end: no greeting in 1 MiB")
            return b""
        self._need_magic = False
        rest = bytes(self._buffer[at + len(MAGIC) :])
        self._buffer.clear()
        return rest

    def _read_header(self, rest: memoryview) -> memoryview:
        """Take lengths and header, and make room for the body; what is left over."""
        wanted = LENGTHS.size
        while True:
            if len(self._buffer) >= LENGTHS.size:
                header, body = LENGTHS.unpack_from(self._buffer)
                _check_lengths(header, body)
                wanted = LENGTHS.size + header
                if len(self._buffer) == wanted:
                    self._header = bytes(self._buffer[LENGTHS.size :])
                    self._buffer.clear()
                    self._body, self._filled = np.empty(body, np.uint8).data, 0
                    return rest
            if not rest:
                return rest
            missing = wanted - len(self._buffer)
            self._buffer += rest[:missing]
            rest = rest[missing:]

    def _decode(self, header: bytes, body: memoryview) -> tuple[AnyMessage, dict[str, Array]]:
        try:
            message = self._decoder.decode(header)
        # Beside its own errors, msgspec lets those of text and of deep nesting through.
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            why = clean(str(error))  # which may quote the message
            said = greeting.of_another(header, VERSION) or f"a message could not be read: {why}"
            raise ProtocolError(said) from None
        arrays: dict[str, Array] = {}
        at = unpacked = 0
        for meta in message.arrays:
            if meta.name in arrays or meta.dtype not in _DTYPES or not _possible(meta.shape):
                raise ProtocolError(f"array {clean(meta.name, 80)} has an unknown form")
            dtype = np.dtype(meta.dtype)
            count = math.prod(meta.shape)
            if meta.packed:
                unpacked += count * dtype.itemsize
                if unpacked > MAX_UNPACKED:
                    raise ProtocolError(f"array {clean(meta.name, 80)} is too long")
                arrays[meta.name] = _unpacked(meta, body[at : at + meta.packed])
                at += meta.packed
                continue
            if at + count * dtype.itemsize > len(body):
                raise ProtocolError(f"array {clean(meta.name, 80)} is longer than its frame")
            arrays[meta.name] = np.frombuffer(body, dtype, count, at).reshape(meta.shape)
            at += count * dtype.itemsize
        if at != len(body):
            raise ProtocolError(f"a frame holds {len(body) - at} bytes that belong to no array")
        return message, arrays


def _unpacked(meta: ArrayMeta, data: memoryview) -> Array:
    try:
        if len(data) != meta.packed or meta.dtype != "<f4":
            raise ValueError("another form")
        return packing.unpacked(bytes(data), meta.shape)
    except ValueError as error:
        raise ProtocolError(
            f"array {clean(meta.name, 80)} could not be unpacked: {error}"
        ) from None


def _check_lengths(header: int, body: int) -> None:
    if header > MAX_HEADER or body > MAX_BODY:
        raise ProtocolError(f"a frame of {header} + {body} bytes is too long")


def _possible(shape: tuple[int, ...]) -> bool:
    # A side of 0 would let the others be absurd without a byte to show for it.
    sides = [max(n, 1) for n in shape]
    return len(shape) <= _MAX_RANK and min(shape, default=0) >= 0 and math.prod(sides) <= MAX_BODY


def _dtype(array: Array) -> str:
    text = array.dtype.newbyteorder("<").str
    if text not in _DTYPES or not _possible(array.shape):
        raise ProtocolError(f"arrays of {array.dtype} and shape {array.shape} are not sent")
    return text
