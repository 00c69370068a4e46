"""Train without a window, with a progress bar on a terminal."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ebmviz.commands.base import arguments
from ebmviz.commands.base.numbers import count

SUMMARY = "train without a window"
ORDER = 30

if TYPE_CHECKING:
    from ebmviz.engine.model.model import Model


def configure(parser: argparse.ArgumentParser) -> None:
    """SCENE|FILE, --set, --steps or --epochs, -o."""
    arguments.add(parser)
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--steps", type=count, metavar="N", help="optimiser steps")
    amount.add_argument(
        "--epochs", type=count, metavar="N", help="passes over the data (default: 1)"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.ebmviz", help="save the session")


def run(args: argparse.Namespace) -> int:
    """Train, say where it ended, save."""
    from ebmviz.core.errors import NumericError, UsageError
    from ebmviz.core.process.machine import engine_threads
    from ebmviz.files.atomic import check_writable
    from ebmviz.files.session import SUFFIX, Session, save

    catalogue = arguments.catalogue(args)
    found = arguments.opened(args.source, args.set, catalogue, args.columns)
    if args.output:  # before the work, not after it
        if args.output.suffix != SUFFIX:
            raise UsageError(f"-o {args.output}: a session file ends in {SUFFIX}")
        check_writable(args.output)

    import torch
    from tqdm import tqdm

    from ebmviz.commands.base import headless

    # As in the window's engine: steps of small models only lose by more threads.
    torch.set_num_threads(engine_threads())

    engine = headless.engine(found)
    epochs = 1 if args.epochs is None else args.epochs
    total = epochs * engine.epoch_steps if args.steps is None else args.steps
    stopped: NumericError | KeyboardInterrupt | None = None
    with tqdm(total=total, unit="step", disable=not sys.stderr.isatty(), leave=False) as bar:
        while bar.n < total and stopped is None:
            try:
                # `disable` also stops the count, so it is kept by hand.
                done = engine.train(total - bar.n, seconds=0.05)
                bar.n += done
                words, value = engine.measured
                bar.set_postfix({words: f"{value:.4g}"}, refresh=False)
                bar.refresh()
            except (NumericError, KeyboardInterrupt) as reason:
                stopped = reason
    if args.output:
        save(Session(found.scene, engine.checkpoint()), args.output, catalogue)
    _report(engine)
    if stopped:  # what was trained until then is saved
        raise stopped
    return 0


def _report(engine: Model) -> None:
    words, value = engine.measured
    line = [f"step {engine.progress.model}", f"{words} {value:.6g}"]
    for name, tensor in engine.weights.items():
        if tensor.numel() <= 16:
            values = ", ".join(f"{v:.5g}" for v in tensor.flatten().tolist())
            line.append(f"{name} = [{values}]")
    print(", ".join(line))
