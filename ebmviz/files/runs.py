"""The branches of a session, and what happened on each, as members of its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ebmviz.core import scene
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import FROM_SEED, Checkpoint, Mark
from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean
from ebmviz.core.scene import Scene
from ebmviz.files import strictjson, tensors
from ebmviz.files.left_out import NOTHING, LeftOut, read, to_json

MEMBER = "runs.json"
MOST = 4  # branches
_ROOM = 48 << 20  # bytes of a branch beside the one gone on with; longer records are left out
NAME = 40  # letters of a branch's name
_WORDS, _MARKS = 400, 1000  # letters, marks
_STEPS = 10**15
_KINDS = ("changed", "diverged")


class Branch(msgspec.Struct, frozen=True, eq=False):
    """A run of a document. parent, step: the run that it left, and after which step; its own
    number: none. scene, checkpoint: as it was left, None of the one that is gone on with.
    """

    number: int = 0
    name: str = ""
    parent: int = 0
    step: int = 0
    scene: Scene | None = None
    checkpoint: Checkpoint | None = None


def to_tell(metrics: Mapping[str, float]) -> dict[str, object]:
    """Those that a file tells, as JSON has them."""
    return {k: strictjson.number(float(v)) for k, v in metrics.items() if k != FROM_SEED}


def pack(
    current: int,
    branches: tuple[Branch, ...],
    marks: tuple[Mark, ...],
    left_out: LeftOut = NOTHING,
) -> dict[str, bytes]:
    """The members that tell of them; none where there is one run without a name to which nothing
    happened, and nothing was left out.
    """
    named = any(branch.name for branch in branches)
    if len(branches) < 2 and not marks and not named and not left_out:
        return {}
    heads: list[dict[str, object]] = []
    members = {}
    for branch in branches:
        there, kept = branch.scene, branch.checkpoint
        if branch.number == current or there is None or kept is None:
            continue
        i = len(heads) + 1
        kept = kept if kept.size <= _ROOM else kept.without_history()
        heads.append(
            {
                **_head(branch),
                "scene": scene.to_json(there),
                "metrics": to_tell(kept.metrics),
                "marks": _written(kept.marks),
            }
        )
        members[f"run-{i}.safetensors"] = tensors.encode(kept.weights)
        if kept.history:
            members[f"run-{i}-history.safetensors"] = tensors.encode(kept.history)
    own = next((b for b in branches if b.number == current), Branch(current, parent=current))
    told = {"current": _head(own), "marks": _written(marks), "others": heads}
    if left_out:
        told["left_out"] = to_json(left_out)
    return {MEMBER: strictjson.encode(told), **members}


Metrics = Callable[[bytes, str], dict[str, float]]


def unpack(
    members: Mapping[str, bytes], catalogue: Catalogue, metrics: Metrics, where: str
) -> tuple[int, tuple[Branch, ...], tuple[Mark, ...], LeftOut]:
    """The inverse of `pack`: which is gone on with, all of them, its marks, and what is missing.
    Raises UserError beginning with `where`.
    """
    if MEMBER not in members:
        return 0, (), (), NOTHING
    at = f"{where}: {MEMBER}"
    told = strictjson.decode(members[MEMBER], at)
    others = told.get("others") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(others, list) or len(others) >= MOST:
        raise UserError(f"{at}: not a list of at most {MOST} branches")
    own = _read(told.get("current"), at)
    found = [own]
    for i, raw in enumerate(others, 1):
        head = _read(raw, at)
        names = (f"run-{i}.safetensors", f"run-{i}-history.safetensors")
        if names[0] not in members:
            raise UserError(f"{where}: {names[0]} is missing")
        arrays = [
            tensors.decode(members[n], f"{where}: {n}") if n in members else {} for n in names
        ]
        numbers = metrics(strictjson.encode(raw.get("metrics", {})), at)
        kept = Checkpoint(arrays[0], arrays[1], numbers, _marks(raw.get("marks"), at))
        own_scene = _scene(raw.get("scene"), catalogue, at)
        found.append(msgspec.structs.replace(head, scene=own_scene, checkpoint=kept))
    numbered = {branch.number for branch in found}
    if len(numbered) != len(found) or any(b.parent not in numbered for b in found):
        raise UserError(f"{at}: its branches do not fit together")
    rows = tuple(sorted(found, key=lambda b: b.number))
    less = read(told.get("left_out"), at)
    return own.number, rows, _marks(told.get("marks"), at), less


def _head(branch: Branch) -> dict[str, Any]:
    return {name: getattr(branch, name) for name in ("number", "name", "parent", "step")}


def _written(marks: tuple[Mark, ...]) -> list[list[object]]:
    return [[mark.step, mark.kind, mark.words] for mark in marks]


def _read(raw: object, at: str) -> Branch:
    if not isinstance(raw, dict):
        raise UserError(f"{at}: a branch is not a table")
    number, parent, step = counts = [_count(raw.get(k)) for k in ("number", "parent", "step")]
    name = raw.get("name")
    if min(counts) < 0:
        raise UserError(f"{at}: a number of a branch is not a count")
    if not isinstance(name, str) or len(name) > NAME or not name.isprintable():
        raise UserError(f"{at}: the name of a branch is not a short line of text")
    return Branch(number, name, parent, step)


def _count(raw: object) -> int:
    """It, −1 where it is none."""
    return raw if isinstance(raw, int) and type(raw) is int and 0 <= raw <= _STEPS else -1


def _marks(raw: object, at: str) -> tuple[Mark, ...]:
    if not isinstance(raw, list) or len(raw) > _MARKS:
        raise UserError(f"{at}: not a list of at most {_MARKS} marks")
    found = []
    for each in raw:
        if not (isinstance(each, list) and len(each) == 3):
            raise UserError(f"{at}: a mark is not a step, a kind and words")
        step, kind, words = each
        known = type(step) is int and 0 <= step <= _STEPS and kind in _KINDS
        if not known or not isinstance(words, str) or len(words) > _WORDS:
            raise UserError(f"{at}: a mark is not a step, a kind and words")
        found.append(Mark(step, kind, clean(words, _WORDS)))
    return tuple(found)


def _scene(raw: object, catalogue: Catalogue, at: str) -> Scene:
    try:
        return scene.from_json(raw, catalogue)
    except UserError as error:
        raise UserError(f"{at}: {clean(str(error))}") from None
    except RecursionError:
        raise UserError(f"{at}: nested too deeply") from None
