"""What measures look at: a model of an energy, which is a `Subject`, or an experiment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ebmviz.core.params import ParamSet
from ebmviz.core.snapshot import Array
from ebmviz.engine.experiments.base.experiment import Experiment
from ebmviz.engine.measures.base.detail import FULL, Detail
from ebmviz.engine.training.history import History
from ebmviz.engine.weights import Weights


class Looked:
    """What both have. now: the newest step, and the number that is kept with it. kept: what has
    been measured. Without a map there are no rows of one.
    """

    history: History
    now: tuple[int, float]
    detail: Detail
    metrics: dict[str, float]
    labels: dict[str, tuple[str, ...]]
    kept: dict[str, dict[str, Array]]

    @property
    def side(self) -> int:
        """Cells of the map along each axis."""
        return 0

    def map_rows(self, count: int) -> Iterator[Array]:
        """The map from below, `count` rows at a time."""
        return iter(())

    def take_map(self, whole: Array) -> None:
        """The map is made of its rows."""


@dataclass
class ExperimentSubject(Looked):
    """An experiment in a state."""

    experiment: Experiment[ParamSet]
    state: Weights
    history: History
    now: tuple[int, float]
    detail: Detail = FULL
    metrics: dict[str, float] = field(default_factory=dict)
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kept: dict[str, dict[str, Array]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.labels["quantity"] = (self.experiment.quantity,)

    def arrays(self) -> dict[str, Array]:
        """What the experiment has found; metrics and labels are left here."""
        found = self.experiment.arrays(self.state)
        self.metrics |= found.metrics
        self.labels |= found.labels
        return found.arrays
