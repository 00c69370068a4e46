"""What is kept of a run: a row of the table, and its small map; as JSON and back."""

from __future__ import annotations

import base64
import binascii

import msgspec
import numpy as np

from ebmviz.core.errors import UserError
from ebmviz.core.snapshot import Array
from ebmviz.files import strictjson

Cell = str | int | float | bool


class Outcome(msgspec.Struct, frozen=True, eq=False):
    """number: which run, from 0. row: name -> value, in the order of the table; what a run does not
    have is not in it. arrays: of its picture, float32: `map` (H, W), `data` (N, 2) and so on; none
    where there is no map.
    """

    number: int
    row: dict[str, Cell]
    arrays: dict[str, Array] = {}

    def to_json(self) -> bytes:
        """All of it, in a form that `from_json` reads."""
        row = {k: strictjson.number(v) if isinstance(v, float) else v for k, v in self.row.items()}
        arrays = {k: _written(array) for k, array in self.arrays.items()}
        return strictjson.encode({"number": self.number, "row": row, "arrays": arrays})

    @classmethod
    def from_json(cls, data: bytes, where: str) -> Outcome:
        """Raises UserError naming `where` for what is none."""
        raw = strictjson.decode(data, where)
        try:
            kept = msgspec.convert(raw, _Kept)
            arrays = {name: each.array() for name, each in kept.arrays.items()}
        except (msgspec.ValidationError, binascii.Error, ValueError):
            raise UserError(f"{where}: not the outcome of a run") from None
        return cls(kept.number, {k: _cell(v) for k, v in kept.row.items()}, arrays)


class _Array(msgspec.Struct):
    shape: tuple[int, ...]
    base64: str

    def array(self) -> Array:
        flat = np.frombuffer(base64.b64decode(self.base64, validate=True), "<f4")
        return flat.reshape(self.shape)


class _Kept(msgspec.Struct):
    number: int
    row: dict[str, str | int | float | bool]
    arrays: dict[str, _Array]


def _written(array: Array) -> dict[str, object]:
    data = np.ascontiguousarray(array, "<f4")
    return {"shape": list(data.shape), "base64": base64.b64encode(data.tobytes()).decode()}


def _cell(value: Cell) -> Cell:
    """What JSON has no number for is a number again."""
    return float(value) if value in ("inf", "-inf", "nan") and isinstance(value, str) else value
