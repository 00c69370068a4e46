"""Evaluate the free energy at points: JSON rows, in float64 whatever the training ran in."""

from __future__ import annotations

import argparse
import json

from ebmviz.commands import source
from ebmviz.commands.numbers import beta, point


def configure(parser: argparse.ArgumentParser) -> None:
    """SCENE|FILE, --y, --beta, --x, --set."""
    source.add(parser)
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
    from ebmviz.core import library
    from ebmviz.core.errors import UsageError
    from ebmviz.core.params import to_json_value

    catalogue = library.shipped_catalogue()
    found = source.opened(args.source, args.set, catalogue)
    if args.x is not None:
        raise UsageError(f"--x: the energy “{found.scene.kind('energy')}” has no x")

    import torch

    from ebmviz import studio
    from ebmviz.engine.inference import latent_energy
    from ebmviz.engine.landscape import free_energy_points

    engine = studio.engine(found)
    weights = {k: w.double().cpu() for k, w in engine.weights.items()}
    energy = engine.task.energy
    z = energy.latents()
    points = energy.decode(weights, z)
    rows = []
    for y in args.y:
        at = torch.tensor([y], dtype=torch.float64)
        over_z = latent_energy(energy, weights, at, z)
        for b in args.beta or [found.scene.view.beta]:
            rows.append(
                {
                    "y": list(y),
                    "beta": to_json_value(b),
                    "free_energy": float(free_energy_points(points, at, b)),
                    "z_min": float(z[int(over_z.argmin())]),
                    "energy_min": float(over_z.min()),
                    "energy_max": float(over_z.max()),
                }
            )
    print(json.dumps(rows, indent=1))
    return 0
