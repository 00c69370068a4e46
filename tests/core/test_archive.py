"""The ZIP around a session: nothing in it is taken on trust."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from typing import Any

import pytest

from ebmviz.core.errors import UserError
from ebmviz.files import archive

WHERE = "lecture.ebmviz"
MEMBERS = {
    "scene.json": b'{"title": "a"}',
    "weights.safetensors": bytes(range(256)) * 4,
    "history.safetensors": bytes(1000),
    "metrics.json": b'{"loss": 1}',
    "preview.png": b"a picture",
}
WHOLE = archive.pack(MEMBERS)


def members(**changes: bytes | None) -> dict[str, bytes]:
    """The members of a good archive, with some replaced or left out."""
    renamed = {name.replace("__", "."): content for name, content in changes.items()}
    return {k: v for k, v in {**MEMBERS, **renamed}.items() if v is not None}


def refusal(data: bytes) -> str:
    """The sentence with which `data` is refused."""
    with pytest.raises(UserError) as caught:
        archive.unpack(data, WHERE)
    text = str(caught.value)
    assert text.startswith(f"{WHERE}: ")
    assert text.isprintable()
    assert len(text) < 500
    return text


def forged(contents: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of just these members, the mimetype before them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        file.writestr(zipfile.ZipInfo("mimetype"), archive.MIMETYPE)
        for name, content in contents:
            file.writestr(name, content)
    return out.getvalue()


def manifest(**changes: Any) -> bytes:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as file:
        return json.dumps({**json.loads(file.read("manifest.json")), **changes}).encode()


def test_what_was_packed_comes_back() -> None:
    assert archive.unpack(WHOLE, WHERE) == MEMBERS
    few = members(history__safetensors=None, preview__png=None)
    assert archive.unpack(archive.pack(few), WHERE) == few


def test_a_forgery_without_a_fault_is_accepted() -> None:
    """So that what follows is refused for its fault alone."""
    good = forged([*members().items(), ("manifest.json", manifest())])
    assert archive.unpack(good, WHERE) == MEMBERS


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"P", "cut short"),
        (b"y1,y2\n1,2\n", "not an ebmviz session"),
        (b"\x80\x04\x95\x0f\0\0\0\0\0\0\0\x8c\x02os\x94", "not an ebmviz session"),
        (docx(), "a ZIP file, but not an ebmviz session"),
        (WHOLE[:-1], "damaged or cut short"),
        (WHOLE[:40], "damaged or cut short"),
        (WHOLE + b"x", "damaged or cut short"),
        (b"x" + WHOLE, "not an ebmviz session"),
    ],
)
def test_what_is_no_session_at_all(data: bytes, message: str) -> None:
    assert message in refusal(data)


@pytest.mark.parametrize("name", sorted(set(archive.CAPS) - archive.OPTIONAL - {"mimetype"}))
def test_a_missing_member(name: str) -> None:
    contents = [*members().items(), ("manifest.json", manifest())]
    assert f"{name} is missing" in refusal(forged([c for c in contents if c[0] != name]))


@pytest.mark.parametrize(
    "name", ["evil.py", "../scene.json", "/etc/passwd", "scene.json/", "Scene.json", "\x1b[2J\n"]
)
def test_a_member_that_does_not_belong(name: str) -> None:
    text = refusal(forged([*members().items(), (name, b""), ("manifest.json", manifest())]))
    assert "does not belong in it" in text


def test_a_member_the_manifest_does_not_know() -> None:
    without = members(preview__png=None)
    assert "lists other members" in refusal(
        forged([*without.items(), ("manifest.json", manifest())])
    )


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_twice() -> None:
    twice = [*members().items(), ("scene.json", b"{}"), ("manifest.json", manifest())]
    assert "the same member twice" in refusal(forged(twice))


def test_too_many_members() -> None:
    assert "too many members" in refusal(forged([(str(n), b"") for n in range(100)]))


def test_a_directory_longer_than_it_says() -> None:
    """A reader would make an object per entry, whatever the count."""
    data = bytearray(forged([(f"{n:0200}", b"") for n in range(200)]))
    data[-14:-10] = struct.pack("<HH", 3, 3)
    assert "too many members" in refusal(bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_is_not_read(method: int) -> None:
    contents = [*members().items(), ("manifest.json", manifest())]
    assert "compressed in a way" in refusal(forged(contents, method))


def test_an_encrypted_member() -> None:
    data = bytearray(WHOLE)
    at = data.rindex(b"PK\x01\x02", 0, data.index(b"scene.json", data.index(b"PK\x01\x02")))
    data[at + 8] |= 1
    assert "scene.json is encrypted" in refusal(bytes(data))


def test_a_comment_or_a_large_form_is_not_what_ebmviz_writes() -> None:
    out = io.BytesIO(WHOLE)
    with zipfile.ZipFile(out, "a") as file:
        file.comment = b"hello"
    assert "damaged" in refusal(out.getvalue())
    data = WHOLE
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    assert "kind of ZIP file" in refusal(data[:-22] + locator + data[-22:])


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    bomb = forged([("scene.json", bytes(archive.CAPS["scene.json"] + 1))])
    tracemalloc.start()
    try:
        assert "scene.json is larger than the 16 MiB" in refusal(bomb)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_bomb_that_lies_about_its_size_is_not_inflated_either() -> None:
    large = 2**25
    data = bytearray(forged([("manifest.json", bytes(large))]))
    for at in (data.index(b"PK\x03\x04", 4) + 22, data.rindex(b"PK\x01\x02") + 24):
        assert struct.unpack_from("<I", data, at) == (large,)
        struct.pack_into("<I", data, at, 100)
    tracemalloc.start()
    try:
        assert "damaged" in refusal(bytes(data))
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_members_too_large_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "TOTAL_CAP", 2000)
    assert "holds more than the 1.953 KiB" in refusal(WHOLE)


def test_a_wrong_checksum() -> None:
    other = members(metrics__json=b'{"loss": 2}')
    data = forged([*other.items(), ("manifest.json", manifest())])
    assert "metrics.json does not match its checksum" in refusal(data)


def test_a_newer_ebmviz_is_named_first_of_all() -> None:
    """Even where it has members and compression of its own."""
    newer = manifest(format=archive.FORMAT + 1, members={"tensors.zst": {}})
    text = refusal(forged([("tensors.zst", b"?"), ("manifest.json", newer)]))
    assert "was made by a newer ebmviz (file format 4, this one reads 3)" in text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"format": 1}',
        b'{"format": true, "members": {}}',
        b'{"format": "1", "members": {}}',
        b'{"format": 0, "members": {}}',
        b'{"format": 1.5, "members": {}}',
        b'{"format": 1, "members": []}',
        b'{"format": NaN}',
        b'{"format": ' + b"9" * 5000 + b"}",
        b'{"format": 1, "members": {"scene.json": 3}}',
        b"[" * 60_000,
        b"\xff\xfe",
    ],
    ids=range(15),
)
def test_a_manifest_of_the_wrong_form(raw: bytes) -> None:
    assert "manifest" in refusal(forged([*members().items(), ("manifest.json", raw)]))


def test_every_truncation_is_refused() -> None:
    for length in range(len(WHOLE)):
        refusal(WHOLE[:length])


def test_a_file_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FILE_CAP", 100)
    assert "larger than the 100 bytes" in refusal(WHOLE)
