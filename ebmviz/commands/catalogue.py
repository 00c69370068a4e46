"""List every energy, loss, optimiser, data set and figure with its parameters."""

from __future__ import annotations

import argparse
import json


def configure(parser: argparse.ArgumentParser) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help="everything that is known, as JSON")


def run(args: argparse.Namespace) -> int:
    """Print it."""
    from ebmviz.core import library
    from ebmviz.core.catalogue import path, selector
    from ebmviz.core.markup import to_plain
    from ebmviz.core.params import format_value
    from ebmviz.figures.registry import FIGURES

    catalogue = library.shipped_catalogue()
    if args.json:
        figures = [{"name": f.name, "title": f.title} for f in FIGURES.values()]
        found = {"components": library.catalogue_to_json(catalogue), "figures": figures}
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    for component in catalogue.components:
        where = selector(component.part)
        head = f"{where} = {component.kind}" if where else component.part
        print(f"{head}   {component.title}")
        if component.formula:
            print(f"    {to_plain(component.formula)}")
        for param in component.params:
            at = path(component.part, param.name)
            default = format_value(param.default)
            print(f"    {at} = {default}   {param.help or param.label}")
    for figure in FIGURES.values():
        print(f"figure {figure.name}   {to_plain(figure.title)}")
    return 0
