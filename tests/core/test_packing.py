"""Frames over a slow link: small, and true to what a screen can show."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ebmviz.core import protocol
from ebmviz.core.checkpoint import Progress
from ebmviz.core.protocol.packing import LEAST, packed, unpacked


def frame() -> protocol.Frame:
    return protocol.Frame(
        generation=1, step=2, needs=(), metrics={}, labels={}, playing=False, sampling=False,
        device="cpu", progress=Progress(), steps_per_s=0.0, compute_ms=0.0, rough=False,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 1000),
    shape=st.sampled_from([(LEAST,), (40, 60), (3, 30, 40)]),
    size=st.sampled_from([1e-30, 1e-3, 1.0, 1e6, 1e37]),
    offset=st.sampled_from([0.0, -7.0, 1e5]),
    holes=st.booleans(),
)
def test_numbers_come_back_within_a_share_of_their_range(
    seed: int, shape: tuple[int, ...], size: float, offset: float, holes: bool
) -> None:
    dice = np.random.default_rng(seed)
    array = (offset + size * dice.normal(size=shape)).astype(np.float32)
    if holes:
        array.flat[dice.integers(0, array.size, 30)] = np.nan
        array.flat[dice.integers(0, array.size, 30)] = np.inf
        array.flat[dice.integers(0, array.size, 30)] = -np.inf
    data = packed(array)
    assert data
    back = unpacked(data, shape)
    assert back.dtype == np.float32
    finite = np.isfinite(array)
    assert np.array_equal(np.isnan(array), np.isnan(back))
    assert np.array_equal(array[np.isinf(array)], back[np.isinf(array)])
    there = array[finite].astype(np.float64)
    apart = np.abs(there - back[finite])
    ulp = np.spacing(np.abs(array[finite]))
    assert (apart <= (there.max() - there.min()) / 131_000 + ulp).all()


@pytest.mark.parametrize("value", [0.0, -3.5, np.nan, np.inf])
def test_a_flat_map_stays_flat(value: float) -> None:
    array = np.full((64, 64), value, np.float32)
    np.testing.assert_array_equal(unpacked(packed(array) or b"", (64, 64)), array)


def test_a_map_takes_an_eighth() -> None:
    y1, y2 = np.meshgrid(*2 * [np.linspace(-2, 2, 256)])
    energy = np.log1p(np.exp(3 * y1) + y2**2).astype(np.float32)
    assert len(packed(energy) or b"") * 8 < energy.nbytes


def test_what_needs_all_its_bits_travels_as_it_is() -> None:
    for array in (
        np.zeros(LEAST - 1, np.float32),
        np.zeros((64, 64)),
        np.zeros((64, 64), np.int64),
        np.array([-3e38, 3e38] * LEAST, np.float32),
    ):
        assert packed(array) is None
    big = np.random.default_rng(1).normal(size=(70, 70)).astype(np.float32)
    arrays = {"map": big, "exact": big.astype(np.float64), "few": big[0], "none": big[:0]}
    reader = protocol.FrameReader(engine_side=False)
    data = b"".join(map(bytes, protocol.encode(frame(), arrays, pack=True)))
    ((_, back),) = reader.feed(data)
    assert list(back) == list(arrays)
    for name in ("exact", "few", "none"):
        np.testing.assert_array_equal(back[name], arrays[name])
    assert 0 < np.abs(back["map"] - big).max() < 1e-4
    assert len(data) < len(b"".join(map(bytes, protocol.encode(frame(), arrays))))


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_one_is_refused_or_read_and_nothing_else(at: int, byte: int, cut: bool) -> None:
    array = np.random.default_rng(2).normal(size=(40, 40)).astype(np.float32)
    data = bytearray(b"".join(map(bytes, protocol.encode(frame(), {"map": array}, pack=True))))
    at %= len(data)
    data[at:] = data[at:-1] if cut else bytes([byte]) + data[at + 1 :]
    try:
        for _, arrays in protocol.FrameReader(engine_side=False).feed(bytes(data)):
            assert sum(a.nbytes for a in arrays.values()) <= 1 << 28
    except protocol.ProtocolError as error:
        assert "\n" not in str(error)


def test_a_small_frame_cannot_take_much_memory() -> None:
    body = packed(np.zeros((64, 64), np.float32)) or b""
    meta = protocol.ArrayMeta("map", "<f4", (1 << 14, 1 << 14), len(body))
    header = msgspec.msgpack.encode(msgspec.structs.replace(frame(), arrays=(meta,)))
    data = protocol.LENGTHS.pack(len(header), len(body)) + header + body
    with pytest.raises(protocol.ProtocolError, match="array map is too long"):
        list(protocol.FrameReader(engine_side=False).feed(data))
