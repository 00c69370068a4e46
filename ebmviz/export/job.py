"""A picture to be drawn by another process: the order, as bytes.

The window imports no matplotlib and runs no Python beside its event loop: `python -m ebmviz.export`
takes an order from stdin and gives the picture to stdout.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import Any, BinaryIO, TypeVar

import msgspec
import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.palette import Theme
from ebmviz.core.plot import Plot, Sheet
from ebmviz.export.pages import FIT

_LENGTH = struct.Struct("<Q")
_MOST = 1 << 31
Ordered = TypeVar("Ordered", bound=msgspec.Struct)


class Job(msgspec.Struct, frozen=True, eq=False):
    """A figure's value, the format and look of its picture, the session to put inside, what its
    metadata say of the data, and the name of its page. points: the size of its letters, 0 for that
    of the page; dpi: of its pixels, 0 for those of the page; transparent: without a ground.
    """

    figure: Plot | Sheet
    format: str
    theme: Theme = "light"
    session: bytes = b""
    about: str = ""
    page: str = FIT
    points: float = 0.0
    dpi: float = 0.0
    transparent: bool = False


class _Packed(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    data: bytes


def encode(job: msgspec.Struct) -> bytes:
    """The order as bytes, arrays and all."""
    return _encoder.encode(job)


def decode(data: bytes) -> Job:
    """The inverse. Raises UserError for anything else."""
    return decoded(data, Job)


def decoded(data: bytes, kind: type[Ordered]) -> Ordered:
    """The same of another order."""
    try:
        found: Ordered = _decoder(kind).decode(data)
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        raise UserError(f"the order of a picture could not be read: {error}") from None
    return found


def send(order: bytes) -> bytes:
    """What goes to the process's stdin, which stays open as long as the picture is wanted."""
    return _LENGTH.pack(len(order)) + order


def receive(stream: BinaryIO) -> bytes:
    """The order that `send` made. Raises UserError where less comes."""
    head = stream.read(_LENGTH.size)
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else -1
    order = stream.read(length) if 0 <= length <= _MOST else b""
    if len(order) != length:
        raise UserError("the order of a picture is cut short")
    return order


def _pack(value: Any) -> object:
    if isinstance(value, np.generic):
        return value.item()
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"an array of {array.dtype} in a figure")
    return _Packed(array.dtype.str, array.shape, np.ascontiguousarray(array).tobytes())


def _unpack(_kind: type, value: object) -> object:
    packed = msgspec.convert(value, _Packed)
    return np.frombuffer(packed.data, packed.dtype).reshape(packed.shape)


_encoder = msgspec.msgpack.Encoder(enc_hook=_pack)


@cache
def _decoder(kind: type[Any]) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind, dec_hook=_unpack)
