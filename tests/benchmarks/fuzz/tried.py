"""One hostile file, given to what reads it."""

from __future__ import annotations

import traceback
from random import Random
from typing import NamedTuple

from ebmviz.core.outside import clean
from tests.benchmarks.fuzz.targets.base import Target
from tests.benchmarks.fuzz.watch import LIMIT_S, MEMORY, Hang, Watch, limited, most, spent

LARGEST = 3 << 20
"""Bytes of a file: larger ones take longer, for they hold more."""
_LONGEST = 1500
HANGS = "hangs"


class Outcome(NamedTuple):
    """accepted: or else refused with a sentence. fault: empty where it was one of the two."""

    accepted: bool
    seconds: float
    fault: str = ""
    acts: int = 0


def case(target: Target, seed: int, number: int) -> bytes:
    """The file of a number: always the same."""
    return target.made(Random(f"{target.name} {seed} {number}"))[:LARGEST]


def tried(
    target: Target, data: bytes, watch: Watch, base: int, seconds: float = LIMIT_S
) -> Outcome:
    """What becomes of it. base: bytes of memory before any of them. seconds: it may take."""
    fault, accepted = "", False
    began = spent()
    try:
        with limited(seconds), watch.on():
            target.act(data)
        accepted = True
    except target.refuses as error:
        fault = unsaid(str(error), target.where)
    except Hang:
        fault = f"{HANGS}: {_where()}"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        fault = f"{type(error).__name__}: {str(error)[:200]!r} {_where()}"
    took = spent() - began
    if watch.acts:
        fault = fault or f"did: {watch.acts[0]}"
    elif not fault and most() - base > MEMORY:
        fault = f"takes {most() - base >> 20} MB"
    return Outcome(accepted, took, fault, len(watch.acts))


def unsaid(sentence: str, where: str) -> str:
    """What a refusal lacks of a sentence to be shown; empty for nothing."""
    if not sentence.strip():
        return "refused without a word"
    if clean(sentence, len(sentence)) != sentence:
        return f"refused with what cannot be seen: {sentence[:300]!r}"
    if len(sentence) > _LONGEST:
        return f"refused at a length of {len(sentence)}: {sentence[:200]!r}"
    if where and not sentence.startswith(where):
        return f"refused without saying where: {sentence[:200]!r}"
    return ""


def _where() -> str:
    lines = traceback.format_exc().strip().splitlines()
    files = [line.strip() for line in lines if line.strip().startswith("File")]
    ours = [line for line in files if "benchmarks/" not in line]
    return " < ".join("/".join(line.split("/")[-2:]) for line in reversed(ours[-3:]))
