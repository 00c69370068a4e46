"""The attacks that every reader of files has met: each ends in a sentence."""

from __future__ import annotations

import io
import os
import pickle
import struct
import zipfile
import zlib
from pathlib import Path

import msgspec
import numpy as np
import pytest

from ebmviz.core import protocol
from ebmviz.core.errors import UserError
from ebmviz.core.language import files
from ebmviz.core.lesson import text
from ebmviz.core.plugins import scenes
from ebmviz.core.protocol import greeting
from ebmviz.files import archive
from ebmviz.files.export import embed
from ebmviz.files.opening import open_file
from ebmviz.files.tables.table import read_table
from tests.benchmarks.fuzz.targets.base import CATALOGUE
from tests.benchmarks.fuzz.targets.png import START, chunk
from tests.benchmarks.fuzz.tried import unsaid
from tests.core.sessions import PNG, WHOLE, refusal

RUN: list[str] = []


class Boom:
    def __reduce__(self) -> tuple[object, ...]:
        return RUN.append, ("run",)


def refused(path: Path) -> str:
    """Why a file is not opened: a sentence that begins with it."""
    with pytest.raises(UserError) as caught:
        open_file(path, CATALOGUE)
    assert str(caught.value).startswith(str(path)) or "picture" in str(caught.value)
    return str(caught.value)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """With the first as it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else method
            made.writestr(info, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a/../../evil", "C:\\evil", "SCENE.JSON"])
def test_a_member_elsewhere_is_refused_and_written_nowhere(name: str, tmp_path: Path) -> None:
    inside = archive.unpack(WHOLE, "it")
    told = refusal(archive.pack({**inside, name: b"evil"}))
    assert "does not belong in it" in told
    path = tmp_path / "in" / "a.npz"
    path.parent.mkdir()
    one = io.BytesIO()
    np.save(one, np.arange(6.0))
    path.write_bytes(zipped({f"{name}.npy": one.getvalue(), "y.npy": one.getvalue()}))
    assert len(read_table(path).columns) == 2
    assert [p.name for p in tmp_path.rglob("*")] == ["in", "a.npz"]


def test_what_inflates_beyond_measure_is_not_inflated() -> None:
    bomb = b"0" * 20_000_000
    inside = {"mimetype": archive.MIMETYPE, **archive.unpack(WHOLE, "it")}
    told = refusal(zipped({**inside, "manifest.json": bomb}))
    assert told.endswith("manifest.json is larger than the 64 KiB that are accepted")
    lying = bytearray(zipped({**inside, "manifest.json": bomb}))
    at = lying.rfind(b"PK\x01\x02")
    lying[at + 24 : at + 28] = struct.pack("<L", 100)  # so many bytes, it says
    assert "manifest.json" in refusal(bytes(lying)) or "damaged" in refusal(bytes(lying))


def test_a_chunk_that_inflates_beyond_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "MOST_BYTES", 1 << 16)
    bomb = zlib.compress(bytes(50_000_000))
    for kind, body in ((b"zTXt", b"\0" + bomb), (b"iTXt", b"\1\0\0\0" + bomb)):
        path = tmp_path / "a.png"
        path.write_bytes(PNG[:-12] + chunk(kind, b"ebmviz\0" + body) + PNG[-12:])
        assert "it is too large" in refused(path)
    for length in (0xFFFFFFFF, 0x7FFFFFFF, 12):
        path.write_bytes(START + struct.pack(">I", length) + b"iTXtebmviz\0\0\0\0\0x")
        assert "damaged" in refused(path) or "holds no ebmviz session" in refused(path)


def test_no_pickle_in_an_array_is_run(tmp_path: Path) -> None:
    head = b"{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }"
    for version, size in ((b"\1\0", "<H"), (b"\2\0", "<I")):
        raw = b"\x93NUMPY" + version + struct.pack(size, len(head)) + head + pickle.dumps(Boom())
        (tmp_path / "a.npy").write_bytes(raw)
        assert "Python objects" in refused(tmp_path / "a.npy")
        (tmp_path / "a.npz").write_bytes(zipped({"x.npy": raw}))
        assert "Python objects" in refused(tmp_path / "a.npz")
    (tmp_path / "a.npy").write_bytes(pickle.dumps(Boom()))
    refused(tmp_path / "a.npy")
    assert RUN == []


def test_entities_that_multiply_are_never_read(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha"}">' for i in range(12))
    whole = f"<!DOCTYPE svg [{laughs}]><svg><metadata>&l11;</metadata></svg>"
    path = tmp_path / "a.svg"
    path.write_text(whole)
    assert refused(path).endswith("holds no ebmviz session")
    path.write_text(whole.replace("<metadata>", '<metadata id="ebmviz">'))
    assert "damaged" in refused(path)
    path.write_text('<svg><image href="file:///etc/passwd"/></svg>')
    assert refused(path).endswith("holds no ebmviz session")


def test_links_and_devices_are_no_way_around(tmp_path: Path) -> None:
    os.symlink("/dev/zero", tmp_path / "a.ebmviz")
    os.symlink(tmp_path / "b.ebmviz", tmp_path / "b.ebmviz")
    os.mkfifo(tmp_path / "c.ebmviz")
    os.symlink("/etc/passwd", tmp_path / "d.ebmviz")
    (tmp_path / "e.ebmviz").mkdir()
    for name in "abcde":
        refused(tmp_path / f"{name}.ebmviz")


def test_a_table_whose_units_can_be_cut_in_any_number_of_ways(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"x,y\n{'cd/' * 40}!,m\n1,2\n3,4\n")  # 2⁴⁰ ways to try
    assert "line 2, column 1" in refused(path)
    path.write_text("x [mm],y\nmm,min/cd\n1,2\n3,4\n")
    assert read_table(path).count == 2


def test_cells_that_are_long_in_one_way_or_another(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for cell in (
        *("1" * 9_000 + "x", "\u200b" * 9_000 + "1", "#N/A " * 1_900, " #" * 4_000),
        *(f'"{"1 a" + "a" * 9_000}\n{"a" * 9_000}1"', '"' * 9_999, "1,2" * 3_000),
    ):
        path.write_text(f"x,y\n{cell},1\n2,3\n")
        try:
            assert read_table(path).count <= 3
        except UserError as error:
            assert unsaid(str(error), str(path)) == ""


def test_a_path_of_any_depth_in_a_stop() -> None:
    head = '+++\ntitle = "L"\n+++\n\n## A\n~~~stop\nscene = "ellipse"\n'
    for said in (f"[set]\n{'a.' * 5_000}b = 1\n", f"set.{'a.' * 900}b = 1\n"):
        with pytest.raises(UserError, match="nested too deeply"):
            text.read(f"{head}{said}~~~\n")


def test_lines_of_a_stop_are_taken_once() -> None:
    with pytest.raises(UserError, match="letters of text, at most"):
        text.read(
            '+++\ntitle = "L"\n+++\n## A\n~~~stop\nscene = "ellipse"\n~~~\n' + "a\n" * 2_000_000
        )


def test_a_scene_of_ones_own_with_odd_numbers_and_letters(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    for raw in (
        *(b'{"name": "mine", "order": ' + b"9" * 5_000 + b"}", b"[" * 100_000, b"\xff\xfe"),
        *(b'{"name": "mine", "title": "\\ud800"}', b'{"name": "../mine"}'),
    ):
        path.write_bytes(raw)
        (said,) = scenes.load([path], CATALOGUE)
        assert said.startswith(f"plug-in {path}")
        assert said.isprintable()


def test_a_translation_is_its_own_text_and_soon_compared(tmp_path: Path) -> None:
    other, path = tmp_path / "other.po", tmp_path / "a.po"
    other.write_text('msgid "loss"\nmsgstr "stolen"\n')
    path.write_text(str(other))
    with pytest.raises(UserError):
        files.opened(path)
    many = "a".join(f"{{{n}}}" for n in range(30))
    path.write_text(
        f'msgid "{many}"\nmsgstr "{many}!"\n\nmsgid "{{0}} bees"\nmsgstr "{{0}} cats"\n'
    )
    found = files.opened(path)
    assert found.of("a" * 300) == "a" * 300
    assert found.of("some bees") == "some cats"
    path.write_text('msgid "a\x1b {0}"\nmsgstr "b"\n')
    with pytest.raises(UserError) as caught:
        files.opened(path)
    assert str(caught.value).isprintable()


def test_what_a_message_is_called_is_told_in_letters_that_are_seen() -> None:
    for raw in ({"type": "x\x1b\u202e" * 900}, {"type": "Frame", "arrays": [{"name": "\u202e"}]}):
        header = msgspec.msgpack.encode(raw)
        with pytest.raises(protocol.ProtocolError) as caught:
            list(
                protocol.FrameReader(engine_side=False).feed(
                    protocol.LENGTHS.pack(len(header), 0) + header
                )
            )
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 400
    meta = protocol.ArrayMeta("\u202e" * 200, "<f4", (9,))
    ping = msgspec.msgpack.encode(protocol.Ping(arrays=(meta,)))
    with pytest.raises(protocol.ProtocolError) as caught:
        list(
            protocol.FrameReader(engine_side=True).feed(protocol.LENGTHS.pack(len(ping), 0) + ping)
        )
    assert str(caught.value).isprintable()


def test_of_an_engine_of_another_version_only_that_is_read() -> None:
    hello = {"type": "Hello", "protocol": 1, "version": "0.1", "catalogue": [[0] * 9] * 1000}
    assert "protocol 1" in greeting.of_another(msgspec.msgpack.encode(hello), 16)
    assert greeting.of_another(msgspec.msgpack.encode(hello | {"protocol": 16}), 16) == ""
    assert greeting.of_another(msgspec.msgpack.encode(hello | {"protocol": [1]}), 16) == ""
