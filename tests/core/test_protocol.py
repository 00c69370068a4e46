"""The wire: what is sent arrives as it was, and anything else is refused in one way."""

from __future__ import annotations

import contextlib
import itertools
import math
import struct
from typing import Any, get_args

import msgspec
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ebmviz.core import library, protocol
from ebmviz.core.checkpoint import Mark
from ebmviz.core.errors import Problem
from ebmviz.core.protocol import (
    MAGIC,
    AdoptLabModel,
    Advance,
    Failure,
    Fetch,
    Fetched,
    Frame,
    FrameReader,
    Grant,
    Hello,
    Message,
    MoveWeight,
    Play,
    ProtocolError,
    Reset,
    RestartChains,
    Restore,
    Resume,
    Sample,
    Seek,
    SetScene,
    Shutdown,
    framing,
)
from ebmviz.core.snapshot import Array

CATALOGUE = library.shipped_catalogue()
SCENE = library.scene("ellipse", CATALOGUE)
MESSAGES: list[Any] = [
    SetScene(generation=3, scene=SCENE, needs=("map", "data")),
    protocol.Ping(),
    protocol.Loading(plugin="/a/b.py"),
    protocol.Reload(),
    protocol.Reloaded(catalogue=CATALOGUE, loaded=("/a/b.py",), faults=("line 3",)),
    protocol.Notice(sentence="about 40 s to the first picture"),
    protocol.Pong(at=7),
    protocol.Branch(number=2),
    protocol.AddBranch(number=1, scene=SCENE, marks=(Mark(3, "changed", "seed 1 → 2"),)),
    protocol.DropBranch(number=1),
    protocol.Marked(branch=1, marks=(Mark(9, "diverged", "diverged at step 10"),)),
    protocol.Try(token=4, scene=SCENE),
    protocol.Tried(token=4, problem=None),
    protocol.Tried(token=5, problem=Problem("user", "no")),
    Grant(frames=2),
    Play(on=True),
    Advance(steps=10),
    Reset(),
    Seek(step=None),
    Seek(step=12),
    Fetch(token=9),
    Restore(),
    Resume(),
    AdoptLabModel(lane="hinge"),
    Sample(on=True),
    MoveWeight(number=3, y=(0.5, -1e300)),
    RestartChains(),
    Shutdown(),
    Hello(protocol=1, version="0.1.0", pid=77, catalogue=CATALOGUE),
    Frame(
        generation=4,
        step=5,
        metrics={"loss": math.inf, "last_step": 5.0},
        playing=True,
        device="cpu",
        steps_per_s=10.5,
        compute_ms=0.25,
        labels={"lab": ("hinge", "nll")},
    ),
    Fetched(token=1, metrics={"mean_energy": 0.5}),
    Failure(problem=Problem("numeric", "too fast: η"), generation=2),
]
ARRAYS: dict[str, Array] = {
    "map": np.arange(12, dtype=np.float32).reshape(3, 4),
    "curve": np.array([math.nan, math.inf, -0.0, 1e-300]),
    "train/step": np.array(1240, np.int64),
    "small": np.array([[1, -2]], np.int32),
    "bytes": np.array([0, 255], np.uint8),
    "flags": np.array([True, False]),
    "none": np.zeros((0, 2), np.float32),
}


def wire(message: Any, arrays: dict[str, Array] | None = None) -> bytes:
    return b"".join(bytes(part) for part in protocol.encode(message, arrays))


def frame(header: bytes, body: bytes = b"") -> bytes:
    return struct.pack("<IQ", len(header), len(body)) + header + body


def reader_of(message: Message) -> FrameReader:
    return FrameReader(engine_side=isinstance(message, get_args(protocol.ToEngine)))


def read(data: bytes, engine_side: bool = True) -> list[tuple[Any, dict[str, Array]]]:
    return list(FrameReader(engine_side=engine_side).feed(data))


def bare(message: Any) -> Any:
    """Without the description of its arrays."""
    return msgspec.structs.replace(message, arrays=())


def same(a: dict[str, Array], b: dict[str, Array]) -> bool:
    return list(a) == list(b) and all(
        a[k].shape == b[k].shape and a[k].dtype == b[k].dtype and a[k].tobytes() == b[k].tobytes()
        for k in a
    )


