"""The engine on stdin and stdout: the window starts it, also through `ssh -T host`."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(args: argparse.Namespace) -> int:
    """Serve until stdin ends."""
    from ebmviz.engine.server.loop import main

    return main(args.plugin, without=args.without)
