"""What processes take, where the system tells (Linux): memory, and time of the processor."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

_OWN = """
import os, sys
for name in sys.argv[1:]:
    __import__(name)
print(int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6)
"""


def megabytes(pid: int) -> float | None:
    """Resident memory of a process."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return None


def seconds(pid: int) -> float | None:
    """What it has had of the processor."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return None


def megabytes_of_importing(*modules: str) -> float | None:
    """What a Python takes that has imported these and done nothing else."""
    command = [sys.executable, "-P", "-c", _OWN, *modules]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    with contextlib.suppress(ValueError):
        return float(done.stdout)
    return None
