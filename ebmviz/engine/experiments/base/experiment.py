"""What an experiment is: a start, a step, and what has been found so far."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, NamedTuple

from ebmviz.core.snapshot import Array
from ebmviz.engine.capability import Capability
from ebmviz.engine.component import Component, P
from ebmviz.engine.weights import Weights


class Findings(NamedTuple):
    """What figures are drawn of: arrays, scalars and words, by name. What is not known yet is
    absent.
    """

    arrays: dict[str, Array]
    metrics: dict[str, float] = {}
    labels: dict[str, tuple[str, ...]] = {}


class Experiment(Capability, Component[P], trait="experiment"):
    """A model beside the energies: no data, no loss, no optimiser; its steps are its own.

    A state maps names to tensors and is all that the future depends on, beside the parameters, the
    number of the step and the seed: an experiment goes on from a saved one bit for bit.

    shows: the name of the figure in the map's place, and of the need that `arrays` meets; where
    there is no such figure, `value` is shown over the steps.
    quantity: what `value` is, in words.
    """

    part: ClassVar[str] = "experiment"
    shows: ClassVar[str] = ""
    quantity: ClassVar[str]
    values: ClassVar[dict[str, str]] = {"main": "shows"}

    @abstractmethod
    def start(self, seed: int) -> Weights:
        """The state before the first step, on the CPU: the same for the same seed."""

    @abstractmethod
    def step(self, state: Weights, step: int, seed: int) -> Weights:
        """The state after step number `step`, from 0, as new tensors; everything random by
        (seed, step).
        """

    @abstractmethod
    def arrays(self, state: Weights) -> Findings:
        """What is found in a state, for the figures."""

    @abstractmethod
    def value(self, state: Weights) -> float:
        """One number of a state: it is kept with every step."""


class StillExperiment(Experiment[P]):
    """One without steps: all that it shows follows from its parameters."""

    traits = ("still",)

    def start(self, seed: int) -> Weights:
        return {}

    def step(self, state: Weights, step: int, seed: int) -> Weights:
        return state


class Tries(Experiment[P], trait="tries"):
    """One whose steps train networks, one after the other: `value` is the loss of the latest."""
