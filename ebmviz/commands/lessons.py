"""List the lessons, or the stops of one; check whether they can be gone to."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from ebmviz.commands.base import arguments
from ebmviz.core.numerals import counted

if TYPE_CHECKING:
    from ebmviz.core.lesson.stop import Lesson

SUMMARY = "list the lessons and their stops"
ORDER = 15


def configure(parser: argparse.ArgumentParser) -> None:
    """[LESSON|FILE], --check, --json."""
    parser.add_argument(
        "source", metavar="LESSON|FILE", nargs="?", help="a shipped lesson, or a file: its stops"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="say what is wrong with paths and values, each with its line",
    )
    parser.add_argument("--json", action="store_true", help="all that is listed, as JSON")


def run(args: argparse.Namespace) -> int:
    """Print them."""
    from ebmviz.core.lesson import shipped

    names = [args.source] if args.source else shipped.names()
    found = {name: _lesson(name) for name in names}
    if args.check:
        return _check(found, args)
    if args.json:
        rows = [_row(name, lesson) for name, lesson in found.items()]
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    elif args.source:
        _tell(found[args.source])
    else:
        width = max((len(name) for name in found), default=0) + 2
        for name, lesson in found.items():
            print(f"{name:<{width}}{lesson.title}, {counted(len(lesson.stops), 'stop')}")
    return 0


def _lesson(name: str) -> Lesson:
    from ebmviz.core.errors import UsageError, UserError
    from ebmviz.core.lesson import shipped
    from ebmviz.files import lessons
    from ebmviz.files.opening import looks_like_file

    if looks_like_file(name):
        return lessons.load(name)
    try:
        return shipped.lesson(name)
    except UserError as error:
        raise UsageError(str(error)) from None


def _check(found: dict[str, Lesson], args: argparse.Namespace) -> int:
    from ebmviz.core.lesson import check
    from ebmviz.figures.registry import FIGURES

    catalogue = arguments.catalogue(args)
    failed = 0
    for name, lesson in found.items():
        faults = list(check.faults(lesson, catalogue, FIGURES))
        for fault in faults:
            print(f"{name}: {fault}")
        if not faults:
            print(f"{name}: {counted(len(lesson.stops), 'stop')} can be gone to")
        failed += len(faults)
    return 1 if failed else 0


def _tell(lesson: Lesson) -> None:
    print(f"{lesson.title}\n{lesson.about}".strip())
    for i, stop in enumerate(lesson.stops, 1):
        asks = ", asks what will happen" if stop.asks else ""
        print(f"{i:>3}  {stop.name}: {stop.scene} at step {stop.step}{asks}")


def _row(name: str, lesson: Lesson) -> dict[str, object]:
    stops = [
        {"name": s.name, "scene": s.scene, "step": s.step, "asks": s.asks, "text": s.text}
        for s in lesson.stops
    ]
    return {"name": name, "title": lesson.title, "about": lesson.about, "stops": stops}
