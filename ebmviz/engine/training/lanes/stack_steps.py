"""Steps of stacked lanes: from a tape wherever a step can be recorded, as those of one run are
(`training.taped`), else by torch.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, cast

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.tape.beforehand import Counter, Unrecordable
from ebmviz.engine.tape.recording import recorded
from ebmviz.engine.tape.tape import ROWS, VALUE, Tape
from ebmviz.engine.training.batches import Run, next_runs
from ebmviz.engine.training.lanes.group import LOOK
from ebmviz.engine.training.problem import Problem, TrainState
from ebmviz.engine.training.taped import of_ours

FLAT, WORST, LOSSES = "flat", "worst", "losses"
"""Of what goes on from step to step: weights (L, P), the largest |loss| so far (L,), and the last
ones (L,); beside them the slots of the optimiser.
"""
Going = dict[str, Tensor]
Step = Callable[[Tensor, Going, int, int], Going]
"""Of rows (F, n, D), what goes on, the number of the step, and updates before it."""
_QUICK = 0.01  # s between two looks at the clock, where steps are quick
_CACHE = 4 << 20  # bytes of a tape: beyond, lanes are as quick one by one
_HELD = 1 << 20  # numbers in the looks of a block


class Look(NamedTuple):
    """All lanes after a step: `FLAT` and `WORST`."""

    step: int
    flat: Tensor
    worst: Tensor


class StackSteps:
    """step: how they go on. drawers: the problems whose rows a step takes, F of them. tasks: all,
    alike but for these rows, the loss and the rate.
    """

    def __init__(self, step: Step, drawers: Sequence[Problem], tasks: Sequence[Problem]) -> None:
        self._step, self._drawers = step, tuple(drawers)
        self._data = torch.cat([task.data for task in drawers])
        # Of a plug-in nobody has looked whether it does the same with other weights.
        near = self._data.device.type == "cpu" and self._data.dtype == torch.float32
        self._fit = near and all(map(of_ours, tasks))
        self._tapes: dict[int, Tape | None] = {}
        self._pace = math.inf  # s of a step, as the last ones were

    def quick(self, going: Going) -> bool:
        """Whether they are made from a tape that stays in the cache."""
        tape = self._tape(going, self._drawers[0].batch)
        return tape is not None and tape.size <= _CACHE

    def advance(
        self, going: Going, clock: TrainState, most: int, deadline: float
    ) -> tuple[Going, TrainState, list[Look]]:
        """At least one and at most so many steps, fewer at the deadline: what goes on after them,
        the counters, and looks at steps that are multiples of `LOOK`, and at the last.
        """
        began = time.perf_counter()
        few = max(1, int(min(most, min(deadline - began, _QUICK) / self._pace)))
        few = min(few, LOOK * max(1, _HELD // going[FLAT].numel()))
        run, order = self._next(clock, few)
        tape = self._tape(going, run.size)
        if tape:
            going, looks = self._from_tape(tape, going, clock, order)
        else:
            order = order[: LOOK - clock.step % LOOK]
            going, looks = self._by_torch(going, clock, order)
        done = len(order)
        self._pace = (time.perf_counter() - began) / done
        epoch, cursor = run.after(done)
        after = TrainState({}, {}, clock.step + done, epoch, cursor, clock.updates + done)
        return going, after, looks

    def _next(self, clock: TrainState, most: int) -> tuple[Run, Array]:
        """The next batches, and the numbers of their rows in all data (S, F n)."""
        runs = next_runs(self._drawers, clock, most)
        orders = [run.order + i * run.data for i, run in enumerate(runs)]
        return runs[0], np.concatenate(orders, 1)

    def _by_torch(self, going: Going, clock: TrainState, order: Array) -> tuple[Going, list[Look]]:
        index = torch.from_numpy(order).to(self._data.device)
        with torch.no_grad():
            for i, rows in enumerate(index):
                taken = self._parted(self._data[rows])
                going = self._step(taken, going, clock.step + i, clock.updates + i)
        return going, [Look(clock.step + len(order), going[FLAT], going[WORST])]

    def _from_tape(
        self, tape: Tape, going: Going, clock: TrainState, order: Array
    ) -> tuple[Going, list[Look]]:
        numbers = clock.step + 1 + np.arange(len(order))
        wanted = numbers % LOOK == 0
        wanted[-1] = True
        counters = {"step": clock.step, "updates": clock.updates}
        played = tape.run(going, self._data, order, counters, math.inf, wanted)
        shape, size = going[FLAT].shape, going[FLAT].numel()
        looks = []
        for number, row in zip(numbers[wanted].tolist(), played.kept, strict=True):
            kept = torch.from_numpy(row.copy())
            looks.append(Look(number, kept[:size].view(shape), kept[size:]))
        return dict(played.last), looks

    def _parted(self, rows: Tensor) -> Tensor:
        return rows.view(len(self._drawers), -1, rows.shape[1])

    def _tape(self, going: Going, rows: int) -> Tape | None:
        """For batches of so many rows; None where there is none for these, or for the others that
        there are: then all steps go by torch.
        """
        if not self._fit:
            return None
        head = self._drawers[0]
        sizes = {rows, head.batch, len(head.data) % head.batch or rows}
        for size in sizes - self._tapes.keys():
            self._tapes[size] = self._recorded(going, size)
        return self._tapes[rows] if all(self._tapes[size] for size in sizes) else None

    def _recorded(self, going: Going, size: int) -> Tape | None:
        number, updates = cast(int, Counter("step")), cast(int, Counter("updates"))

        def step(inputs: Mapping[str, Tensor]) -> Going:
            went = {name: inputs[name] for name in going}
            after = self._step(self._parted(inputs[ROWS]), went, number, updates)
            # A lane that diverges stops no other: it is put back at the next look.
            return {VALUE: inputs[WORST].new_zeros(()), **after}

        some = torch.cat([task.data[:size] for task in self._drawers])
        try:
            return Tape(recorded(step, {ROWS: some, **going}), (FLAT, WORST), finite=False)
        except Unrecordable as why:
            logging.getLogger(__name__).debug("Lanes go by torch: %s", why)
            return None
