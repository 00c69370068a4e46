"""The engine on stdin and stdout, as the window starts it."""

from __future__ import annotations

import argparse
from typing import NoReturn

SUMMARY = "the engine on stdin and stdout (the window starts it)"
ORDER = 90


def configure(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(args: argparse.Namespace) -> NoReturn:
    """Serve until stdin ends."""
    from ebmviz.engine.server.loop import main

    main(args.plugin, without=args.without)
