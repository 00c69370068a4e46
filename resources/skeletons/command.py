"""A command, to begin with: copy it to ebmviz/commands/.

Its file's name is the command's. Works here as it stands; rename the file, then let it do something
else. What goes wrong is a UsageError (exit status 2) or a UserError (1), each one sentence.
"""

from __future__ import annotations

import argparse

from ebmviz.commands.base import arguments

SUMMARY = "list the weights of a model"  # in `ebmviz --help`
ORDER = 1000  # its place there, the lowest first


def configure(parser: argparse.ArgumentParser) -> None:
    """SCENE|FILE, --columns, --set, --least."""
    arguments.add(parser)
    parser.add_argument(
        "--least", type=int, default=1, metavar="N", help="leave out tensors of fewer numbers"
    )


def run(args: argparse.Namespace) -> int:
    """A line each, and their sum. Returns the exit status."""
    # What is slow to import waits until here: `ebmviz --help` looks into every command.
    from ebmviz.commands.base import headless
    from ebmviz.core.errors import UsageError

    if args.least < 0:
        raise UsageError(f"--least: {args.least} is below 0")
    found = arguments.opened(args.source, args.set, arguments.catalogue(args), args.columns)
    model = headless.engine(found)  # of a session with its weights, else fresh
    # Names with a stroke are of the optimiser, the steps and the chains.
    weights = {k: a for k, a in model.checkpoint().weights.items() if "/" not in k}
    for name, array in weights.items():
        if array.size >= args.least:
            print(f"{name:<12}{' × '.join(map(str, array.shape)) or 'one number'}")
    print(f"{sum(array.size for array in weights.values())} numbers in all")
    return 0
