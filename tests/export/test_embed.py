"""A session travels inside a picture, and no foreign or damaged picture does harm."""

from __future__ import annotations

import base64
import contextlib
import functools
import io
import os
import struct
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from ebmviz.core.errors import UserError
from ebmviz.core.plot import Axis, Plot
from ebmviz.export.render import FORMATS, render
from ebmviz.files.export import embed as module
from ebmviz.files.export.embed import embed, extract

SESSION = b"PK\x03\x04 </metadata> endstream %%EOF\n" + bytes(range(256)) * 40


@functools.cache
def plain(format: str) -> bytes:
    """A small picture that holds nothing."""
    return render(Plot("t", Axis("x"), Axis("y"), ()), format)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with(kind: bytes, body: bytes) -> bytes:
    return plain("png")[:-12] + chunk(kind, body) + plain("png")[-12:]


@pytest.mark.parametrize("format", FORMATS)
@given(session=st.binary(max_size=300))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_round_trip(format: str, session: bytes) -> None:
    assert extract(plain(format)) is None
    assert extract(embed(plain(format), format, session)) == session


@pytest.mark.parametrize("format", FORMATS)
def test_a_second_session_takes_the_place_of_the_first(format: str) -> None:
    first = embed(plain(format), format, SESSION)
    assert extract(first) == SESSION
    assert embed(first, format, b"second") == embed(plain(format), format, b"second")


@pytest.mark.parametrize("format", FORMATS)
def test_render_embeds(format: str) -> None:
    figure = Plot("t", Axis("x"), Axis("y"), ())
    assert render(figure, format, session=SESSION) == embed(plain(format), format, SESSION)


def test_a_png_stays_a_png() -> None:
    data = embed(plain("png"), "png", SESSION * 200)
    Picture.open(io.BytesIO(data)).verify()
    bare = Picture.open(io.BytesIO(plain("png")))
    assert Picture.open(io.BytesIO(data)).tobytes() == bare.tobytes()


def test_a_pdf_stays_a_pdf() -> None:
    """Every entry of the new table points at its object, and leads on to the old table."""
    data = embed(plain("pdf"), "pdf", SESSION)
    assert data.startswith(plain("pdf").rstrip())
    start = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    table, _, trailer = data[start:].partition(b"trailer\n")
    lines = table.splitlines()[3:]
    for head, entry in zip(lines[::2], lines[1::2], strict=True):
        number, offset = int(head.split()[0]), int(entry.split()[0])
        assert data[offset:].startswith(b"%d 0 obj\n" % number)
    previous = int(trailer.split(b"/Prev ")[1].split()[0])
    assert data[previous:].startswith(b"xref")


def test_text_chunks_that_other_programs_rewrote() -> None:
    body = embed(plain("png"), "png", SESSION)
    text = body[body.index(b"ebmviz\0\0\0\0\0") + 11 : -16]
    packed = zlib.compress(text)
    assert extract(png_with(b"tEXt", b"ebmviz\0" + text)) == SESSION
    assert extract(png_with(b"zTXt", b"ebmviz\0\0" + packed)) == SESSION
    assert extract(png_with(b"iTXt", b"ebmviz\0\1\0en\0key\0" + packed)) == SESSION


@pytest.mark.parametrize("format", FORMATS)
def test_a_cut_picture_is_damaged_or_foreign(format: str) -> None:
    data = embed(plain(format), format, SESSION)
    assert extract(data[: len(plain(format)) // 2]) is None
    with pytest.raises(UserError, match="damaged"):
        extract(data[: len(plain(format)) + 900])


@pytest.mark.parametrize("format", FORMATS)
def test_a_changed_byte_is_noticed(format: str) -> None:
    data = bytearray(embed(plain(format), format, SESSION))
    data[len(plain(format)) + 700] ^= 1
    with pytest.raises(UserError, match="damaged"):
        extract(bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 200,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 12 * 200_000,
        png_with(b"iTXt", b"ebmvizard\0"),
        b"<svg>" + b'<metadata id="' * 100_000,
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "&a;&a;">]><svg>&a;</svg>',
        b"%PDF-1.4\n" + b"%%EOF\n%ebmviz\n" * 50_000,
        b"%PDF-1.4\n%%EOF\n%ebmviz\n" + b"<< /Type /EmbeddedFile " * 50_000,
        b"GIF89a" + b"\0" * 100,
    ],
)
def test_foreign_and_hostile_files_hold_no_session(data: bytes) -> None:
    assert extract(data) is None


def pdf_header(length: int) -> bytes:
    return b"%%EOF\n%ebmviz\n<< /Type /EmbeddedFile /Subtype /application#2Fx-ebmviz " + (
        b"/Length %d /Params << /Size 1 /CheckSum <%b> >> >>\nstream\n" % (length, b"0" * 32)
    )


@pytest.mark.parametrize(
    "data",
    [
        png_with(b"zTXt", b"ebmviz\0\0not deflated"),
        png_with(b"iTXt", b"ebmviz\0"),
        png_with(b"iTXt", b"ebmviz\0\0\0\0\0" + b"0" * 64 + b" !!!!"),
        b'<svg><metadata id="ebmviz">',
        b'<svg><metadata id="ebmviz">&lol;</metadata></svg>',
        b'<svg><metadata id="ebmviz">' + b"0" * 64 + b" " + base64.b64encode(b"x") + b"</metadata>",
        b"%PDF-1.4\n" + pdf_header(9_999_999_999),
        b"%PDF-1.4\n" + pdf_header(5) + b"hello",
    ],
)
def test_a_damaged_session_is_said_to_be_damaged(data: bytes) -> None:
    with pytest.raises(UserError, match="the session inside this picture is damaged"):
        extract(data)


@pytest.mark.parametrize("head", [b"zTXtebmviz\0\0", b"iTXtebmviz\0\1\0\0\0"])
def test_a_bomb_is_not_unpacked(head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    data = png_with(head[:4], head[4:] + zlib.compress(b"\0" * (64 << 20)))
    monkeypatch.setattr(module, "MOST_BYTES", 1 << 20)
    tracemalloc.start()
    with pytest.raises(UserError, match="too large"):
        extract(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


@given(st.binary(max_size=400), st.sampled_from(sorted(FORMATS)), st.integers(0, 2**31))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_noise_never_raises_anything_else(noise: bytes, format: str, place: int) -> None:
    data = embed(plain(format), format, SESSION)
    at = place % len(data)
    with contextlib.suppress(UserError):
        assert extract(data[:at] + noise + data[at + len(noise) :]) in (None, SESSION)


def test_what_cannot_be_embedded_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for format in FORMATS:
        with pytest.raises(UserError):
            embed(b"no picture", format, SESSION)
    with pytest.raises(UserError, match="gif"):
        embed(b"", "gif", SESSION)
    monkeypatch.setattr(module, "MOST_BYTES", 100)
    with pytest.raises(UserError, match="too large"):
        embed(plain("png"), "png", SESSION)


def test_a_session_is_found_without_matplotlib() -> None:
    code = "import sys, ebmviz.files.export.embed; assert 'matplotlib' not in sys.modules"
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
