"""The interface of an energy, and what the two large families share."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from ebmviz.core.traits import Over, Takes
from ebmviz.core.view import View
from ebmviz.engine.component import Component, P
from ebmviz.engine.landscape.direct import direct_landscape
from ebmviz.engine.landscape.result import Landscape
from ebmviz.engine.weights import Weights


class Energy(Component[P]):
    """An energy of rows (N, D): x first, then the answer y.

    Everything here is a pure function of the weights, made of torch operations that autograd and
    `torch.func.vmap` (over stacked weights) can follow. Energies without a latent variable do not
    look at β: their free energy is the energy.

    What an energy can do beside this is a class of `ebmviz.engine.energies.base.capabilities`.

    answer: trailing columns of a row that are y. plane: the two columns that the map spans. over:
    what these are, None where there is no map; main: then the name of the figure in its place.
    takes: the data, whose rows are points of the plane; conditioned, (x, y1, y2); labelled,
    (x1, x2, class); views, two points; or patterns, ±1 on a grid.
    """

    part: ClassVar[str] = "energy"
    answer: ClassVar[int] = 2
    plane: ClassVar[tuple[int, int]] = (0, 1)
    over: ClassVar[Over | None] = None
    takes: ClassVar[Takes] = "points"
    main: ClassVar[str] = ""
    values: ClassVar[dict[str, str]] = {"plane": "over", "takes": "takes", "main": "main"}

    @property
    def unanchored(self) -> bool:
        """Whether E + c is the energy of other weights, for any constant c: then only a loss can
        say where zero is.
        """
        return False

    @property
    def grows(self) -> frozenset[str]:
        """What the memory of a training step grows with: "rows", and the "answers" that each is
        compared with; less where it is bounded, for work is then done in parts.
        """
        return frozenset({"rows", "answers"})

    def initial(self, generator: torch.Generator, rows: Tensor) -> Weights:
        """Fresh weights for data rows (N, D): name -> float32 tensor on the CPU."""
        raise NotImplementedError

    def accepts(self, weights: Weights, rows: Tensor) -> bool:
        """Whether these weights can go on with other data rows, such as more classes."""
        return True

    def free(self, weights: Weights, rows: Tensor, beta: float) -> Tensor:
        """F_β of rows (N, D) -> (N,); at β = 0 the mean over the latent, at ∞ the minimum."""
        raise NotImplementedError

    def table(self, weights: Weights, rows: Tensor, answers: Tensor, beta: float) -> Tensor:
        """F_β of every answer (M, answer) at every row's x: (N, M).

        Worth overriding where x or y alone costs something.
        """
        x, (n, m) = self.condition(rows), (len(rows), len(answers))
        if x.shape[1] == 0:
            return self.free(weights, answers, beta).expand(n, m)
        pairs = torch.cat([x[:, None].expand(n, m, -1), answers[None].expand(n, m, -1)], 2)
        return self.free(weights, pairs.flatten(0, 1), beta).view(n, m)

    def both(
        self, weights: Weights, rows: Tensor, answers: Tensor, beta: float
    ) -> tuple[Tensor, Tensor]:
        """`free` of rows (N, D) and `table` of their x: worth overriding where they share work."""
        return self.free(weights, rows, beta), self.table(weights, rows, answers, beta)

    def classes(self, weights: Weights) -> int:
        """How many answers there are; 0 where they are a continuum."""
        return 0

    def prices(self, rows: Tensor) -> dict[str, float]:
        """By path of its parameter: what of the energy of rows (N, D) a usual code would cost."""
        return {}

    def condition(self, rows: Tensor) -> Tensor:
        """The x of rows: (N, D − answer)."""
        return rows[:, : rows.shape[1] - self.answer]

    def replaced(self, rows: Tensor, answers: Tensor) -> Tensor:
        """Rows with other answers (N, answer)."""
        return torch.cat([self.condition(rows), answers], 1)

    def template(self, view: View) -> list[float]:
        """A row of what the map holds fixed; its plane columns are not looked at."""
        return [0.0, 0.0]

    def rows(self, view: View, places: Tensor) -> Tensor:
        """Rows (N, D) at places (N, 2) of the map's plane."""
        fixed = torch.tensor(self.template(view), dtype=places.dtype, device=places.device)
        columns = list(fixed.expand(len(places), -1).unbind(1))
        for column, values in zip(self.plane, places.unbind(1), strict=True):
            columns[column] = values
        return torch.stack(columns, 1)

    def at(self, weights: Weights, view: View, places: Tensor, beta: float) -> Tensor:
        """What the map shows at places (N, 2) of its plane: (N,)."""
        return self.free(weights, self.rows(view, places), beta)

    def value_and_grad(
        self, weights: Weights, view: View, places: Tensor, beta: float
    ) -> tuple[Tensor, Tensor]:
        """`at` and its gradient within the plane: (N,) and (N, 2).

        Through autograd. Worth overriding where a closed form is cheaper: samplers ask for little
        else.
        """
        with torch.enable_grad():
            leaf = places.detach().requires_grad_()
            value = self.at(weights, view, leaf, beta)
            (slope,) = torch.autograd.grad(value.sum(), leaf)
        return value.detach(), slope

    def width(self, weights: Weights) -> int:
        """The most numbers held per place: the widest layer."""
        return max((w.shape[0] for w in weights.values() if w.dim()), default=1)

    def script(self, view: View) -> str:
        """Its part of a program that stands alone, see `ebmviz.script`; "" where it has none yet.

        initial(generator, rows) -> weights by name, free_energy(w, rows, beta) -> (N,). If there is
        more: shown(w, places, beta), the map, where that is not the free energy of its rows;
        drawn(w), points of a manifold; auxiliary(w, batch), a loss of what is learned beside;
        keep(w), what is done after each step.
        """
        return ""

    def landscape(
        self,
        weights: Weights,
        view: View,
        y1: Tensor,
        y2: Tensor,
        beta: float,
        *,
        gradient: bool = False,
    ) -> Landscape:
        """The map, and its gradient within the plane, on the grid y1 (W,) × y2 (H,)."""

        def energy(places: Tensor) -> Tensor:
            return self.at(weights, view, places, beta)

        width = self.width(weights)
        return direct_landscape(energy, y1, y2, gradient=gradient, width=width)
