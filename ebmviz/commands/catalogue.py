"""List every energy, loss, optimiser, data set and figure with its parameters."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from ebmviz.commands.base import arguments

SUMMARY = "list every component with its parameters"
ORDER = 20

_TABLES = re.compile(r"(<!-- catalogue: [^\n]*-->\n).*?(\n<!-- /catalogue -->)", re.DOTALL)


def configure(parser: argparse.ArgumentParser) -> None:
    """--json, --markdown, --write."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything that is known, as JSON")
    form.add_argument("--markdown", action="store_true", help="the tables of the README")
    form.add_argument(
        "--write",
        action="store_true",
        help="in a checkout: write resources/catalogue.json, resources/formulas.json,"
        " resources/language and the README's tables again",
    )


def run(args: argparse.Namespace) -> int:
    """Print it."""
    from ebmviz.core import library
    from ebmviz.core.catalogue import path, selector
    from ebmviz.core.markup import to_plain
    from ebmviz.core.params import format_value
    from ebmviz.figures.registry import FIGURES

    if args.write:
        for file in write():
            print(file)
        return 0
    catalogue = arguments.catalogue(args)
    if args.json:
        figures = [{"name": f.name, "title": f.title} for f in FIGURES.values()]
        found = {"components": library.catalogue_to_json(catalogue), "figures": figures}
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    if args.markdown:
        print(markdown())
        return 0
    for component in catalogue.components:
        where = selector(component.part)
        head = f"{where} = {component.kind}" if where else component.part
        print(f"{head}   {component.title}")
        if component.formula:
            print(f"    {to_plain(component.said())}")
        for param in component.params:
            at = path(component.part, param.name)
            default = format_value(param.default)
            print(f"    {at} = {default}   {param.help or param.label}")
    for figure in FIGURES.values():
        print(f"figure {figure.name}   {to_plain(figure.title)}")
    return 0


def write() -> list[Path]:
    """The files written: the shipped catalogue, the README with its tables, the drawings of
    formulas, and the template of translations.

    Raises UserError outside of a checkout.
    """
    from ebmviz.core import assets, library
    from ebmviz.core.errors import UserError
    from ebmviz.core.formulas import shipped as formulas
    from ebmviz.core.language import files
    from ebmviz.engine.model import registry

    shipped = assets.resource("catalogue.json")
    readme = shipped.parent.parent / "README.md"
    if not readme.is_file():
        raise UserError("--write: only in a checkout of ebmviz; this is an installed one")
    found = {
        "files": [file for folder in sorted(registry.folders()) for file in assets.modules(folder)],
        "components": library.catalogue_to_json(registry.catalogue()),
    }
    shipped.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    text, tables = readme.read_text("utf-8"), markdown()
    readme.write_text(_TABLES.sub(lambda m: m[1] + tables + m[2], text), "utf-8")
    return [shipped, readme, formulas.write(), files.write()]


def markdown() -> str:
    """Scenes, components and figures as Markdown tables."""
    from ebmviz.core import assets, library
    from ebmviz.core.catalogue import selector
    from ebmviz.core.markup import to_html
    from ebmviz.figures.registry import FIGURES

    def row(*cells: str) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    lines = ["| scene | what it shows |", "|---|---|"]
    lines += [row(f"`{n}`", assets.scene_json(n)["title"]) for n in assets.scene_names()]
    lines += ["", "| `--set` | component | formula | parameters |", "|---|---|---|---|"]
    for component in library.shipped_catalogue().components:
        where = selector(component.part)
        if where or component.formula:  # not the view and the run
            names = ", ".join(f"`{p.name}`" for p in component.params if not p.hidden)
            at = f"`{where}={component.kind}`" if where else f"`{component.part}.…`"
            lines.append(row(at, component.title, to_html(component.said()), names))
    lines += ["", "| figure | content |", "|---|---|"]
    lines += [row(f"`{f.name}`", to_html(f.title)) for f in FIGURES.values()]
    return "\n".join(lines)