# there --------------------------------------------------------------------------------


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("arrays", [{}, ARRAYS], ids=["bare", "arrays"])
def test_every_message_arrives_as_it_was_sent(message: Any, arrays: dict[str, Array]) -> None:
    [(got, found)] = list(reader_of(message).feed(wire(message, arrays)))
    assert type(got) is type(message)
    assert bare(got) == message
    assert same(found, arrays)


def test_every_kind_of_message_is_tried_here() -> None:
    every = {*get_args(protocol.ToEngine), *get_args(protocol.ToWindow)}
    assert {type(m) for m in MESSAGES} == every


def test_a_scene_arrives_with_every_value_and_type() -> None:
    values = {**SCENE.values, "objective.beta": math.inf, "view.section": (0.0, 1.0, math.inf)}
    scene = msgspec.structs.replace(SCENE, values=values)
    [(got, _)] = read(wire(SetScene(generation=1, scene=scene, needs=())))
    assert got.scene == scene
    assert {k: type(v) for k, v in got.scene.values.items()} == {
        k: type(v) for k, v in values.items()
    }


def test_what_lies_anyhow_in_memory_arrives_in_order() -> None:
    grid = np.arange(24, dtype=np.float64).reshape(4, 6)
    arrays = {"turned": grid.T, "spread": grid[::2, ::3], "foreign": grid.astype(">f8")}
    [(_, found)] = read(wire(Restore(), arrays))
    for name, array in arrays.items():
        assert np.array_equal(found[name], array), name
        assert found[name].dtype == np.float64
        assert found[name].flags.c_contiguous


def test_arrays_that_arrive_are_aligned_and_safe_to_share() -> None:
    [(_, found)] = read(wire(Restore(), {"map": np.ones((64, 64), np.float32)}))
    assert found["map"].flags.aligned
    assert not found["map"].flags.writeable


def test_a_stream_may_come_in_any_pieces() -> None:
    to_window = [m for m in MESSAGES if isinstance(m, get_args(protocol.ToWindow))]
    data = b"banner\n" + MAGIC + b"".join(wire(m, ARRAYS) for m in to_window)
    for size in (1, 2, 7, 64, len(data)):
        reader = FrameReader(engine_side=False, skip=True)
        got = [
            item for at in range(0, len(data), size) for item in reader.feed(data[at : at + size])
        ]
        assert [bare(m) for m, _ in got] == to_window
        assert all(same(found, ARRAYS) for _, found in got)


@given(
    arrays=st.dictionaries(
        st.text(max_size=20),
        hnp.arrays(
            st.sampled_from(["<f4", "<f8", "<i8", "<i4", "|u1", "|b1"]),
            hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
        ),
        max_size=4,
    ),
    cuts=st.lists(st.integers(0, 4000), max_size=6),
)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_any_arrays_arrive_in_any_pieces(arrays: dict[str, Array], cuts: list[int]) -> None:
    data = wire(Fetch(token=1), arrays) + wire(Restore(), arrays)
    reader = FrameReader(engine_side=True)
    ends = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    got = [item for a, b in itertools.pairwise(ends) for item in reader.feed(data[a:b])]
    assert [type(m) for m, _ in got] == [Fetch, Restore]
    assert all(same(found, arrays) for _, found in got)


# before the magic ---------------------------------------------------------------------


@given(noise=st.binary(max_size=300), size=st.integers(1, 40))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_whatever_comes_before_the_magic_is_skipped(noise: bytes, size: int) -> None:
    assume(MAGIC not in noise + MAGIC[:-1])
    data = noise + MAGIC + wire(Fetched(token=5, metrics={}))
    reader = FrameReader(engine_side=False, skip=True)
    got = [i for at in range(0, len(data), size) for i in reader.feed(data[at : at + size])]
    assert [bare(m) for m, _ in got] == [Fetched(token=5, metrics={})]


def test_half_a_magic_in_the_banner_does_not_hide_the_whole_one() -> None:
    data = b"Last login: today" + MAGIC[:4] + MAGIC + wire(Fetched(token=5, metrics={}))
    reader = FrameReader(engine_side=False, skip=True)
    assert len([item for byte in data for item in reader.feed(bytes([byte]))]) == 1


def test_a_program_that_never_greets_is_no_engine() -> None:
    reader = FrameReader(engine_side=False, skip=True)
    chunks = (b"x" * (1 << 15) for _ in range(40))
    with pytest.raises(ProtocolError, match="no engine"):
        list(itertools.chain.from_iterable(map(reader.feed, chunks)))


