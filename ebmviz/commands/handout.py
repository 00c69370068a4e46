"""Write a lesson as a PDF, a page for each stop, and as one HTML page whose figures move by sliders
and that needs neither network nor ebmviz.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ebmviz.commands.base import arguments

if TYPE_CHECKING:
    from ebmviz.core.catalogue import Catalogue
    from ebmviz.core.lesson.stop import Lesson
    from ebmviz.handout.models import Models

SUMMARY = "write a lesson as a PDF, and as an HTML page"
ORDER = 45
FORMATS = ("pdf", "html")


def configure(parser: argparse.ArgumentParser) -> None:
    """LESSON|FILE …, --all, --format, -o."""
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="LESSON|FILE",
        help="a shipped lesson, the text of one (.md), or a session with stops",
    )
    parser.add_argument("--all", action="store_true", help="every shipped lesson")
    parser.add_argument(
        "--format",
        type=_formats,
        default=list(FORMATS),
        metavar=",".join(FORMATS),
        help=f"default: {','.join(FORMATS)}",
    )
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("."), metavar="DIR", help="default: here"
    )
    parser.add_argument("--tell", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Go through each, write its files whole, print their paths."""
    from ebmviz.core.errors import UsageError
    from ebmviz.core.lesson import shipped
    from ebmviz.files.atomic import make_folder, write_bytes

    names = [*args.sources, *(shipped.names() if args.all else ())]
    if not names:
        raise UsageError("name a LESSON or a FILE, or all shipped lessons by --all")
    catalogue = arguments.catalogue(args)
    found = {Path(name).stem: _opened(name, catalogue) for name in dict.fromkeys(names)}
    make_folder(args.output)

    from ebmviz.handout.made import made

    for stem, (lesson, models) in found.items():
        with _progress(stem, len(lesson.stops), args.tell) as told:
            files = made(lesson, models, args.format, told)
        for format, data in files.items():
            target = args.output / f"{stem}.{format}"
            write_bytes(target, data)
            print(f"{target}  {len(data) / 1e6:.1f} MB", flush=True)
    return 0


def _formats(text: str) -> list[str]:
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    if not names or any(name not in FORMATS for name in names):
        raise argparse.ArgumentTypeError(f"“{text}”: formats are {', '.join(FORMATS)}")
    return list(dict.fromkeys(names))


def _opened(name: str, catalogue: Catalogue) -> tuple[Lesson, Models]:
    """A lesson, and who brings models to its stops. Raises UserError where one cannot be shown."""
    from ebmviz.core.errors import UsageError, UserError
    from ebmviz.core.lesson import check, shipped
    from ebmviz.figures.registry import FIGURES
    from ebmviz.files.opening import looks_like_file, open_file
    from ebmviz.handout.models import Models

    session = None
    if looks_like_file(name):
        opened = open_file(name, catalogue)
        session = opened.session
        lesson = session.lesson if session else opened.lesson.lesson if opened.lesson else None
        if lesson is None or not lesson.stops:
            raise UserError(f"{name}: there are no stops in it")
    else:
        try:
            lesson = shipped.lesson(name)
        except UserError as error:
            raise UsageError(str(error)) from None
    if fault := next(check.faults(lesson, catalogue, FIGURES), None):
        raise UserError(f"{name}: {fault}")
    return lesson, Models(catalogue, session)


@contextmanager
def _progress(name: str, count: int, tell: bool) -> Iterator[Callable[[int], None]]:
    """Says which stop is next: on a terminal by a bar, to the window by lines."""
    if tell:
        yield lambda at: print(f"stop {at + 1} of {count}", file=sys.stderr, flush=True)
        return
    from tqdm import tqdm

    shown = sys.stderr.isatty()
    with tqdm(total=count, unit="stop", desc=name, disable=not shown, leave=False) as bar:
        yield lambda at: bar.update(at - bar.n)
