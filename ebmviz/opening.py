"""What a FILE can be: a session, a figure made by ebmviz, or a table of points."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import msgspec
import numpy as np

from ebmviz.core import library
from ebmviz.core.atomic import clean, read_bytes, shown
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.columns import Roles, Table, said
from ebmviz.core.errors import UserError
from ebmviz.core.frame import frame_around, one_place
from ebmviz.core.scene import Scene, replace
from ebmviz.core.session import SUFFIX, Session, load, unpack
from ebmviz.core.snapshot import Array
from ebmviz.core.table import decode_points, encode_points, points_of, read_table
from ebmviz.core.view import finest
from ebmviz.export.embed import extract

PICTURES = (".png", ".svg", ".pdf")
TABLES = (".csv", ".tsv", ".txt", ".dat", ".npy", ".npz")
_PICTURE_CAP = 256 << 20
_POINTS_SCENE = "ellipse"


class Opened(msgspec.Struct, frozen=True, eq=False):
    """A scene, and the session it came with: None for a built-in scene or a table."""

    scene: Scene
    session: Session | None = None


def open_file(path: str | os.PathLike[str], catalogue: Catalogue, columns: str = "") -> Opened:
    """Open a session, a figure or a table: of a table the columns named, see
    `ebmviz.core.columns.Roles`. Raises UserError naming file and fault.
    """
    suffix = Path(path).suffix.lower()
    if columns and suffix not in TABLES:
        raise UserError(f"--columns: {shown(path)} is no table of points")
    if suffix in PICTURES:
        session = extract(read_bytes(path, _PICTURE_CAP))
        if session is None:
            raise UserError(f"{shown(path)}: this picture holds no ebmviz session")
        opened = unpack(session, catalogue, os.fspath(path))
        return Opened(opened.scene, opened)
    if suffix in TABLES:
        scene = library.scene(_POINTS_SCENE, catalogue)
        table = read_table(path)
        return Opened(with_table(scene, table, table.roles(columns), Path(path).name, catalogue))
    if suffix == SUFFIX or not suffix:
        session_file = load(path, catalogue)
        return Opened(session_file.scene, session_file)
    known = ", ".join((SUFFIX, *PICTURES, *TABLES))
    raise UserError(f"{shown(path)}: not a kind of file ebmviz opens; it opens {known}")


def open_any(name: str, catalogue: Catalogue, columns: str = "") -> Opened:
    """A built-in scene by its name, or a file by its path."""
    if looks_like_file(name):
        return open_file(name, catalogue, columns)
    if columns:
        raise UserError(f"--columns: “{name}” is a scene, not a table of points")
    return Opened(library.scene(name, catalogue))


def with_table(scene: Scene, table: Table, roles: Roles, name: str, catalogue: Catalogue) -> Scene:
    """`scene` on the columns of a table."""
    return with_points(scene, points_of(table, roles), name, catalogue, said(table, roles))


def with_points(
    scene: Scene, points: Array, name: str, catalogue: Catalogue, read: str = ""
) -> Scene:
    """`scene` on the user's own points, with the view around them; `read` says where from."""
    told = "; ".join(each for each in (read, frame_around(points).said()) if each)
    changes: dict[str, object] = {
        "data.kind": "own",
        "data.name": clean(name, 200).replace("\xa0", " "),
        "data.read": clean(told, 200).replace("\xa0", " "),
        "data.points": base64.b64encode(encode_points(points)).decode(),
    }
    return replace(scene, changes | around(points), catalogue)


def own_points(scene: Scene) -> Array | None:
    """The user's points in a scene, (N, 2), if it is on them."""
    table = scene.values.get("data.points")
    if scene.kind("data") != "own" or not isinstance(table, str) or not table:
        return None
    return decode_points(base64.b64decode(table))


def own_words(scene: Scene) -> str:
    """What a scene's own points are: points.csv: 24 points, columns a, b; 1 heading. Else ""."""
    if scene.kind("data") != "own" or not scene["data.read"]:
        return ""
    return f"{scene['data.name']}: {scene['data.read']}"


def around(points: Array) -> dict[str, object]:
    """Frame and view of points (N, 2): window, cut and probe about them, colours that follow.

    Energies are squared distances, in the frame's units, to a manifold that starts near its origin.
    """
    frame = frame_around(points)
    low, high = points.min(0), points.max(0)
    centre = low + (high - low) / 2
    half = (high - low) / 2 * 1.3
    if one_place(points):  # a window of its own size, or of the models'
        half = np.full(2, max(float(np.abs(centre).max()), 1.5 * frame.scale))
    half = np.maximum(half, half.max() / 4)
    half = np.maximum(half, [finest(*ends) for ends in zip(low, high, strict=True)])
    left, bottom = (float(v) for v in centre - half)
    right, top = (float(v) for v in centre + half)
    x, inset = float(centre[0]), 0.02 * (top - bottom)
    corners = frame.inside(np.array([[left, bottom], [right, top]]))
    nearest = np.clip(0.0, corners[0], corners[1])
    spread = float(frame.inside(points).var(0).sum())
    energy = spread / 2 + 1.5 * float((nearest**2).sum())
    return {
        "data.centre": frame.centre,
        "data.scale": frame.scale,
        "view.window": (left, right, bottom, top),
        "view.cut": (x, bottom + inset, x, top - inset),
        "view.probe": (x, float(centre[1])),
        "view.levels": (0.0, float(f"{max(energy, 1e-9):.2g}")),
        "view.follow": True,
    }


def looks_like_file(name: str) -> bool:
    """Whether a word of the command line means a file rather than a built-in scene."""
    return os.sep in name or bool(Path(name).suffix) or Path(name).is_file()
