"""Sessions, and scenes of a person's own."""

from __future__ import annotations

import io
import json
import struct
import warnings
import zipfile
from functools import cached_property
from random import Random

import numpy as np

from ebmviz.core import assets, library, samples
from ebmviz.core.checkpoint import Checkpoint, Mark
from ebmviz.core.errors import UserError
from ebmviz.core.lesson import states
from ebmviz.core.lesson.stop import PICTURE, Lesson, Stop
from ebmviz.core.making import command_line
from ebmviz.core.plugins import scenes
from ebmviz.core.scene import Scene, from_json, replace, to_json, visible
from ebmviz.files import archive
from ebmviz.files.left_out import LeftOut
from ebmviz.files.opening import with_samples
from ebmviz.files.runs import Branch
from ebmviz.files.session import Session, pack, unpack
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import CATALOGUE, Target, same
from tests.core.sessions import PNG

_EVIL = (
    "../../evil",
    "/etc/evil",
    "a/../b",
    "C:\\evil",
    "scene.json ",
    "SCENE.JSON",
    "scene.json\0",
)


def sessions() -> list[Session]:
    """With all that one can have, and with as little."""
    plain = library.scene("ellipse", CATALOGUE)
    made = samples.Samples(
        np.arange(12.0).reshape(6, 2), label=np.arange(6.0) % 2, classes=("a", "b")
    )
    own = with_samples(library.scene("multiclass", CATALOGUE), made, "a.csv", CATALOGUE)
    kept = Checkpoint(
        {"w": np.ones(2, np.float32), "train/step": np.array(9, np.int64)},
        {"step": np.arange(9), "w": np.ones((9, 2), np.float32)},
        {"loss": 0.5, "last_step": 9.0},
        (Mark(3, "changed", "β"),),
    )
    picture = np.zeros(PICTURE, np.uint8).tobytes()
    stops = (Stop("One", "ellipse", {"view.beta": 2.0}, 3, run=1, text="$x$", picture=picture),)
    moved = replace(plain, {"view.beta": 3.0, "view.bookmarks": "3 a; 7"}, CATALOGUE)
    rows = (Branch(1, "one"), Branch(2, "two", 1, 4, moved, kept))
    return [
        Session(plain),
        Session(own, kept, PNG),
        Session(plain, kept, PNG, rows, 1, Lesson("L", "a", 1, stops), LeftOut(stops=2)),
        Session(library.scene("hopfield", CATALOGUE), kept),
    ]


class Sessions(Target):
    """Of the bytes of a file, of the ZIP around it and of what is inside."""

    name, what, where = "sessions", "sessions", "a.ebmviz: "

    def seeds(self) -> list[bytes]:
        return [pack(each) for each in sessions()]

    @cached_property
    def _members(self) -> list[dict[str, bytes]]:
        return [archive.unpack(each, "") for each in self.good]

    def made(self, dice: Random) -> bytes:
        way = dice.randrange(8)
        if way < 2:
            return super().made(dice)
        members = dict(dice.choice(self._members))
        name = dice.choice(sorted(members))
        if way == 2:
            return _odd_zip(dice, members, name)
        members[name] = _member(dice, name, members[name])
        if dice.random() < 0.1:
            del members[dice.choice(sorted(members))]
        return archive.pack(members)

    def act(self, data: bytes) -> None:
        found = unpack(data, CATALOGUE, "a.ebmviz")
        again = unpack(pack(found), CATALOGUE, "again")
        same(again.scene, found.scene, "scene")
        same_arrays(again.checkpoint, found.checkpoint)
        if len(found.branches) > 1:
            same(again.branch, found.branch, "branch")
            same([b.scene for b in again.branches], [b.scene for b in found.branches], "branches")
        same(again.left_out, found.left_out, "left out")
        same(again.lesson.nowhere(), found.lesson.nowhere(), "lesson")
        shown(found.scene)
        for number, (scene, kept) in found.runs_there.items():
            kept.progress.shown(scene.in_lab)
            shown(scene) if number else None
        for stop in found.lesson.stops:
            try:
                states.scene_of(stop, CATALOGUE, True)
            except UserError:  # said once it is gone to
                continue
        _ = found.left_out.said


def same_arrays(one: Checkpoint, other: Checkpoint) -> None:
    """All of two checkpoints."""
    for a, b in ((one.weights, other.weights), (one.history, other.history)):
        same(sorted(a), sorted(b), "names")
        for name, array in a.items():
            if array.dtype != b[name].dtype or array.tobytes() != b[name].tobytes():
                raise AssertionError(f"{name} is another")
    same(str(one.metrics), str(other.metrics), "metrics")
    same(one.marks, other.marks, "marks")


