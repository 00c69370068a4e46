"""No more memory than the machine can give: a computation beyond it fails at once, in a sentence.

Without a ceiling Linux gives out more than there is, and the machine stalls before it ends the
engine, or something else.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import torch

from ebmviz.core import markup
from ebmviz.core.params import number
from ebmviz.core.scene import Scene, visible
from ebmviz.engine.model import registry

SHARE = 0.8  # of the memory that is free when the engine starts
_PARTS = ("data", "energy", "objective", "regularizer", "optimizer", "sampler")


def limit_memory(free: int | None = None) -> None:
    """Let this process take SHARE of the `free` bytes, by default those of the system, and no more.

    Does nothing beside a GPU, whose driver asks for more address space than memory, and where the
    system does not say what is free.
    """
    if sys.platform != "linux" or torch.cuda.is_available():
        return
    import resource

    free = _kilobytes("/proc/meminfo", "MemAvailable") if free is None else free
    used = _kilobytes("/proc/self/status", "VmData")
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    if free and used:
        wanted = used + int(SHARE * free)
        if most == resource.RLIM_INFINITY or wanted < most:
            resource.setrlimit(resource.RLIMIT_DATA, (wanted, most))


def room(device: torch.device) -> float:
    """Bytes that a device can still give to this process; ∞ where the system does not say."""
    if device.type == "cuda":
        # What torch keeps of what was freed can be had again, too.
        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return float(torch.cuda.mem_get_info(device)[0] + kept)
    rooms = [float(SHARE * free)] if (free := _kilobytes("/proc/meminfo", "MemAvailable")) else []
    if sys.platform == "linux":
        import resource

        most, _ = resource.getrlimit(resource.RLIMIT_DATA)
        if most != resource.RLIM_INFINITY:
            rooms.append(float(most - _kilobytes("/proc/self/status", "VmData")))
    return max(0.0, min(rooms, default=math.inf))


def remedy(scene: Scene) -> str:
    """What to lower in a scene that is too large: the two counts furthest above their defaults."""
    catalogue = registry.catalogue()
    counts = {
        path: param
        for path, param in visible(scene, catalogue).items()
        if param.type == "int" and path.split(".")[0] in _PARTS
    }

    def excess(path: str) -> float:
        return scene.number(path) / max(1.0, number(counts[path].default))

    worst = [path for path in sorted(counts, key=excess, reverse=True) if excess(path) > 1][:2]
    named = [
        f"“{counts[path].label}” {markup.to_plain(counts[path].symbol)}".rstrip()
        + f" ({scene[path]})"
        for path in worst
    ]
    return "lower " + " or ".join(named) if named else "lower the resolution, or use fewer points"


def _kilobytes(file: str, name: str) -> int:
    """A line of one of the system's tables, in bytes; 0 where it is not there."""
    try:
        lines = Path(file).read_text().splitlines()
    except OSError:
        return 0
    found = [line.split()[1] for line in lines if line.startswith(name + ":")]
    return 1024 * int(found[0]) if found else 0
