"""An engine and a window that are not of one version."""

from __future__ import annotations

import contextlib

import msgspec

from ebmviz import __version__
from ebmviz.core.outside import clean


def mismatch(protocol: object, version: object, wanted: int) -> str:
    """What to say of an engine that speaks another protocol than the window's, `wanted`."""
    theirs = f"ebmviz {clean(str(version), 40)} (protocol {clean(str(protocol), 40)})"
    return (
        f"the engine is of {theirs}, the window of ebmviz {__version__} (protocol {wanted}):"
        " install the same version for both"
    )


def of_another(header: bytes, wanted: int) -> str:
    """The same of a Hello that cannot be read for that reason; nothing of any other message."""
    found: object = None
    with contextlib.suppress(msgspec.MsgspecError, ValueError, RecursionError):
        found = msgspec.msgpack.decode(header)
    if not isinstance(found, dict) or found.get("type") != "Hello":
        return ""
    protocol = found.get("protocol")
    return "" if protocol == wanted else mismatch(protocol, found.get("version"), wanted)
