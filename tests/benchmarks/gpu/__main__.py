"""`python -m tests.benchmarks.gpu`: prints the rows as they are measured; status 1 if one is wrong
or ours has failed.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch

from ebmviz.engine.model import devices
from tests.benchmarks.gpu import chains, maps, right, steps
from tests.benchmarks.gpu.rows import HEAD, Row, Settings

PEERS = ("keops", "torch.compile", "torch")
PARTS: dict[str, Callable[[Settings, tuple[str, ...]], Iterator[Row]]] = {
    "right": right.rows,
    "maps": lambda settings, _: maps.rows(settings),
    "chains": lambda settings, _: chains.rows(settings),
    "training": steps.rows,
}


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status."""
    args = _parser().parse_args(argv)
    if args.device == "cuda" and not torch.cuda.is_available():
        print("no CUDA device: this benchmark needs one, or --device cpu", file=sys.stderr)
        return 1
    device = devices.pick(args.device)
    peers = frozenset(args.peers.split(",")) if args.peers else frozenset()
    settings = Settings(device, args.small, args.seconds, peers)
    print(f"{_machine(device)}\n\n{HEAD}", flush=True)
    rows: list[Row] = []
    for part in args.parts.split(","):
        for row in PARTS[part](settings, tuple(args.scenes.split(",")) if args.scenes else ()):
            print(row.markdown(), flush=True)
            rows.append(row)
            if args.json:
                kept = [each._asdict() for each in rows]
                args.json.write_text(json.dumps({"machine": _machine(device), "rows": kept}))
    ours = [row for row in rows if row.who.startswith("ebmviz")]
    failed = [row for row in ours if not row.right or row.note.startswith("failed: ")]
    for row in failed:
        print(f"{row.part}, {row.what}, {row.who}: {row.note or 'wrong'}", file=sys.stderr)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gpu")
    parser.add_argument("--device", choices=("cuda", "cpu", "mps"), default="cuda")
    parser.add_argument("--small", action="store_true", help="sizes for a look at the program")
    parser.add_argument("--seconds", type=float, default=0.5, help="of each timing")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--peers", default=",".join(PEERS), help=f"of {', '.join(PEERS)}")
    parser.add_argument("--scenes", default="", help="of training; all, if none are named")
    parser.add_argument("--json", type=Path, help="where the rows go, too")
    return parser


def _machine(device: torch.device) -> str:
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else str(device)
    date = datetime.date.today().isoformat()
    return f"{name}, torch {torch.__version__}, {torch.get_num_threads()} threads, {date}"


if __name__ == "__main__":
    sys.exit(main())
