"""Evaluate the free energy at points: JSON rows, in float64 whatever the training ran in."""

from __future__ import annotations

import argparse
import json

from ebmviz.commands.base import arguments
from ebmviz.commands.base.numbers import beta, point

SUMMARY = "evaluate the free energy at points"
ORDER = 50


def configure(parser: argparse.ArgumentParser) -> None:
    """SCENE|FILE, --columns, --y, --beta, --x, --set."""
    arguments.add(parser)
    parser.epilog = "z_min and energy_min are of the latents on the energy's own grid, 48 z of the"
    parser.epilog += " ellipse, not of the continuum between them."
    parser.add_argument(
        "--y",
        action="extend",
        nargs="+",
        type=point,
        required=True,
        metavar="Y1,Y2",
        help="points of the y-plane",
    )
    parser.add_argument(
        "--beta",
        action="extend",
        nargs="+",
        type=beta,
        metavar="B",
        help="inverse temperatures, 0 … inf (default: view.beta)",
    )
    parser.add_argument("--x", type=float, metavar="V", help="the condition, for energies with x")


def run(args: argparse.Namespace) -> int:
    """One row per point and β."""
    from ebmviz.core import scene as scenes
    from ebmviz.core.errors import UsageError
    from ebmviz.core.frame import frame_of
    from ebmviz.core.params import to_json_value

    catalogue = arguments.catalogue(args)
    found = arguments.opened(args.source, args.set, catalogue, args.columns)
    conditional = "conditional" in found.scene.facts
    if args.x is not None and not conditional:
        model = scenes.model(found.scene, catalogue)
        raise UsageError(f"--x: the {model.part} “{model.kind}” has no x")

    import msgspec
    import numpy as np
    import torch

    from ebmviz.commands.base import headless
    from ebmviz.engine.energies.base.decoder import Decoder
    from ebmviz.engine.model.engine import Engine

    engine = headless.engine(found)
    if not isinstance(engine, Engine):
        raise UsageError(f"{found.scene.title}: an experiment has no energy of points")
    weights = {k: w.double().cpu() for k, w in engine.weights.items()}
    energy, frame, seen = engine.task.energy, frame_of(found.scene), found.scene.view
    if args.x is not None:
        seen = msgspec.structs.replace(seen, x=args.x)
    view = frame.view(seen)
    rows = []
    for y in args.y:
        at = torch.from_numpy(frame.inside(np.array([y])))
        extra: dict[str, object] = {"x": seen.x} if conditional else {}
        over_z = None
        if isinstance(energy, Decoder):
            over_z = energy.energies(weights, energy.rows(view, at))[0]
            z = energy.latents()[int(over_z.argmin())]
            extra["z_min"] = z.tolist()
            extra |= {"energy_min": float(over_z.min()), "energy_max": float(over_z.max())}
        for b in args.beta or [view.beta]:
            free = float(energy.at(weights, view, at, b))
            row = {"y": list(y), "beta": to_json_value(b), "free_energy": free, **extra}
            if over_z is None:  # no latent: one energy
                row |= {"z_min": None, "energy_min": free, "energy_max": free}
            rows.append(row)
    print(json.dumps(rows, indent=1))
    return 0
