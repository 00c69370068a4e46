"""What a checkpoint says of a state beside its numbers: the collapse meter's metrics."""

from __future__ import annotations

import operator

from ebmviz.engine.measures.base.collapse import meter
from ebmviz.engine.measures.base.held import settled
from ebmviz.engine.training.history import History
from ebmviz.engine.training.problem import Problem, TrainState


class Report:
    """Found once for a state, which may be asked for many times: some milliseconds."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._said: dict[str, float] = {}

    def of(
        self, task: Problem, state: TrainState, start: TrainState, history: History
    ) -> dict[str, float]:
        """The metrics of a state that this start and history have led to."""
        asked = (task, state, start)
        if not (self._of and all(map(operator.is_, self._of, asked))):
            said = meter(task, state.weights, start.weights)
            said |= settled(task, state.weights, state.step, history.past, said)
            self._of, self._said = asked, said
        return dict(self._said)
