"""Session files, `.ebmviz`: a scene with everything that was learned on it.

A ZIP of JSON and safetensors; nothing in it is ever executed. What it looks like and what
is refused: `archive` for the ZIP, `tensors` for the arrays, `scene` for the values.
"""

from __future__ import annotations

import os

import msgspec

from ebmviz.core import scene
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Checkpoint, todays_names
from ebmviz.core.errors import UserError
from ebmviz.core.lesson.stop import Lesson
from ebmviz.core.scene import Scene
from ebmviz.files import archive, lessons, runs, strictjson, tensors
from ebmviz.files.atomic import clean, read_bytes, shown, write_bytes
from ebmviz.files.left_out import NOTHING, LeftOut
from ebmviz.files.runs import Branch

SUFFIX = ".ebmviz"
_PNG = b"\x89PNG\r\n\x1a\n"
_PIXEL_CAP = 8192
_METRIC_CAP = 10_000
_MOST_STEPS = 2**53


class Session(msgspec.Struct, frozen=True, eq=False):
    """A scene, and the training that was done on it. preview: a PNG, or b"". branches: the runs
    there are, none of one alone; branch: the number of the one that scene and checkpoint are of.
    lesson: its stops. left_out: what a figure that it was in had no room for.
    """

    scene: Scene
    checkpoint: Checkpoint = Checkpoint()
    preview: bytes = b""
    branches: tuple[Branch, ...] = ()
    branch: int = 0
    lesson: Lesson = Lesson()
    left_out: LeftOut = NOTHING

    @property
    def runs_there(self) -> dict[int, tuple[Scene, Checkpoint]]:
        """By number, the scene that each stands under, and where."""
        others = {
            row.number: (row.scene, row.checkpoint)
            for row in self.branches
            if row.scene and row.checkpoint
        }
        return {**others, self.branch: (self.scene, self.checkpoint)}


def pack(session: Session) -> bytes:
    """The session as the bytes of a file; the same session gives the same bytes.

    Raises UserError for a tensor of a type that is not kept, or too long a lesson.
    """
    kept = session.checkpoint
    metrics = runs.to_tell(kept.metrics)
    members = {
        "scene.json": strictjson.encode(scene.to_json(session.scene)),
        "weights.safetensors": tensors.encode(kept.weights),
    }
    if kept.history:
        members["history.safetensors"] = tensors.encode(kept.history)
    members["metrics.json"] = strictjson.encode(metrics)
    members |= runs.pack(session.branch, session.branches, kept.marks, session.left_out)
    members |= lessons.pack(session.lesson)
    if session.preview:
        members["preview.png"] = session.preview
    return archive.pack(members)


def unpack(data: bytes, catalogue: Catalogue, where: str) -> Session:
    """The session in `data`, checked to the last value.

    Raises UserError, beginning with `where`, and nothing else.
    """
    members = archive.unpack(data, where)
    found = _scene(members["scene.json"], catalogue, where)
    weights = tensors.decode(members["weights.safetensors"], f"{where}: weights.safetensors")
    branch, branches, marks, less = runs.unpack(members, catalogue, _metrics, where)
    kept = Checkpoint(
        todays_names(weights),
        tensors.decode(members["history.safetensors"], f"{where}: history.safetensors")
        if "history.safetensors" in members
        else {},
        _metrics(members["metrics.json"], f"{where}: metrics.json"),
        marks,
    )
    preview = _preview(members.get("preview.png", b""), f"{where}: preview.png")
    lesson = lessons.unpack(members, where)
    return Session(found, kept, preview, branches, branch, lesson, less)


def load(path: str | os.PathLike[str], catalogue: Catalogue) -> Session:
    """The session in a file. Raises UserError naming the file."""
    return unpack(read_bytes(path, archive.FILE_CAP), catalogue, shown(path))


def save(session: Session, path: str | os.PathLike[str], catalogue: Catalogue) -> None:
    """Writes the session whole, and read back successfully, or not at all.

    Raises UserError naming the path; the file that was there is then untouched.
    """
    at = f"{shown(path)} could not be saved"
    try:
        data = pack(session)
    except UserError as error:
        raise UserError(f"{at}: {error}") from None
    write_bytes(path, data, lambda written: unpack(written, catalogue, at))


def _scene(raw: bytes, catalogue: Catalogue, where: str) -> Scene:
    value = strictjson.decode(raw, f"{where}: scene.json")
    try:
        return scene.from_json(value, catalogue)
    except UserError as error:
        # What it quotes came from the file: it may be long, or hide control characters.
        raise UserError(f"{where}: {clean(str(error))}") from None
    except RecursionError:
        raise UserError(f"{where}: scene.json: nested too deeply") from None


def _metrics(raw: bytes, where: str) -> dict[str, float]:
    value = strictjson.decode(raw, where)
    if not isinstance(value, dict) or len(value) > _METRIC_CAP:
        raise UserError(f"{where}: not a table of at most {_METRIC_CAP} numbers")
    found = {
        name: strictjson.as_number(item, f"{where}: “{clean(name, 80)}”")
        for name, item in value.items()
    }
    steps = found.get("last_step", 0.0)
    if not (0 <= steps <= _MOST_STEPS and steps.is_integer()):  # NaN neither
        raise UserError(f"{where}: “last_step” is {steps:g}, not a count of steps")
    return found


def _preview(raw: bytes, where: str) -> bytes:
    """The picture, if its header is one of a PNG that a window may decode."""
    if raw:
        sides = [int.from_bytes(raw[at : at + 4], "big") for at in (16, 20)]
        if not (raw.startswith(_PNG) and raw[12:16] == b"IHDR" and min(sides) > 0):
            raise UserError(f"{where}: not a PNG picture")
        if max(sides) > _PIXEL_CAP:
            raise UserError(f"{where}: {sides[0]} × {sides[1]} pixels are too many")
    return raw
