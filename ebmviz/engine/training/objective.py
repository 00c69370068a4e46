"""What a step minimises: the loss over right and wrong answers, and the regularisers.

Two stages, so that many losses can share the first (the loss lab): `energies`, of the network, and
`value`, of those numbers alone. Everything random is drawn beforehand, by (seed, step): a step
depends on nothing else, and `torch.func.vmap` can go over stacked weights.
Source: LeCun et al. 2006, §2.2; mathematics.md §3.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ebmviz.core.checkpoint import CHAINS
from ebmviz.core.params import ParamSet
from ebmviz.engine.energies.base.energy import Code, Energy
from ebmviz.engine.losses.base.drawn import DrawParams
from ebmviz.engine.losses.base.loss import AnswersParams, EveryParams, Loss, LossParams, PairParams
from ebmviz.engine.losses.base.sampled import BufferParams, JointParams, WalkParams
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.regularizers.regularizer import Regularizer
from ebmviz.engine.samplers.base import cells
from ebmviz.engine.streams import Stream, stream
from ebmviz.engine.training.box import widened
from ebmviz.engine.weights import Weights

BUFFER = CHAINS + "buffer"
"""The slot of the places (B, A) that chains go on from."""
NOWHERE = 1e30
"""The energy of a wrong answer where there is none: out of every loss's reach, yet a number."""


class Wrong(NamedTuple):
    """The answers that are looked at beside the right ones.

    each: one drawn per datum, (N, A). every: common to all data, (M, A). near: which of `every`
    count as right, (N, M). log_cell: ln of the volume that one of them stands for. slots: what the
    next step's chains go on from. Of a loss of inputs, `each` are not answers but places x̂ (N, 2).
    nodes: where a loss of codes looks at q(z|y), as `Loss.nodes`.
    """

    each: Tensor | None = None
    every: Tensor | None = None
    near: Tensor | None = None
    log_cell: float = 0.0
    slots: Slots = {}
    nodes: tuple[Tensor, Tensor] | None = None


class Energies(NamedTuple):
    """E_C (N,), of one wrong answer per datum (N,), of all answers (N, M); pull: the regularisers'
    part of the loss; embeddings: h(x) and h(y), (N, d) each, for a loss that asks for them; code:
    for a loss of codes, whose E_C is the mean energy under q(z|y)."""

    right: Tensor
    one: Tensor | None = None
    every: Tensor | None = None
    pull: Tensor | None = None
    embeddings: tuple[Tensor, Tensor] | None = None
    code: Code | None = None


