"""The whole window as a picture, screen or not."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ebmviz.commands.base import arguments
from ebmviz.commands.base.numbers import count, size

SUMMARY = "the whole window as a picture"
ORDER = 80

_PATIENCE_MS = 60_000


def configure(parser: argparse.ArgumentParser) -> None:
    """SCENE|FILE, -o, --size, --steps, --theme, --set."""
    arguments.add(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="PNG")
    parser.add_argument("--size", type=size, default=(1600, 1000), metavar="1600x1000")
    parser.add_argument("--steps", type=count, default=0, metavar="N", help="train so long first")
    parser.add_argument("--theme", choices=("light", "dark"), default="dark")


def run(args: argparse.Namespace) -> int:
    """Open the window unseen, wait for its landscape, save what it looks like."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from ebmviz.commands.base.display import missing_libraries
    from ebmviz.files.atomic import check_writable, write_bytes

    catalogue = arguments.catalogue(args)
    found = arguments.opened(args.source, args.set, catalogue, args.columns)
    check_writable(args.output)
    missing_libraries()
    from ebmviz.ui.camera import photograph

    picture = photograph(
        found, args.size, args.steps, args.theme, _PATIENCE_MS, catalogue, args.plugin
    )
    write_bytes(args.output, picture)
    print(args.output)
    return 0
