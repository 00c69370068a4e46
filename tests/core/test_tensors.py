"""Named arrays in a file: kept by value, and read without trust."""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from ebmviz.core.errors import UserError
from ebmviz.core.snapshot import Array
from ebmviz.files import tensors


def again(**arrays: Array) -> dict[str, Array]:
    """The arrays after a file."""
    return tensors.decode(tensors.encode(arrays), "w")


@pytest.mark.parametrize("dtype", ["f4", "f8", "i8", "i4", "u1", "?", ">f4", ">i8"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3, 4)])
def test_arrays_of_every_kept_type_and_shape(dtype: str, shape: tuple[int, ...]) -> None:
    array = (np.arange(math.prod(shape)) % 2).reshape(shape).astype(dtype)
    after = again(a=array)["a"]
    np.testing.assert_array_equal(after, array)
    assert after.shape == shape
    assert after.dtype.isnative
    assert after.flags.writeable


def test_arrays_are_kept_by_value_not_by_memory() -> None:
    whole = np.arange(24, dtype=np.float64).reshape(4, 6)
    views = {"step": whole[::2, ::-3], "turned": whole.T, "wide": np.broadcast_to(whole[0], (3, 6))}
    after = again(**views)
    for name, view in views.items():
        np.testing.assert_array_equal(after[name], view, strict=True)


def test_weights_that_diverged_are_kept() -> None:
    array = np.array([np.nan, np.inf, -np.inf, -0.0], np.float32)
    after = again(w=array)["w"]
    assert after.tobytes() == array.tobytes()


@pytest.mark.parametrize("dtype", ["i2", "f2", "u8", "c8", "O", "U3", "M8[s]"])
def test_a_type_that_is_not_kept_is_refused(dtype: str) -> None:
    with pytest.raises(UserError, match="“odd” has the type"):
        tensors.encode({"odd": np.zeros(2, dtype)})


@pytest.mark.parametrize("name", ["__metadata__", "x" * 201])
def test_a_name_that_is_not_kept_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="under that name"):
        tensors.encode({name: np.zeros(2)})


def tensor_file(header: object, body: bytes = b"") -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + body


def entry(dtype: object = "F32", shape: object = (1,), offsets: object = (0, 4)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"1234567",
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 3) + b"{}",
        tensor_file(b"[]"),
        tensor_file(b"nonsense"),
        tensor_file(b"[" * 100_000),
        tensor_file({"a": 3}),
        tensor_file({"a": {}}),
        tensor_file({"a": {**entry(), "more": 1}}, bytes(4)),
        tensor_file({"a": entry("F16", (2,))}, bytes(4)),
        tensor_file({"a": entry(["F32"])}, bytes(4)),
        tensor_file({"a": entry(None)}, bytes(4)),
        tensor_file({"a": entry("F32", 1)}, bytes(4)),
        tensor_file({"a": entry("F32", (-1,), (4, 0))}, bytes(4)),
        tensor_file({"a": entry("F32", (-1, -1))}, bytes(4)),
        tensor_file({"a": entry("F32", (1.0,))}, bytes(4)),
        tensor_file({"a": entry("F32", (True,))}, bytes(4)),
        tensor_file({"a": entry("F32", (2**62, 0), (0, 0))}),
        tensor_file({"a": entry("F32", (2**40, 2**40))}, bytes(4)),
        tensor_file({"a": entry("F32", (0, 2**47, 2**46), (0, 0))}),
        tensor_file({"a": entry("I64", (2**45, 0, 2), (0, 0))}),
        tensor_file({"a": entry("F32", (1,) * 9)}, bytes(4)),
        tensor_file({"a": entry("BOOL", (2**47, 2, 0), (0, 0))}),
        tensor_file({"a": entry("U8", (2**48,), (0, 0))}),
        tensor_file({"a": entry("F32", (0, -1), (0, 0))}),
        tensor_file({"a": entry("C64", (1,), (0, 8))}, bytes(8)),
        tensor_file({"a": entry("F64", (1,), (8, 0))}, bytes(8)),
        tensor_file({"a": entry("F32", (2,))}, bytes(4)),
        tensor_file({"a": entry("F32", (1,), (0, 4, 8))}, bytes(4)),
        tensor_file({"a": entry("F32", (1,), (4, 8))}, bytes(8)),
        tensor_file({"a": entry(), "b": entry()}, bytes(4)),
        tensor_file({"a": entry(), "b": entry("F32", (1,), (8, 12))}, bytes(12)),
        tensor_file({"a": entry()}, bytes(3)),
        tensor_file({"a": entry()}, bytes(5)),
        tensor_file({}, bytes(1)),
        tensor_file({"a": entry("BOOL", (4,))}, b"\0\1\2\0"),
        tensor_file({"x" * 201: entry()}, bytes(4)),
        tensor_file({str(n): entry("F32", (0,), (0, 0)) for n in range(10_001)}),
        tensor_file(b" " * (tensors.HEADER_CAP + 1)),
    ],
    ids=range(40),
)
def test_tensors_that_do_not_fit(raw: bytes) -> None:
    with pytest.raises(UserError) as caught:
        tensors.decode(raw, "a.ebmviz: weights")
    text = str(caught.value)
    assert text.startswith("a.ebmviz: weights: ")
    assert text.isprintable()
    assert len(text) < 300


def test_a_header_is_not_parsed_if_it_is_too_large() -> None:
    with pytest.raises(UserError, match="its header is too large"):
        tensors.decode(tensor_file(b" " * (tensors.HEADER_CAP + 1)), "w")


def test_tensors_of_other_programs_are_read() -> None:
    raw = tensor_file({"__metadata__": {"made": "by hand"}, "a": entry()}, bytes(4))
    np.testing.assert_array_equal(tensors.decode(raw, "x")["a"], [0])
    theirs = {"b": np.eye(3), "c": np.arange(3), "d": np.array([True, False])}
    for name, array in tensors.decode(safetensors.numpy.save(theirs), "x").items():
        np.testing.assert_array_equal(array, theirs[name], strict=True)