@dataclass(frozen=True)
class Objective:
    """low, high (A,): the box that continuous answers are taken from; of a loss of inputs, x."""

    energy: Energy[ParamSet]
    loss: Loss[LossParams]
    regularizer: Regularizer
    low: Tensor
    high: Tensor
    seed: int

    def draw(self, weights: Weights, rows: Tensor, step: int, slots: Slots | None = None) -> Wrong:
        """The wrong answers for a batch of rows (N, D) at a step; slots: as `fresh` made them, and
        the last step left them.
        """
        params, count = self.loss.params, self.energy.classes(weights)
        if isinstance(params, WalkParams):
            return self._sampled(params, weights, rows, step, slots or {})
        if isinstance(params, DrawParams):
            return self._drawn(params, weights, rows, step)
        if self.loss.answers == "code":
            dimension = self.energy.encode(weights, rows[:1])[0].shape[1]
            drawn = self.loss.nodes(functools.partial(self._normal, step), len(rows), dimension)
            return Wrong(nodes=(drawn[0].to(rows), drawn[1].to(rows)))
        if self.loss.answers == "none" or not isinstance(params, AnswersParams):
            return Wrong()
        y = rows[:, rows.shape[1] - self.energy.answer :]
        if count:
            every = torch.arange(count, dtype=rows.dtype, device=rows.device)[:, None]
            if isinstance(params, PairParams) and params.negatives == "uniform":
                step_on = 1 + self._uniform(step, (len(rows), 1)).to(y) * (count - 1)
                return Wrong(each=(y + step_on.floor().clamp(max=count - 1)) % count)
            return Wrong(every=every, near=y % count == every.t())
        if isinstance(params, PairParams) and params.negatives == "noise":
            return Wrong(each=y + params.spread * self._normal(step, y.shape).to(y))
        if isinstance(params, PairParams) and params.negatives == "uniform":
            return Wrong(each=self._within(self._uniform(step, y.shape).to(y)))
        log_volume = float((self.high - self.low).log().sum())
        if isinstance(params, EveryParams) and params.negatives == "uniform":
            shape = (params.samples, self.energy.answer)
            every = self._within(self._uniform(step, shape).to(y))
        else:
            every = self.grid(params.answers).to(y)
        log_cell = log_volume - math.log(len(every))
        ball = getattr(params, "epsilon", 0.0)
        near = (y[:, None] - every).square().sum(2) <= ball**2
        return Wrong(every=every, near=near, log_cell=log_cell)

    def fresh(self) -> Slots:
        """What chains go on from, before the first step: a buffer all over the box."""
        p = self.loss.params
        if not isinstance(p, BufferParams | JointParams):
            return {}
        generator = stream(self.seed, Stream.BUFFER)
        share = torch.from_numpy(generator.random((p.buffer, len(self.low))))
        return {BUFFER: self._within(share.to(self.low))}

    def _sampled(
        self, p: WalkParams, weights: Weights, rows: Tensor, step: int, slots: Slots
    ) -> Wrong:
        """One sample of the model per datum, by chains."""
        energy, inputs = self.energy, self.loss.answers == "inputs"
        generator = stream(self.seed, Stream.CHAINS, step)
        low, high = self.low.to(rows), self.high.to(rows)
        y = rows[:, :2] if inputs else rows[:, rows.shape[1] - energy.answer :]
        kept, picked = slots.get(BUFFER, self.fresh().get(BUFFER)), None
        if self.loss.start != "data":
            uniform = torch.from_numpy(generator.random(y.shape)).to(rows)
            y = low + uniform * (high - low)
            if kept is not None:
                assert isinstance(p, BufferParams | JointParams)
                picked = torch.from_numpy(generator.permutation(len(kept))[: len(y)]).to(y.device)
                y = y[: len(picked)]
                renew = torch.from_numpy(generator.random(len(y)) < p.renewed).to(y.device)
                y = torch.where(renew[:, None], y, kept[picked].to(y))

        def free(places: Tensor) -> Tensor:
            if inputs:
                return self.marginal(frozen, places)
            return energy.free(frozen, energy.replaced(rows[: len(places)], places), p.beta)

        frozen = {k: w.detach() for k, w in weights.items()}
        y = p.walked(free, y, generator, 1.0 if inputs else p.beta, low, high)
        after: Slots = {}
        if kept is not None and picked is not None:
            after = {BUFFER: kept.index_copy(0, picked, y.to(kept))}
        each = y[torch.arange(len(rows), device=y.device) % len(y)]
        if not inputs:
            return Wrong(each=each, slots=after)
        every = torch.arange(energy.classes(weights)).to(rows)[:, None]
        return Wrong(each, every, rows[:, -1:] % len(every) == every.t(), slots=after)

    def _drawn(self, p: DrawParams, weights: Weights, rows: Tensor, step: int) -> Wrong:
        """One sample of the model on the grid per datum."""
        energy, every = self.energy, self.grid(p.answers).to(rows)
        apart = energy.condition(rows[:1]).shape[1] > 0
        with torch.no_grad():
            free = energy.table(weights, rows if apart else rows[:1], every, p.beta)
        u = torch.from_numpy(stream(self.seed, Stream.CHAINS, step).random(len(rows)))
        return Wrong(each=every[cells.drawn(free, p.beta, u)])

    def marginal(self, weights: Weights, x: Tensor) -> Tensor:
        """−ln Σ_y e^{−E(x, y)} at places x (N, 2)."""
        every = torch.arange(self.energy.classes(weights)).to(x)[:, None]
        rows = torch.cat([x, torch.zeros_like(x[:, :1])], 1)
        return -torch.logsumexp(-self.energy.table(weights, rows, every, 1.0), 1)

    def energies(self, weights: Weights, rows: Tensor, wrong: Wrong) -> Energies:
        """Stage one: everything that depends on the weights."""
        energy, beta, p = self.energy, self.loss.params.beta, self.regularizer.params
        one = every = code = None
        if wrong.nodes is not None:
            code = energy.expected(weights, rows, *wrong.nodes)
            right = code.energy
        elif wrong.every is None:
            right = energy.free(weights, rows, beta)
        else:
            right, every = energy.both(weights, rows, wrong.every, beta)
        if wrong.each is not None and self.loss.answers == "inputs":
            one = self.marginal(weights, wrong.each)
        elif wrong.each is not None:
            one = energy.free(weights, energy.replaced(rows, wrong.each), beta)
        pull = self.regularizer.of_weights(weights)
        if p.magnitude > 0:
            sizes = [part.square().mean() for part in (right, one, every) if part is not None]
            added = p.magnitude * torch.stack(sizes).mean()
            pull = added if pull is None else pull + added
        if p.gradient > 0 and "continuous" in energy.traits:
            places = rows
            if wrong.each is not None:
                places = torch.cat([rows, energy.replaced(rows, wrong.each)])
            elif wrong.every is not None:  # one for each datum, spread over all
                spread = torch.arange(len(rows), device=rows.device) * len(wrong.every) // len(rows)
                places = torch.cat([rows, energy.replaced(rows, wrong.every[spread])])

            def total(y: Tensor) -> Tensor:
                return energy.free(weights, energy.replaced(places, y), beta).sum()

            slope = torch.func.grad(total)(places[:, places.shape[1] - energy.answer :])
            added = p.gradient * slope.square().sum(1).mean()
            pull = added if pull is None else pull + added
        embeddings = energy.embed(weights, rows) if self.loss.answers == "embeddings" else None
        return Energies(right, one, every, pull, embeddings, code)

    def value(self, found: Energies, wrong: Wrong) -> Tensor:
        """Stage two: the mean loss."""
        per_row = self.per_row(found, wrong)
        loss = per_row.mean()
        return loss if found.pull is None else loss + found.pull

    @property
    def offends(self) -> bool:
        """Whether, given all answers, the loss looks at the lowest wrong one alone: at β = ∞ an
        expected one is that.
        """
        params = self.loss.params
        if self.loss.answers != "one" or not isinstance(params, PairParams):
            return False
        return params.negatives != "grid" or math.isinf(params.beta)

    def per_row(self, found: Energies, wrong: Wrong) -> Tensor:
        """The loss of each datum, (N,)."""
        loss, right = self.loss, found.right
        if loss.answers == "none":
            return loss.alone(right)
        if found.embeddings is not None:
            return loss.embedded(*found.embeddings)
        if found.code is not None:
            return loss.coded(found.code)
        if loss.answers == "inputs":
            assert found.every is not None and found.one is not None
            return loss.joint(right, found.every, found.one)
        if found.one is not None:
            return loss.pair(right, found.one)
        assert found.every is not None and wrong.near is not None
        if loss.answers == "all":
            return loss.over(right, found.every, wrong.near, wrong.log_cell)
        params = loss.params
        assert isinstance(params, PairParams)
        if self.offends:
            return loss.pair(right, hardest(found.every, wrong.near))
        far = found.every.masked_fill(wrong.near, NOWHERE)
        p = torch.softmax((-params.beta * far.detach()).masked_fill(wrong.near, -NOWHERE), 1)
        return (p * loss.pair(right[:, None].expand_as(far), far)).sum(1)

    def offending(self, found: Energies, wrong: Wrong, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The wrong answer that the loss pushes up most for each datum (N, A), and its energy (N,);
        the right answer where no other counts as wrong.
        """
        if found.one is not None and wrong.each is not None:
            return wrong.each, found.one
        y = rows[:, rows.shape[1] - self.energy.answer :]
        if found.every is None or wrong.near is None or wrong.every is None:
            return y, found.right
        low = found.every.masked_fill(wrong.near, NOWHERE).min(1)
        none = wrong.near.all(1)
        answers = torch.where(none[:, None], y, wrong.every[low.indices])
        return answers, torch.where(none, found.right, low.values)

    def grid(self, side: int) -> Tensor:
        """The centres of side^A equal cells of the box, (side^A, A)."""
        return self._within(_regular(side, len(self.low)).to(self.low))

    def _within(self, share: Tensor) -> Tensor:
        return self.low + share * (self.high - self.low)

    def _uniform(self, step: int, shape: tuple[int, ...]) -> Tensor:
        return torch.from_numpy(stream(self.seed, Stream.ANSWERS, step).random(shape))

    def _normal(self, step: int, shape: tuple[int, ...]) -> Tensor:
        generator = stream(self.seed, Stream.ANSWERS, step)
        return torch.from_numpy(generator.standard_normal(shape))


def objective(
    energy: Energy[ParamSet],
    loss: Loss[LossParams],
    regularizer: Regularizer,
    rows: Tensor,
    seed: int,
) -> Objective:
    """For data rows (N, D): answers, or samples of x, come from their range, widened on each side
    by the reach.
    """
    y = rows[:, :2] if loss.answers == "inputs" else rows[:, rows.shape[1] - energy.answer :]
    low, high = widened(y.amin(0), y.amax(0), getattr(loss.params, "reach", 0.0))
    return Objective(energy, loss, regularizer, low, high, seed)


def hardest(every: Tensor, near: Tensor) -> Tensor:
    """The lowest energy among all answers' (…, N, M) that is not `near` (N, M): (…, N); NOWHERE
    where all are near.
    """
    return every.masked_fill(near, NOWHERE).amin(-1)


def _regular(count: int, axes: int) -> Tensor:
    """The centres of count^axes equal cells of the unit box, (count^axes, axes)."""
    line = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    return line[:, None] if axes == 1 else torch.cartesian_prod(*[line] * axes)
