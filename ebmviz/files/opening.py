"""What a FILE can be: a session, a figure made by ebmviz, a lesson or a table of points."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import numpy as np

from ebmviz.core import library
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.frame import Frame, frame_around, frame_of_x, one_place
from ebmviz.core.lesson import check, states
from ebmviz.core.lesson.state import LessonState
from ebmviz.core.rows import NEEDED
from ebmviz.core.samples import PAIRS, Samples, needs
from ebmviz.core.scene import Scene, model, replace
from ebmviz.core.snapshot import Array
from ebmviz.core.view import finest
from ebmviz.files import lessons
from ebmviz.files.atomic import clean, read_bytes, shown
from ebmviz.files.export.embed import extract
from ebmviz.files.session import SUFFIX, Session, load, unpack
from ebmviz.files.tables.columns import Table
from ebmviz.files.tables.roles import Roles, certain, on_plane, roles, said, samples
from ebmviz.files.tables.table import read_table

PICTURES = (".png", ".svg", ".pdf")
TABLES = (".csv", ".tsv", ".txt", ".dat", ".npy", ".npz")
_PICTURE_CAP = 256 << 20


class Opened(msgspec.Struct, frozen=True, eq=False):
    """A scene, and the session it came with: None for a built-in scene, a table or a lesson, which
    begins with it.
    """

    scene: Scene
    session: Session | None = None
    lesson: LessonState | None = None


def open_file(path: str | os.PathLike[str], catalogue: Catalogue, columns: str = "") -> Opened:
    """Open a session, a figure, a lesson or a table: of a table the columns named, see
    `ebmviz.files.tables.roles`. Raises UserError naming file and fault.
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
        table = read_table(path)
        taken = roles(table, columns)
        scene = begun(taken.shape.scene, Path(path).name, catalogue)
        return Opened(with_table(scene, table, taken, Path(path).name, catalogue))
    if suffix == lessons.SUFFIX:
        return _lesson(path, catalogue)
    if suffix == SUFFIX or not suffix:
        session_file = load(path, catalogue)
        return Opened(session_file.scene, session_file)
    known = ", ".join((SUFFIX, lessons.SUFFIX, *PICTURES, *TABLES))
    raise UserError(f"{shown(path)}: not a kind of file ebmviz opens; it opens {known}")


def _lesson(path: str | os.PathLike[str], catalogue: Catalogue) -> Opened:
    lesson = lessons.load(path)
    if fault := next(check.faults(lesson, catalogue), None):
        raise UserError(f"{shown(path)}: {fault}")
    scene, state = states.opened(lesson, catalogue)
    return Opened(scene, None, state)


def holds_session(path: str | os.PathLike[str]) -> bool:
    """Whether a picture was made by ebmviz, with its session inside. Raises UserError where it
    cannot be read.
    """
    return extract(read_bytes(path, _PICTURE_CAP)) is not None


def open_any(name: str, catalogue: Catalogue, columns: str = "") -> Opened:
    """A built-in scene by its name, or a file by its path."""
    if looks_like_file(name):
        return open_file(name, catalogue, columns)
    if columns:
        raise UserError(f"--columns: “{name}” is a scene, not a table of points")
    return Opened(library.scene(name, catalogue))


def asks(name: str, columns: str = "") -> bool:
    """Whether somebody has to say what the columns of this table are. Raises UserError for a table
    that cannot be read.
    """
    if columns or not looks_like_file(name) or Path(name).suffix.lower() not in TABLES:
        return False
    table = read_table(name)
    return len(table.offered) >= NEEDED and certain(table) is None


def begun(scene: str, file: str, catalogue: Catalogue) -> Scene:
    """A built-in scene that a table is opened in: what it is called is of other data."""
    return msgspec.structs.replace(library.scene(scene, catalogue), title=clean(file, 80))


def with_table(scene: Scene, table: Table, taken: Roles, name: str, catalogue: Catalogue) -> Scene:
    """`scene` on the columns of a table. Raises UserError where it cannot use them."""
    taken = on_plane(taken, scene.facts)
    if why := taken.shape.refused_by(scene, catalogue):
        raise UserError(
            f"{clean(name, 80)} holds {taken.shape.called()}: {unused(scene, catalogue, why)}"
        )
    made = samples(table, taken)
    return with_samples(scene, made, name, catalogue, said(table, taken, made, scene.facts))


def unused(scene: Scene, catalogue: Catalogue, why: str) -> str:
    """That a scene cannot use data, and what it needs."""
    title = model(scene, catalogue).title
    there = needs(scene, catalogue)
    return f"“{title}” needs {there}" if there else f"“{title}” takes no own points: {why}"


def with_points(
    scene: Scene, points: Array, name: str, catalogue: Catalogue, read: str = ""
) -> Scene:
    """`scene` on points (N, 2) of the plane."""
    return with_samples(scene, Samples(points), name, catalogue, read)


def with_samples(
    scene: Scene, made: Samples, name: str, catalogue: Catalogue, read: str = ""
) -> Scene:
    """`scene` on the user's own data, with the view around them; `read` says where from."""
    seen = around(made)
    told = "; ".join(each for each in (read, frame_of_samples(made).said()) if each)
    changes: dict[str, object] = {
        "data.name": clean(name, 200).replace("\xa0", " "),
        "data.read": clean(told, 400).replace("\xa0", " "),
        **made.values(),
    }
    return replace(scene, changes | seen, catalogue)


def own_words(scene: Scene) -> str:
    """What a scene's own points are: points.csv: 24 points, columns a, b; 1 heading. Else ""."""
    read = scene.word("data.read", "")
    return f"{scene.word('data.name')}: {read}" if read else ""


def frame_of_samples(made: Samples) -> Frame:
    """The frame that data declare: of their places, and of x where it is none of the places."""
    frame = frame_around(made.places)
    if made.x is None or made.shape is PAIRS:
        return frame
    start, span = frame_of_x(made.x)
    return msgspec.structs.replace(frame, start=start, span=span)


def around(made: Samples) -> dict[str, object]:
    """Frame and view of data: window, cut and probe about their places, colours that follow.

    Energies are squared distances, in the frame's units, to a manifold that starts near its origin.
    """
    frame, points = frame_of_samples(made), made.places
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
    condition: dict[str, object] = {}
    if made.x is not None and made.shape is not PAIRS:
        nearest_x = made.x[np.abs(made.x - np.median(made.x)).argmin()]
        condition = {
            "data.start": frame.start,
            "data.span": frame.span,
            "view.x": float(nearest_x),
        }
    return {
        **condition,
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