def shown(scene: Scene) -> None:
    """What the window asks of a scene, whatever is in it."""
    same(from_json(to_json(scene), CATALOGUE), scene, "the scene again")
    visible(scene, CATALOGUE)
    _ = scene.view, scene.run, scene.in_lab, samples.classes_of(scene)
    try:
        samples.samples_of(scene)
        base = library.scene("ellipse", CATALOGUE)
        command_line.screenshot(command_line.Source("ellipse", base), scene, CATALOGUE)
    except UserError:
        pass


def _member(dice: Random, name: str, content: bytes) -> bytes:
    if name.endswith(".json"):
        return _json(dice, content)
    if name.endswith(".safetensors") and dice.random() < 0.7:
        length = int.from_bytes(content[:8], "little")
        head = _json(dice, content[8 : 8 + length])
        size = len(head) if dice.random() < 0.8 else dice.choice((0, 2**40, 2**64 - 1, length))
        return struct.pack("<Q", size) + head + content[8 + length :]
    if name.endswith(".md"):
        return mutations.of_text(dice, content.decode(), "~#+>*$").encode("utf-8", "replace")
    return mutations.of_bytes(dice, content)


def _json(dice: Random, content: bytes) -> bytes:
    way = dice.randrange(10)
    if way == 0:
        return mutations.of_bytes(dice, content)
    if way == 1:
        return mutations.of_text(dice, content.decode(), '{}[]",:').encode("utf-8", "replace")
    if way == 2:  # twice the same key, or the sign of a number too much
        text = content.decode()
        key = dice.choice(list(json.loads(content)) or ["a"])
        return text.replace(f'"{key}"', f'"{key}": 1, "{key}"', 1).encode()
    whole = mutations.of_value(dice, json.loads(content))
    return json.dumps(whole, ensure_ascii=dice.random() < 0.5).encode("utf-8", "replace")


def _odd_zip(dice: Random, members: dict[str, bytes], name: str) -> bytes:
    """What `archive.pack` never writes."""
    out = io.BytesIO()
    whole = archive.pack(members)
    with zipfile.ZipFile(io.BytesIO(whole)) as good:
        every = [(info.filename, good.read(info)) for info in good.infolist()]
    way = dice.randrange(6)
    method = dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
    with zipfile.ZipFile(out, "w") as made:
        for each, content in every:
            info = zipfile.ZipInfo(each)
            info.compress_type = zipfile.ZIP_STORED if each == "mimetype" else zipfile.ZIP_DEFLATED
            if way == 0 and each == name:
                info.filename = info.orig_filename = dice.choice(_EVIL) + dice.choice(("", name))
            if way == 1 and each == name:
                content = bytes(dice.choice((10_000, 3_000_000))) + content
            if way == 2 and each == name:
                info.external_attr = 0o120777 << 16  # a symbolic link
                content = b"/etc/passwd"
            if way == 3 and each != "mimetype":
                info.compress_type = method
            if way == 4 and each == name:
                info.extra = dice.randbytes(dice.choice((1, 4, 30)))
            made.writestr(info, content)
        if way == 5:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # the same name twice, on purpose
                made.writestr(dice.choice(_EVIL), b"x" * dice.choice((0, 9, 100_000)))
    data = bytearray(out.getvalue())
    if dice.random() < 0.3 and len(data) > 60:  # sizes and offsets of the directory
        at = data.rfind(b"PK\x01\x02") + dice.choice((20, 24, 28, 30, 42))
        data[at : at + 4] = mutations.packed_number(dice, "<L")
    return bytes(data)


class Scenes(Target):
    """Scenes of a person's own, as JSON files beside the program."""

    name, what = "scenes", "scenes of your own (JSON)"

    def seeds(self) -> list[bytes]:
        names = ("ellipse", "hopfield", "multiclass", "vae", "dimension")
        raws = [to_json(library.scene(name, CATALOGUE)) for name in names]
        return [json.dumps(raw | {"name": f"my-{raw['name']}"}).encode() for raw in raws]

    def made(self, dice: Random) -> bytes:
        return _json(dice, dice.choice(self.good))

    def act(self, data: bytes) -> None:
        path = self.written("mine.json", data)
        try:
            if said := scenes.load([path], CATALOGUE):
                raise UserError(said[0])
            shown(library.scene(scenes._HELD[str(path.resolve())], CATALOGUE))
        finally:  # the next is none that was saved anew
            assets.PLUGGED.pop(scenes._HELD.pop(str(path.resolve()), ""), None)
