"""An engine and a window that are not of one version."""

from __future__ import annotations

import msgspec

from ebmviz import __version__
from ebmviz.core.outside import clean


class _Told(msgspec.Struct):
    """Of a message, whatever else it holds: no object is made of that."""

    type: str = ""
    protocol: int | float | str | None = None
    version: str | None = None


_decoder = msgspec.msgpack.Decoder(_Told)


def mismatch(protocol: object, version: object, wanted: int) -> str:
    """What to say of an engine that speaks another protocol than the window's, `wanted`."""
    theirs = f"ebmviz {clean(str(version), 40)} (protocol {clean(str(protocol), 40)})"
    return (
        f"the engine is of {theirs}, the window of ebmviz {__version__} (protocol {wanted}):"
        " install the same version for both"
    )


def of_another(header: bytes, wanted: int) -> str:
    """The same of a Hello that cannot be read for that reason; nothing of any other message."""
    try:
        found = _decoder.decode(header)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ""
    told = found.type == "Hello" and found.protocol != wanted
    return mismatch(found.protocol, found.version, wanted) if told else ""
