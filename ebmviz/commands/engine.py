"""The engine on stdin and stdout, as the window starts it."""

from __future__ import annotations

import argparse
from typing import NoReturn

SUMMARY = "the engine on stdin and stdout (the window starts it)"
ORDER = 90
_MBIT = 20.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Where its words go."""
    parser.add_argument(
        "--link",
        nargs="?",
        type=float,
        const=_MBIT,
        metavar="MBIT",
        help="the window is elsewhere: frames are packed, and no more than so many 10⁶ bits a"
        f" second are sent ({_MBIT:g})",
    )


def run(args: argparse.Namespace) -> NoReturn:
    """Serve until stdin ends."""
    from ebmviz.core.errors import UsageError
    from ebmviz.engine.server.link import Link
    from ebmviz.engine.server.loop import main

    if args.link is not None and not 0.1 <= args.link <= 1e5:
        raise UsageError(f"--link {args.link:g}: choose 0.1 … 100000 Mbit/s")
    main(args.plugin, without=args.without, link=None if args.link is None else Link(args.link))
