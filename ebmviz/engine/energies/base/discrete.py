"""What energies of a class share: E(x, k) of all k at once."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from torch import Tensor

from ebmviz.core.view import View
from ebmviz.engine.component import P
from ebmviz.engine.energies.base.capabilities import Discrete, Network
from ebmviz.engine.landscape.softmin import soft_minimum
from ebmviz.engine.source import piece
from ebmviz.engine.weights import Weights

_SCRIPT = """
    def free_energy(w, rows, beta):
        # the energy of the class that each row names
        every = energies(w, rows[:, :2])
        return every.gather(1, rows[:, 2:].long() % every.shape[1])[:, 0]


    def shown(w, places, beta):
"""
_SCRIPT_SOFT = """\
        # F_β(x), the soft minimum over the classes
        return softmin(energies(w, places), beta)
"""
_SCRIPT_ONE = """\
        every = energies(w, places)
        return every[:, min(‹k›, every.shape[1] - 1)]
"""


class Classifier(Discrete[P], Network):
    """E(x, y) of x in the plane and a class y; rows are (x1, x2, class), class = 0, 1, … modulo C.

    The map shows F_β(x) = −(1/β) ln (1/C) Σ_y e^{−βE(x, y)}, or one answer's energy.
    """

    answer: ClassVar[int] = 1
    over = "x"
    takes = "labelled"

    def every(self, weights: Weights, x: Tensor) -> Tensor:
        """E(x, k) at x (N, 2): (N, C)."""
        raise NotImplementedError

    def script_of_classes(self) -> str:
        """Of a script: initial, and energies(w, x), those of all classes, (N, C)."""
        return ""

    def script(self, view: View) -> str:
        own = self.script_of_classes()
        shown = _SCRIPT_SOFT if view.answer < 0 else _SCRIPT_ONE
        return f"{own}\n\n{piece(_SCRIPT + shown, k=view.answer)}" if own else ""

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        """E of the class that each row names, whatever β."""
        every = self.every(weights, rows[:, :2])
        return every.gather(1, rows[:, 2:].long() % every.shape[1])[:, 0]

    def table(self, weights: Weights, rows: Tensor, answers: Tensor, beta: float) -> Tensor:
        return self.every(weights, rows[:, :2])[:, answers[:, 0].long()]

    def template(self, view: View) -> list[float]:
        return [0.0, 0.0, 0.0]

    def at(self, weights: Weights, view: View, places: Tensor, beta: float) -> Tensor:
        every = self.every(weights, places)
        if view.answer < 0:
            return soft_minimum(every, beta)
        return every[:, min(view.answer, every.shape[1] - 1)]


class Joint(Classifier[P], trait="joint"):
    """The energies of the classes make a density of x as well; a plain classifier of the same shape
    learns beside it.
    """

    @abstractmethod
    def beside(self, weights: Weights, x: Tensor) -> Tensor:
        """E(x, k) of the plain classifier at x (N, 2): (N, C)."""


def labels(rows: Tensor) -> int:
    """How many classes rows (N, 3) have; two at least."""
    return max(2, 1 + int(rows[:, 2].max()))