# what is refused ----------------------------------------------------------------------


def meta(name: str = "a", dtype: str = "<f4", shape: Any = (2,)) -> dict[str, Any]:
    return {"name": name, "dtype": dtype, "shape": list(shape)}


def header(*arrays: dict[str, Any], **more: Any) -> bytes:
    return msgspec.msgpack.encode({"type": "Restore", "arrays": list(arrays), **more})


DEEP = b"\x82" + b"\xa4type\xa7Restore" + b"\xa1x" + b"\x91" * 100_000 + b"\x00"
BROKEN = {
    "header too long": struct.pack("<IQ", protocol.MAX_HEADER + 1, 0),
    "body too long": struct.pack("<IQ", 10, protocol.MAX_BODY + 1),
    "text": b"Traceback (most recent call last):\n",
    "no header": frame(b""),
    "truncated header": frame(header()[:-1]),
    "too much header": frame(header() + b"\x00"),
    "not a map": frame(msgspec.msgpack.encode([1, 2])),
    "unknown message": frame(msgspec.msgpack.encode({"type": "Explode"})),
    "a message of the other side": wire(Fetched(token=1, metrics={})),
    "missing field": frame(msgspec.msgpack.encode({"type": "Advance"})),
    "wrong field": frame(msgspec.msgpack.encode({"type": "Advance", "steps": "many"})),
    "not text": frame(b"\x81\xa4typ\xff\xa7Restore"),
    "too deep": frame(DEEP),
    "unknown type": frame(header(meta(dtype="<f2")), bytes(4)),
    "objects": frame(header(meta(dtype="|O")), bytes(16)),
    "foreign order": frame(header(meta(dtype=">f4")), bytes(8)),
    "negative side": frame(header(meta(shape=(-1,))), bytes(4)),
    "negative sides": frame(header(meta(shape=(-1, -2))), bytes(8)),
    "endless side": frame(header(meta(shape=(0, 2**62)))),
    "endless sides": frame(header(meta(shape=(0, *[2**20] * 5)))),
    "too many sides": frame(header(meta(shape=[1] * 70)), bytes(4)),
    "array too long": frame(header(meta(shape=(3,))), bytes(8)),
    "array far too long": frame(header(meta(shape=(2**40,))), bytes(8)),
    "second array too long": frame(header(meta("a"), meta("b")), bytes(12)),
    "array too short": frame(header(meta(shape=(1,))), bytes(8)),
    "no array for the body": frame(header(), bytes(8)),
    "the same name twice": frame(header(meta(), meta()), bytes(16)),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_stream_is_one_kind_of_error(data: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        read(data)
    assert "\n" not in str(caught.value)


def test_a_frame_announced_too_long_is_refused_before_it_is_awaited() -> None:
    reader = FrameReader(engine_side=True)
    assert list(reader.feed(struct.pack("<I", 8))) == []
    with pytest.raises(ProtocolError, match="too long"):
        list(reader.feed(struct.pack("<Q", protocol.MAX_BODY + 1)))


@given(noise=st.binary(max_size=200))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_noise_is_refused_or_awaited_but_never_breaks_anything_else(noise: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        read(noise)


@given(at=st.integers(0, 2000), byte=st.integers(0, 255))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_a_flipped_byte_breaks_nothing_else(at: int, byte: int) -> None:
    data = bytearray(wire(Restore(), ARRAYS) + wire(Advance(steps=3)))
    data[at % len(data)] = byte
    with contextlib.suppress(ProtocolError):
        read(bytes(data))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(2, np.float16),
        np.zeros(2, np.complex64),
        np.array(["text"]),
        np.array([None]),
        np.zeros([1] * 9, np.float32),
    ],
    ids=lambda a: f"{a.dtype} {a.ndim}",
)
def test_what_the_other_side_would_refuse_is_not_sent(array: Array) -> None:
    with pytest.raises(ProtocolError, match="not sent"):
        protocol.encode(Restore(), {"a": array})


def test_a_frame_beyond_the_limit_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "MAX_BODY", 100)
    with pytest.raises(ProtocolError, match="too long"):
        protocol.encode(Restore(), {"a": np.zeros(10), "b": np.zeros(10)})
