"""Write a program of its own that trains the same model and draws its figure: torch, numpy and
matplotlib are all that it needs.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ebmviz.commands.base import arguments
from ebmviz.commands.base.numbers import count

SUMMARY = "write a scene as a Python script of its own"
ORDER = 85


def configure(parser: argparse.ArgumentParser) -> None:
    """SCENE|FILE, --set, --steps, -o."""
    arguments.add(parser)
    parser.add_argument(
        "--steps",
        type=count,
        metavar="N",
        help="steps that it trains (default: those of the session, or ten epochs)",
    )
    parser.add_argument("-o", "--output", metavar="FILE.py", required=True, help="- is the output")


def run(args: argparse.Namespace) -> int:
    """Compose, write, print the path."""
    from ebmviz.files.atomic import check_writable, write_bytes

    catalogue = arguments.catalogue(args)
    found = arguments.opened(args.source, args.set, catalogue, args.columns)
    target = None if args.output == "-" else Path(args.output)
    if target:
        check_writable(target)

    from ebmviz.script.compose import script

    trained = (found.session.checkpoint.step if found.session else 0) or None
    text = script(found.scene, trained if args.steps is None else args.steps)
    if target is None:
        sys.stdout.write(text)
        return 0
    write_bytes(target, text.encode())
    print(target)
    return 0
