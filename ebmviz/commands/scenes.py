"""List the built-in scenes."""

from __future__ import annotations

import argparse
import json

from ebmviz.commands.base import arguments

SUMMARY = "list the built-in scenes"
ORDER = 10


def configure(parser: argparse.ArgumentParser) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help="name, title and figures as JSON")


def run(args: argparse.Namespace) -> int:
    """Print them."""
    from ebmviz.core import assets

    arguments.catalogue(args)
    rows = [assets.scene_json(name) for name in assets.scene_names()]
    if args.json:
        keys = ("name", "title", "figures")
        print(json.dumps([{k: row[k] for k in keys} for row in rows], indent=2, ensure_ascii=False))
        return 0
    width = max(len(row["name"]) for row in rows) + 2
    for row in rows:
        print(f"{row['name']:<{width}}{row['title']}")
    return 0
