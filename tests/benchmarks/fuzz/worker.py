"""python -m tests.benchmarks.fuzz.worker TARGET SEED FIRST STEP END FOLDER: every so-manieth file.

Says each fault as a line of JSON, and at the end what all took. The number at hand stands in the
file `at` of its folder, for whoever finds it frozen or dead.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import mmap
import os
import sys
from pathlib import Path

from tests.benchmarks.fuzz.targets import target_of
from tests.benchmarks.fuzz.tried import HANGS, case, tried
from tests.benchmarks.fuzz.watch import MEMORY, Watch, most, roomy

_MORE = 3 * MEMORY  # of addresses, which are not memory yet
AT = "at"


def main(name: str, seed: int, first: int, step: int, end: int, folder: Path) -> None:
    """All of them, from one number on."""
    faulthandler.enable()
    place = folder / "place"
    place.mkdir(exist_ok=True)
    target = target_of(name, place)
    _say(what=target.what)
    watch = Watch(place)
    for number in range(-40, 0):  # what is loaded once, is loaded now
        tried(target, case(target, seed, number), watch, 1 << 60)
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + _MORE
    gc.collect()
    gc.freeze()
    base, taken, accepted, refused, slowest, slow_at = most(), 0, 0, 0, 0.0, first
    with open(folder / AT, "r+b") as file, mmap.mmap(file.fileno(), 8) as at:
        for number in range(first, end, step):
            at[:] = number.to_bytes(8, "little")
            before = most()
            data = case(target, seed, number)
            base = most() if most() > before else base  # to make it is not to read it
            with roomy(limit):
                found = tried(target, data, watch, base)
                if found.fault.startswith(HANGS):  # again, unless the computer was elsewhere
                    found = tried(target, data, watch, base)
            taken = max(taken, most() - base)
            accepted += found.accepted
            refused += not found.accepted and not found.fault
            if found.seconds > slowest:
                slowest, slow_at = found.seconds, number
            if found.fault:
                _say(number=number, fault=found.fault, acts=found.acts)
                base = max(base, most() - MEMORY)  # the next is not to blame
            if number % 997 == first % 997 or number + step >= end:
                _say(
                    accepted=accepted,
                    refused=refused,
                    slowest=slowest,
                    slow_at=slow_at,
                    memory=taken,
                )
                accepted = refused = 0


def _say(**what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    words = sys.argv[1:]
    seed, first, step, end = map(int, words[1:5])
    main(words[0], seed, first, step, end, Path(words[5]))
    sys.stdout.flush()
    os._exit(0)  # Qt objects die in an undefined order at exit
