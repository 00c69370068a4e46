"""What most commands begin with: SCENE|FILE and --set PATH=VALUE."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UsageError, UserError
from ebmviz.core.outside import short
from ebmviz.core.samples import own
from ebmviz.core.scene import Scene, replace
from ebmviz.files.opening import Opened, looks_like_file, open_any, unused

FORMATS = ("pdf", "svg", "png")
NUMBERS = ("csv", "npz")


def add(parser: argparse.ArgumentParser) -> None:
    """SCENE|FILE and --set."""
    parser.add_argument("source", metavar="SCENE|FILE", help="a built-in scene, or a file")
    add_columns(parser)
    add_set(parser)


def add_columns(parser: argparse.ArgumentParser) -> None:
    """--columns."""
    parser.add_argument(
        "--columns",
        default="",
        metavar="A,B",
        help="what the columns of a table are, by their names or numbers from 1: A,B are points of"
        " the plane; x1=A,x2=B,label=C makes classes; x=T,y=A or x=T,y1=A,y2=B conditional data;"
        " x1=A,x2=B,y1=C,y2=D two views of each thing",
    )


def catalogue(args: argparse.Namespace) -> Catalogue:
    """All components, those of plug-ins included, whose figures and scenes are on offer from now
    on. A broken plug-in is named on stderr.
    """
    from ebmviz.core import library
    from ebmviz.core.plugins import scenes
    from ebmviz.core.process import supervision

    if shipped_suffices(args.plugin):
        return library.shipped_catalogue()
    from ebmviz.engine.model import plugins, registry
    from ebmviz.figures import plugins as figures

    given = args.plugin, supervision.loading, args.without
    faults = [*plugins.load(*given), *figures.load(*given)]
    supervision.loading("")
    found = registry.catalogue()
    for fault in (*faults, *scenes.load(args.plugin, found, args.without)):
        print(f"ebmviz: {fault}", file=sys.stderr)
    return found


def shipped_suffices(plugins: Sequence[str]) -> bool:
    """Whether the shipped catalogue knows every component; else only the engine does."""
    from importlib.metadata import entry_points

    from ebmviz.core import library

    return not plugins and not entry_points(group="ebmviz.plugins") and library.shipped_is_whole()


def add_set(parser: argparse.ArgumentParser) -> None:
    """--set PATH=VALUE, repeatable."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="change a parameter, such as optimizer.lr=0.1 (repeatable)",
    )


def add_formats(parser: argparse.ArgumentParser, numbers: bool = False) -> None:
    """--format and --theme, of pictures; of their numbers too, if asked."""
    known = (*FORMATS, *NUMBERS) if numbers else FORMATS
    parser.add_argument(
        "--format",
        type=lambda text: _formats(text, known),
        default=["pdf"],
        metavar=",".join(known),
        help=f"{'csv and npz are the numbers as they are drawn; ' if numbers else ''}default: pdf",
    )
    parser.add_argument("--theme", choices=("light", "dark"), default="light")


def _formats(text: str, known: Sequence[str]) -> list[str]:
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise argparse.ArgumentTypeError(f"“{text}”: formats are {', '.join(known)}")
    return list(dict.fromkeys(names))


def opened(
    name: str, assignments: Sequence[str], catalogue: Catalogue, columns: str = ""
) -> Opened:
    """The scene with the assignments applied. UsageError for a wrong name, path or value."""
    try:
        found = open_any(name, catalogue, columns)
    except UserError as error:
        if looks_like_file(name):
            raise
        raise UsageError(str(error)) from None
    scene = changed(found.scene, assignments, catalogue)
    if (
        own(found.scene)
        and not own(scene)
        and not any(a.startswith("data.kind=") for a in assignments)
    ):
        why = unused(scene, catalogue, "its data are its own")
        raise UsageError(f"--set: {short(name, 80)} cannot be used, {why}")
    return Opened(scene, found.session, found.lesson)


def changed(scene: Scene, assignments: Sequence[str], catalogue: Catalogue) -> Scene:
    """`scene` with PATH=VALUE texts applied together."""
    changes: dict[str, object] = {}
    for text in assignments:
        path, equals, value = text.partition("=")
        if not equals or not path:
            raise UsageError(f"--set {text}: write PATH=VALUE, such as view.beta=10")
        changes[path.strip()] = value
    try:
        return replace(scene, changes, catalogue)
    except UserError as error:
        raise UsageError(f"--set {error}") from None
