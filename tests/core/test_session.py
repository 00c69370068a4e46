"""Session files: what is kept comes back, and nothing else is let in."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import re
import struct
import zipfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
import safetensors.numpy

from ebmviz.core.errors import UserError
from ebmviz.core.scene import Scene
from ebmviz.files import archive
from ebmviz.files.session import load, pack, save
from tests.core.sessions import CATALOGUE, PNG, WHOLE, members, read, refusal, session

# what is kept ---------------------------------------------------------------------------


def test_everything_comes_back() -> None:
    given = session()
    back = read(pack(given))
    assert back.scene == given.scene
    assert back.preview == given.preview
    before, after = given.checkpoint, back.checkpoint
    assert str(after.metrics) == str(before.metrics)
    for old, new in ((before.weights, after.weights), (before.history, after.history)):
        assert set(old) == set(new)
        for name, array in old.items():
            assert new[name].dtype == array.dtype
            np.testing.assert_array_equal(new[name], array, strict=True)


def test_the_same_session_gives_the_same_bytes() -> None:
    assert pack(session()) == pack(session())
    assert pack(read(pack(session()))) == pack(session())


def test_the_form_of_the_file() -> None:
    data = pack(session())
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        assert file.namelist() == [
            "mimetype",
            "scene.json",
            "weights.safetensors",
            "history.safetensors",
            "metrics.json",
            "preview.png",
            "manifest.json",
        ]
        first = file.infolist()[0]
        assert (first.compress_type, first.header_offset) == (zipfile.ZIP_STORED, 0)
        assert file.read("mimetype") == b"application/x-ebmviz+zip"
        text = file.read("scene.json").decode()
        assert '\n  "title": "Ellipse, β = ∞",\n' in text
        assert json.loads(text)["objective"]["beta"] == "inf"
        assert json.loads(file.read("metrics.json"))["lost"] == "nan"
        weights = safetensors.numpy.load(file.read("weights.safetensors"))
        np.testing.assert_array_equal(weights["w"], session().checkpoint.weights["w"])
        manifest = json.loads(file.read("manifest.json"))
        assert manifest["format"] == 1
        for name in file.namelist()[:-1]:
            digest = hashlib.sha256(file.read(name)).hexdigest()
            assert manifest["members"][name]["sha256"] == digest
    assert data[38:62] == b"application/x-ebmviz+zip"


def test_history_and_preview_may_be_absent() -> None:
    after = read(pack(session(history={}, preview=b"", metrics={})))
    kept = after.checkpoint
    assert (kept.history, after.preview, kept.metrics) == ({}, b"", {})


def test_a_lone_surrogate_in_a_title_does_not_cost_the_session() -> None:
    odd = msgspec.structs.replace(session().scene, title="a\ud800b")
    assert read(pack(session(scene=odd))).scene.title == "a?b"


# what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "scene.json: not valid JSON"),
        (b"\xff", "scene.json: not valid JSON"),
        (b'{"seed": NaN}', "scene.json: not valid JSON"),
        (b'{"seed": 1e999}', "scene.json: not valid JSON"),
        (b'{"title": "\\ud800"}', "scene.json: not valid JSON"),
        (b'{"seed": ' + b"9" * 5000 + b"}", "scene.json: not valid JSON"),
        (b"[" * 100_000, "scene.json: nested too deeply"),
        (b'{"seed": ' + b"[" * 100_000, "scene.json: nested too deeply"),
        (b"[]", "a scene must be a JSON object"),
        (b'{"seed": ' + b"9" * 4000 + b"}", "seed: "),
        (b'{"seed": ' + b"[" * 400 + b"]" * 400 + b"}", "seed: "),
        (b'{"seed": true}', "seed: “True” is not a number"),
        (b'{"seed": 1.5}', "seed: “1.5” is not a whole number"),
        (b'{"seed": {"a": 1}}', "seed.a: no such parameter"),
        (b'{"energy": {"kind": []}}', "energy.kind: “[]” is not known"),
        (b'{"energy": {"kind": null}}', "energy.kind: “None” is not known"),
        (b'{"energy": {"kind": ""}}', "energy.kind: “” is not known"),
        (b'{"energy": {"kind": "horn"}}', "energy.kind: “horn” is not known"),
        (b'{"energy": {"latent": 3}}', "did you mean “energy.latents”?"),
        (b'{"energy": {"latents": "many"}}', "energy.latents: “many” is not a number"),
        (b'{"energy": {"latents": 5000}}', "energy.latents: 5000 is outside 1 … 4096"),
        (b'{"objective": {"beta": "nan"}}', "objective.beta: not a number"),
        (b'{"objective": {"beta": "-inf"}}', "objective.beta: −∞ is not finite"),
        (b'{"view": {"colormap": ["viridis"]}}', "view.colormap: “['viridis']” is not one of"),
        (b'{"view": {"window": [1, 1, 0, 0]}}', "view.window: left must lie below right"),
        (b'{"view": {"window": null}}', "view.window: “None” is not a list"),
        (b'{"figures": "landscape"}', "must be short texts"),
        (b'{"title": 3}', "must be short texts"),
        (b'{"\x1b[2J": 3}', "not valid JSON"),
        (b'{"\\u001b[2J\\n": 3}', "\\x1b[2J\\n: no such parameter"),
        (b'{"' + b"x" * 100_000 + b'": 3}', "xxx"),
        (b'{"energy": {"kind": "' + b"x" * 100_000 + b'"}}', "energy.kind: “xxx"),
    ],
    ids=range(32),
)
def test_a_scene_that_does_not_fit(raw: bytes, message: str) -> None:
    assert message in refusal(archive.pack(members(scene__json=raw)))


@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b'{"loss": null}',
        b'{"loss": true}',
        b'{"loss": "0.1"}',
        b'{"loss": "NaN"}',
        b'{"loss": [1]}',
        b'{"loss": ' + b"9" * 400 + b"}",
        b'{"loss": 1e999}',
        b'{"last_step": "nan"}',
        b'{"last_step": "inf"}',
        b'{"last_step": -1}',
        b'{"last_step": true}',
        b'{"last_step": false}',
        b'{"last_step": "12"}',
        b'{"last_step": ""}',
        b'{"last_step": null}',
        b'{"last_step": []}',
        b'{"last_step": [12]}',
        b'{"last_step": {"at": 12}}',
        b'{"last_step": {"last_step": [[12]]}}',
        b'{"gap": {"value": 0.5}}',
        b'{"map_min": "-Infinity"}',
        b'{"map_min": "1e3"}',
        b'{"epoch": "\\u0663"}',
        b'{"epoch": [[[]]]}',
        b'{"a": 1, "b": false}',
        b"null",
        b"7",
        b'{"n": 1' + b"0" * 400 + b"}",
        b'{"last_step": 2.5}',
        b'{"last_step": 1e300}',
        json.dumps({str(n): n for n in range(10_001)}).encode(),
    ],
)
def test_metrics_that_are_no_numbers(raw: bytes) -> None:
    assert "metrics.json" in refusal(archive.pack(members(metrics__json=raw)))


@pytest.mark.parametrize(
    "raw",
    [b"GIF89a" + bytes(40), PNG[:20], PNG[:16] + bytes(8) + PNG[24:], b"\x89PNG\r\n\x1a\n"],
)
def test_a_preview_that_is_no_picture(raw: bytes) -> None:
    assert "preview.png: not a PNG picture" in refusal(archive.pack(members(preview__png=raw)))


def test_a_preview_that_would_fill_the_memory_of_the_window() -> None:
    huge = PNG[:16] + struct.pack(">II", 100_000, 100_000) + PNG[24:]
    text = refusal(archive.pack(members(preview__png=huge)))
    assert "100000 × 100000 pixels are too many" in text


# files ----------------------------------------------------------------------------------


def test_save_and_load_name_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.ebmviz"
    save(session(), path, CATALOGUE)
    assert pack(load(path, CATALOGUE)) == WHOLE == path.read_bytes()
    path.write_bytes(archive.pack(members(scene__json=b'{"seed": -1}')))
    for bad, message in (
        (path, f"{path}: seed: −1 is outside"),
        (tmp_path, f"{tmp_path}: it is a folder, not a file"),
        (tmp_path / "none", f"{tmp_path}/none: there is no such file or folder"),
        ("/dev/zero", "/dev/zero: it is a pipe or a device, not a file"),
    ):
        with pytest.raises(UserError, match=f"^{re.escape(message)}"):
            load(bad, CATALOGUE)
    monkeypatch.setattr(archive, "FILE_CAP", 100)
    with pytest.raises(UserError, match=r"mine\.ebmviz: larger than the 100 bytes"):
        load(path, CATALOGUE)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scene": Scene("", "", (), {"energy.kind": "gone"})}, "“gone” is not known"),
        ({"preview": b"nonsense"}, "preview.png: not a PNG picture"),
        ({"weights": {"a": np.zeros(1, np.int16)}}, "“a” has the type int16"),
    ],
    ids=["scene", "preview", "weights"],
)
def test_a_session_that_would_not_open_again_is_not_saved(
    changes: dict[str, object], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.ebmviz"
    save(session(), path, CATALOGUE)
    with pytest.raises(UserError) as caught:
        save(session(**changes), path, CATALOGUE)
    assert str(caught.value).startswith(f"{path} could not be saved: ")
    assert message in str(caught.value)
    assert os.listdir(tmp_path) == ["mine.ebmviz"]
    assert path.read_bytes() == WHOLE


def test_a_full_disk_costs_no_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "mine.ebmviz"
    save(session(), path, CATALOGUE)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match=r"mine\.ebmviz could not be saved: the disk is full"):
        save(session(metrics={}), path, CATALOGUE)
    assert os.listdir(tmp_path) == ["mine.ebmviz"]
    assert path.read_bytes() == WHOLE
