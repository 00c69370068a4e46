"""A film of a training, a sweep, or the stops of a lesson: exact frames, the same bytes twice.

Training goes from step to step, anew or through what a session has on record. A sweep leads
numbers from one value to another, by their logarithm where their slider has one, 0 and inf being
ends; with --steps each frame is trained so long under its values. Stops are shown one by one, with
the ways between them; chains walk on where they do in the lesson. One scale of colours and axes
holds over the film, from the least to the greatest that is seen in it; with --scale own each frame
has its own.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ebmviz.commands.base import arguments
from ebmviz.commands.base.numbers import count
from ebmviz.core import numerals
from ebmviz.core.film.kinds import HOLD, KINDS, LONGEST, SECONDS, STOPS
from ebmviz.core.film.look import HEIGHTS, RATES, SCALES, SHAPES, Look

if TYPE_CHECKING:
    from ebmviz.commands.base.film.make import Plan
    from ebmviz.core.catalogue import Catalogue

SUMMARY = "a film of a training, of a sweep, or of stops"
ORDER = 46


def configure(parser: argparse.ArgumentParser) -> None:
    """SCENE|FILE|LESSON, what moves, how it looks, -o."""
    parser.add_argument(
        "source", metavar="SCENE|FILE|LESSON", help="a built-in scene, a session, or a lesson"
    )
    arguments.add_columns(parser)
    arguments.add_set(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.mp4|.gif|.png")
    parser.add_argument(
        "--of", choices=KINDS, help="default: a sweep with --over, the stops of a lesson, training"
    )
    parser.add_argument(
        "--stops", dest="of", action="store_const", const=STOPS, help="the same as --of stops"
    )
    parser.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="PATH=a..b",
        help="what is swept, such as view.beta=0.1..100; its whole slider without =a..b; several"
        " move together",
    )
    parser.add_argument(
        "--steps",
        type=_span,
        metavar="[A..]B",
        help="of a training, from A (default: 0) to B; of a sweep, how long each frame is trained"
        " anew (0: not at all)",
    )
    parser.add_argument(
        "--anew",
        action="store_true",
        help="train a session anew from the initial weights, rather than go through its record",
    )
    parser.add_argument(
        "--chains",
        action="store_true",
        help="let the chains of the sampler walk at their pace, as in the window",
    )
    parser.add_argument("--figure", metavar="NAME", help="default: what is in the map's place")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--frames", type=count, metavar="N", help="of a training or a sweep")
    length.add_argument(
        "--seconds",
        type=_seconds,
        metavar="S",
        help=f"how long it is (default: {SECONDS:g}); of stops, how long each stays"
        f" (default: {HOLD:g}, or as long as its text is read)",
    )
    _add_look(parser)


def _add_look(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--shape", choices=tuple(SHAPES), default="16:9")
    parser.add_argument(
        "--height",
        type=count,
        default=Look().height,
        metavar="PIXELS",
        help=f"{HEIGHTS[0]} … {HEIGHTS[-1]}, even (default: {Look().height})",
    )
    parser.add_argument(
        "--rate", type=int, choices=RATES, default=30, help="frames a second (default: 30)"
    )
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument(
        "--text", action="store_true", help="with the stop's text, or what the scene shows, beside"
    )
    parser.add_argument(
        "--scale",
        choices=tuple(SCALES),
        default="fixed",
        help="of colours and axes: one for the whole film, or of each frame its own",
    )
    parser.add_argument("--tell", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Measure, draw and write it; print its path."""
    from ebmviz.commands.base.film import planning
    from ebmviz.core.errors import UsageError, UserError
    from ebmviz.files.atomic import check_writable
    from ebmviz.files.film import writing

    look = Look(
        args.output.suffix[1:].lower(),
        args.shape,
        args.height,
        args.rate,
        args.theme,
        args.text,
        args.scale,
    )
    asked = planning.Asked(
        args.of,
        args.over,
        args.steps,
        args.anew,
        args.figure,
        args.frames,
        args.seconds,
        args.chains,
    )
    try:
        writing.check(look)
    except UserError as error:
        raise UsageError(f"-o {args.output}: {error}") from None
    catalogue = arguments.catalogue(args)
    found, lesson = planning.source(args, asked, catalogue)
    check_writable(args.output)
    try:
        plan = planning.planned(found, lesson, asked, look, catalogue)
    except UserError as error:
        raise UsageError(str(error)) from None
    return _made(plan, args, catalogue)


def _made(plan: Plan, args: argparse.Namespace, catalogue: Catalogue) -> int:
    import torch
    from tqdm import tqdm

    from ebmviz.commands.base.film.make import make
    from ebmviz.core.process.machine import engine_threads

    # As in the window's engine: steps of small models only lose by more threads.
    torch.set_num_threads(engine_threads())
    with tqdm(unit="picture", disable=args.tell or not sys.stderr.isatty(), leave=False) as bar:

        def tell(done: int, total: int) -> None:
            if args.tell:
                print(f"{done} of {total}", file=sys.stderr, flush=True)
            bar.total = total // 2
            bar.n = done / 2
            bar.refresh()

        said = make(plan, args.output, catalogue, tell)
    if said:
        print(f"ebmviz: {said}", file=sys.stderr)
    print(args.output)
    return 0


def _span(text: str) -> tuple[int, int]:
    """`B`, or `A..B`."""
    first, dots, last = text.partition("..")
    span = (count(first), count(last)) if dots else (0, count(text))
    if span[0] > span[1]:
        raise argparse.ArgumentTypeError(f"“{text}” goes backwards")
    return span


def _seconds(text: str) -> float:
    try:
        number = numerals.number(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= LONGEST:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of seconds up to {LONGEST:g}")
    return number
