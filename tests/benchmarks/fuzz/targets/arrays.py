"""Tables of points as arrays."""

from __future__ import annotations

import io
import pickle
import struct
import warnings
import zipfile
from random import Random

import numpy as np

from ebmviz.files.tables.table import read_table
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import Target
from tests.benchmarks.fuzz.targets.tables import taken

warnings.simplefilter("ignore", UserWarning)  # of two members of one name


class _Boom:
    def __reduce__(self) -> tuple[object, ...]:
        return print, ("a pickle was run",)


class Arrays(Target):
    """NPY and NPZ."""

    name, what = "arrays", "arrays (NPY, NPZ)"

    def seeds(self) -> list[bytes]:
        plain = np.arange(20.0).reshape(10, 2)
        record = np.zeros(5, [("x", "<f8"), ("y", "<i4"), ("label", "<U3")])
        return [
            *(_npy(each) for each in (plain, plain.T.copy("F"), record, plain.astype("<f4"))),
            _npz({"x": plain[:, 0], "y": plain[:, 1]}),
            _npz({"points": plain, "labels": np.arange(10) % 2, "n": np.array(3), "w": record}),
        ]

    def made(self, dice: Random) -> bytes:
        way = dice.randrange(5)
        if way == 0:
            return super().made(dice)
        one = _odd_npy(dice)
        if way < 4:
            return one
        out = io.BytesIO()
        method = dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA))
        with zipfile.ZipFile(out, "w", method) as made:
            for _ in range(dice.choice((1, 2, 3))):
                name = dice.choice(
                    ("a.npy", "x.npy", "../x.npy", "/x", mutations.said(dice)[:50], "y")
                )
                made.writestr(
                    "x" + name if name[:1] in "\0" else name,
                    dice.choice((one, _npy(np.arange(10.0)), bytes(2_000_000))),
                )
        whole = out.getvalue()
        return mutations.of_bytes(dice, whole) if dice.random() < 0.3 else whole

    def act(self, data: bytes) -> None:
        suffix = ".npz" if data[:2] == b"PK" else ".npy"
        taken(read_table(self.written(f"a{suffix}", data)))


def _npy(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def _npz(arrays: dict[str, np.ndarray]) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


_KINDS = (
    "'<f8'",
    "'|O'",
    "[('a','<f8'),('b','O')]",
    "'<U9999'",
    "'<f2'",
    "'>i8'",
    "'<c8'",
    "'<M8[s]'",
    "'|V8'",
    "'<f16'",
    "('<f8',(2,))",
    "'S3'",
    "'|b1'",
    "[('a','<f8'),('a','<f8')]",
    "[" * 300 + "]" * 300,
    "__import__('os')",
    "(1).__class__",
    "9**9**9",
    "'<f8'*9",
)
_SHAPES = (
    "(2, 2)",
    "(10, 2)",
    "(2, 10)",
    "(20,)",
    "()",
    "(0, 2)",
    "(-1, 2)",
    "(2**63, 2)",
    "(99999999999, 2)",
    "(4611686018427387904, 4)",
    "(True, 2)",
    "(1,)*40",
    "(1.0, 2)",
    "[2, 2]",
)


def _odd_npy(dice: Random) -> bytes:
    descr, shape = dice.choice(_KINDS), dice.choice(_SHAPES)
    order = dice.choice(("False", "True", "0", "None"))
    if right := dice.random() < 0.3:
        descr = dice.choice(
            ("'<f8'", "'<i8'", "[('x', '<f8'), ('y', '<f8')]", "[('x', '<f8'), ('', '<f8')]")
        )
        order, shape = "False", "(10,)" if descr[0] == "[" else dice.choice(("(10, 2)", "(2, 10)"))
    head = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"
    if dice.random() < 0.15:
        head = mutations.of_text(dice, head, "()[]{}',:-")
    said = head.encode("latin-1", "replace") + b" " * dice.choice((0, 10)) + b"\n"
    length = len(said) if dice.random() < 0.9 else dice.choice((0, 9, 60_000))
    body = pickle.dumps(_Boom()) if "O" in descr else dice.randbytes(dice.choice((0, 32, 160)))
    if right or dice.random() < 0.3:
        body = np.arange(20.0).tobytes()
    if dice.random() < 0.5:
        return b"\x93NUMPY\x01\0" + struct.pack("<H", length & 0xFFFF) + said + body
    return (
        b"\x93NUMPY" + bytes((dice.choice((2, 3, 4)), 0)) + struct.pack("<I", length) + said + body
    )
