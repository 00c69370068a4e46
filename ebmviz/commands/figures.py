"""Render figures; with no argument, every lecture figure."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ebmviz.commands.base import arguments
from ebmviz.export.pages import FIT, PAGES
from ebmviz.files.embedding import MOST_PAST, PAST

SUMMARY = "render figures"
ORDER = 40


def configure(parser: argparse.ArgumentParser) -> None:
    """SCENE|FILE …, --figure, --format, --page, --theme, --set, -o."""
    parser.add_argument("sources", nargs="*", metavar="SCENE|FILE")
    parser.add_argument("--figure", metavar="NAME", help="only this figure of the scenes named")
    arguments.add_formats(parser, numbers=True)
    parser.add_argument(
        "--page",
        choices=tuple(PAGES),
        default=FIT,
        help="size of a picture: a slide, columns of a paper, a poster; default: what it needs",
    )
    parser.add_argument(
        "--text",
        type=float,
        metavar="POINTS",
        help="size of its letters, in points; default: what suits the page",
    )
    parser.add_argument(
        "--transparent",
        action="store_true",
        help="transparent background, for a coloured slide",
    )
    parser.add_argument(
        "--hide", default="", metavar="NAME,…", help="layers left out, such as data,contours"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("."),
        metavar="DIR",
        help="default: here; - is the output, for one figure in one format",
    )
    parser.add_argument(
        "--past",
        type=_megabytes,
        default=PAST,
        metavar="MB",
        help="of steps and branches inside a picture, for its curves and its timeline; 0: none,"
        f" the model alone; default: {PAST:g}",
    )
    arguments.add_columns(parser)
    arguments.add_set(parser)


def run(args: argparse.Namespace) -> int:
    """Measure, draw and write each; print its path."""
    from ebmviz.core import assets
    from ebmviz.core.errors import UsageError, UserError
    from ebmviz.figures.registry import find, missing
    from ebmviz.figures.registry import offered as every
    from ebmviz.files.atomic import make_folder
    from ebmviz.files.opening import looks_like_file, own_words

    catalogue = arguments.catalogue(args)
    changes = [*args.set, *([f"view.hidden={args.hide}"] if args.hide else [])]
    jobs = []
    for name in args.sources or assets.scene_names():
        found = arguments.opened(name, changes, catalogue, args.columns)
        offered = every(found.scene)
        if said := missing(found.scene):
            print(f"ebmviz: {said}", file=sys.stderr)
        if not args.figure:
            lecture = not args.sources
            offered = tuple(
                name
                for name in found.scene.figures
                if name in offered and (not lecture or name.startswith("figure-"))
            )
        if args.figure and not args.sources and args.figure not in offered:
            continue
        try:
            wanted = [find(f, offered) for f in ([args.figure] if args.figure else offered)]
        except UserError as error:
            raise UsageError(str(error)) from None
        stem = Path(name).stem if looks_like_file(name) else found.scene.name
        jobs += [(found, stem, figure) for figure in wanted]
    if not jobs:
        raise UsageError(f"“{args.figure}” is not a figure of any built-in scene")
    piped = str(args.output) == "-"
    if piped and len(jobs) * len(args.format) > 1:
        raise UsageError("-o -: one figure in one format, chosen by --figure and --format")
    if not piped:
        make_folder(args.output)

    from ebmviz.commands.base.headless import draw, embedded
    from ebmviz.export.render import render, write

    looks = _looks(args)
    for found, stem, figure in jobs:
        value = draw(figure, found, catalogue)
        session = embedded(found, catalogue, args.past) if figure.live else b""
        about = own_words(found.scene)
        if piped:
            (format,) = args.format
            picture = render(value, format, **looks, session=session, about=about)
            sys.stdout.buffer.write(picture)
            continue
        for format in args.format:
            target = args.output / f"{stem}-{figure.name}.{format}"
            write(value, target, **looks, session=session, about=about)
            print(target)
    return 0


def _megabytes(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= MOST_PAST:  # NaN neither
        raise argparse.ArgumentTypeError(f"“{text}”: megabytes are 0 … {MOST_PAST:g}")
    return found


def _looks(args: argparse.Namespace) -> dict[str, Any]:
    page = PAGES[args.page]
    return {
        "theme": args.theme,
        "size_inches": page.inches,
        "dpi": page.dpi,
        "points": page.points if args.text is None else args.text,
        "transparent": args.transparent,
    }
