"""JSON from a file of unknown origin: strict, and every failure one `UserError`."""

from __future__ import annotations

import gc
import json
import math

import msgspec

from ebmviz.core.errors import UserError


def _finite(text: str) -> float:
    found = float(text)
    if math.isinf(found):
        raise ValueError
    return found


_LISTS = 500_000
"""And tables: five times the most points a scene can hold. Millions keep the collector busy."""
_DECODER = msgspec.json.Decoder(float_hook=_finite)  # its own takes 100 times as long for 1e308


def decode(data: bytes, where: str) -> object:
    """The value that `data` holds.

    Raises UserError naming `where`: not UTF-8, not JSON, NaN, infinite or absurdly long
    numbers, lone surrogates, more than `_LISTS` lists, or nested too deeply.
    """
    if data.count(b"[") + data.count(b"{") > _LISTS:
        raise UserError(f"{where}: more lists and tables than the {_LISTS} that are accepted")
    collects = gc.isenabled()
    gc.disable()  # a million lists in each other are looked through again and again, in vain
    try:
        return _DECODER.decode(data)
    except RecursionError:
        raise UserError(f"{where}: nested too deeply") from None
    except (msgspec.MsgspecError, ValueError):
        raise UserError(f"{where}: not valid JSON") from None
    finally:
        if collects:
            gc.enable()


def encode(value: object) -> bytes:
    """`value` as JSON for people: indented, in its own order, ending in a newline.

    Raises ValueError for a number that JSON does not have; see `number`.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
    # A lone surrogate, as Qt's text fields can hold, has no bytes.
    return text.encode("utf-8", "replace") + b"\n"


def number(value: float) -> float | str:
    """A number as JSON holds it: the ones it does not have are words."""
    return value if math.isfinite(value) else str(value)  # "nan", "inf", "-inf"


def as_number(value: object, where: str) -> float:
    """The inverse of `number`; UserError for anything else."""
    if value in ("nan", "inf", "-inf") and isinstance(value, str):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise UserError(f"{where}: the number is too large") from None
    raise UserError(f"{where}: not a number")
