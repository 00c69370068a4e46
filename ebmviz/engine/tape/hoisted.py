"""What a step takes the slope of SiLU by is found where SiLU itself is, from the same exponential.

A recording has x on the way there, keeps it, and finds the slope at x on the way back. Nothing else
asks for x on that way: then the slope stands in its place.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from ebmviz.engine.tape import codes
from ebmviz.engine.tape.builder import Each, Instruction, Step
from ebmviz.engine.tape.places import Place


def hoisted(instructions: Sequence[Instruction], wanted: set[int]) -> list[Instruction]:
    """The same, whose slopes of SiLU are found where that is. wanted: memory that is kept."""
    found = list(instructions)
    for number, one in enumerate(found):
        if not isinstance(one, Each):
            continue
        for step in one.steps:
            where = _slope_of(one, step)
            if where is None or where.memory in wanted:
                continue
            first = _along_with(found, number, where)
            if first is not None and _alone(found, first, where):
                _hoist(found, first, where)
    return found


def _slope_of(one: Each, step: Step) -> Place | None:
    """Whose slope of SiLU a step finds, where that is of an array."""
    if step.op != codes.SILU_RISE:
        return None
    return next((s.array for s in one.steps if s.op == codes.LOAD and s.out == step.ins[0]), None)


def _along_with(found: Sequence[Instruction], before: int, where: Place) -> int | None:
    """The instruction that finds SiLU of it, if nothing else writes there in between."""
    for number in range(before - 1, -1, -1):
        one = found[number]
        if isinstance(one, Each) and any(s.op == codes.SILU for s in one.steps):
            inside = _values(one, where)
            if len(inside) == 1 and any(
                s.op == codes.SILU and s.ins[0] in inside for s in one.steps
            ):
                return number
        if where.memory in one.writes:
            return None
    return None


def _values(one: Each, where: Place) -> set[int]:
    """What is read from there, or written."""
    arrays = [s for s in one.steps if s.array == where]
    return {s.ins[0] if s.op == codes.STORE else s.out for s in arrays}


def _alone(found: Sequence[Instruction], first: int, where: Place) -> bool:
    """Whether from there on it is read for the slope alone, and never written."""
    here = found[first]
    assert isinstance(here, Each)
    if here.count == codes.REGISTERS:
        return False
    if any(p.memory == where.memory and p != where for p in here.places):
        return False
    for one in found[first + 1 :]:
        if where.memory in one.writes:
            return False
        if where.memory not in one.reads:
            continue
        if not isinstance(one, Each):
            return False
        for step in one.steps:
            if step.array and step.array.memory == where.memory:
                users = [s for s in one.steps if step.out in s.ins]
                if step.array != where or any(s.op != codes.SILU_RISE for s in users):
                    return False
    return True


def _hoist(found: list[Instruction], first: int, where: Place) -> None:
    here = found[first]
    assert isinstance(here, Each)
    (inside,) = _values(here, where)
    kept = [s for s in here.steps if not (s.op == codes.STORE and s.array == where)]
    slope = Step(codes.SILU_RISE, here.count, (inside,))
    steps = [*kept, slope, Step(codes.STORE, slope.out, (slope.out,), where)]
    found[first] = dataclasses.replace(here, steps=steps, count=here.count + 1)
    for number in range(first + 1, len(found)):
        one = found[number]
        if isinstance(one, Each) and where.memory in one.reads:
            loaded = {s.out for s in one.steps if s.op == codes.LOAD and s.array == where}
            found[number] = dataclasses.replace(
                one,
                steps=[
                    s._replace(op=codes.COPY)
                    if s.op == codes.SILU_RISE and s.ins[0] in loaded
                    else s
                    for s in one.steps
                ],
            )
