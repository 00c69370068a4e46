"""Which lanes of the lab share wrong answers and network evaluations.

A lane is one loss. Lanes whose losses read the same settings draw the same wrong answers, for these
depend on (seed, step) alone. Lanes that differ only in how they use them can go through the network
together: one evaluation finds E_C, the energies of one answer per datum and those of all answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ebmviz.core.errors import UserError
from ebmviz.engine.energies.base.capabilities import Code, Latent
from ebmviz.engine.losses.base.capabilities import FromModel
from ebmviz.engine.losses.base.pair import PairLoss
from ebmviz.engine.losses.base.wrong import Energies, Wrong, hardest
from ebmviz.engine.training.objective import Objective
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.weights import Weights

Key = tuple[object, ...]

_LARGE = 1 << 20  # numbers of a lane's widest layer: beyond, one lane at a time is as fast
_DEAR = 1 << 16  # of lanes with rows of their own: what they spare is the overhead of a step
_MOST = 1 << 28  # of all lanes together: beyond, a step would take some ten seconds


@dataclass(frozen=True)
class Group:
    """Lanes that go through the network together.

    lanes: their numbers. draws: the settings of each lane's wrong answers. each, every: the lanes
    whose drawn answers are looked at by all, None for none. example: weights of one lane, for their
    shapes.
    """

    lanes: tuple[int, ...]
    draws: tuple[Key, ...]
    each: int | None
    every: int | None
    example: Weights

    def drawn(self, lane: int) -> Key:
        """The settings of a lane's wrong answers."""
        return self.draws[self.lanes.index(lane)]


def plan(tasks: Sequence[Problem], weights: Weights, rows: Tensor) -> tuple[Group, ...]:
    """Groups of all lanes, as few as possible; weights and rows (N, D) are an example.

    Lanes of different β need different free energies where there is a latent; and where a
    regulariser looks at wrong answers, each lane must see its own alone.
    """
    samples = [[t.objective.draw(weights, rows, step) for step in (0, 1)] for t in tasks]
    groups: list[Group] = []
    for lane, task in enumerate(tasks):
        own, sample = task.objective, samples[lane]
        each = lane if sample[0].each is not None else None
        every = lane if sample[0].every is not None else None
        for i, group in enumerate(groups):
            if not _same_energies(own, tasks[group.lanes[0]].objective):
                continue
            pairs = [(each, group.each), (every, group.every)]
            if _alone(own) and any((a is None) != (b is None) for a, b in pairs):
                continue
            if all(_equal(samples, *pair) for pair in pairs):
                groups[i] = Group(
                    (*group.lanes, lane),
                    (*group.draws, _key(own)),
                    each if group.each is None else group.each,
                    every if group.every is None else group.every,
                    weights,
                )
                break
        else:
            groups.append(Group((lane,), (_key(own),), each, every, weights))
    return tuple(groups)


def check_work(tasks: Sequence[Problem], weights: Sequence[Weights]) -> None:
    """Raises UserError where a step of all lanes would be too much; weights: of each."""
    work = sum(_of_step(task, own) for task, own in zip(tasks, weights, strict=True))
    if work > _MOST:
        raise UserError(
            f"the lab: a step of {len(tasks)} runs would take {work:.1e} numbers, more than"
            f" {_MOST:.1e}; lower the batch, the latents or the grid size, or choose fewer runs"
        )


def too_large(task: Problem, weights: Weights) -> bool:
    """Whether lanes like this one are as fast one at a time."""
    return _of_step(task, weights) > _DEAR


def samples_alone(task: Problem) -> bool:
    """Whether its wrong answers are samples of one model, which no other lane can share."""
    return isinstance(task.loss, FromModel)


def _of_step(task: Problem, weights: Weights) -> int:
    own, rows = task.objective, task.data[: task.batch]
    wrong = Wrong() if samples_alone(task) else own.draw(weights, rows, 0)
    return _work(own, weights, rows, wrong)


def per_lane(
    group: Group, tasks: Sequence[Problem], weights: Weights, rows: Tensor, step: int
) -> Tensor:
    """The mean loss of each lane of a group, (G,), with the regularisers' part.

    weights: stacked over these lanes, name -> (G, …). rows (N, D).
    """
    own = [tasks[lane].objective for lane in group.lanes]
    drawn: dict[Key, Wrong] = {}
    for key, one in zip(group.draws, own, strict=True):
        if key not in drawn:
            drawn[key] = one.draw(group.example, rows, step)
    looked_at = drawn[group.draws[0]]._replace(
        each=None if group.each is None else drawn[group.drawn(group.each)].each,
        every=None if group.every is None else drawn[group.drawn(group.every)].every,
    )
    found = _energies(own[0], weights, rows, looked_at)
    pull = found.pop("pull", None)
    right = found["right"].unbind(0)
    hardest_of: dict[Key, tuple[Tensor, ...]] = {}
    losses = []
    for i, (key, one) in enumerate(zip(group.draws, own, strict=True)):
        wrong = drawn[key]
        offends = isinstance(one.loss, PairLoss) and one.loss.offends
        if offends and wrong.each is None and wrong.near is not None:
            if key not in hardest_of:
                hardest_of[key] = hardest(found["every"], wrong.near).unbind(0)
            losses.append(one.loss.of_pair(right[i], hardest_of[key][i]))
            continue
        mine: dict[str, Any] = {"right": right[i]}
        if wrong.each is not None:
            mine["one"] = found["one"][i]
        if wrong.every is not None:
            mine["every"] = found["every"][i]
        if "code" in found:
            mine["code"] = Code(*(part[i] for part in found["code"]))
        if "embeddings" in found:
            mine["embeddings"] = tuple(part[i] for part in found["embeddings"])
        losses.append(one.loss.per_row(Energies(**mine), wrong))
    mean = torch.stack(losses).mean(1)
    return mean if pull is None else mean + pull


def _energies(own: Objective, weights: Weights, rows: Tensor, wrong: Wrong) -> dict[str, Any]:
    """Stage one over stacked weights: the parts of `Energies` that are there, each with the lanes
    as its first axis.
    """

    def parts(lane: Weights) -> dict[str, Any]:
        found = own.energies(lane, rows, wrong)._asdict()
        return {name: part for name, part in found.items() if part is not None}

    first = {name: w[0] for name, w in weights.items()}
    if _work(own, first, rows, wrong) <= _LARGE:
        out: dict[str, Any] = torch.func.vmap(parts)(weights)
        return out
    lanes = zip(*(w.unbind(0) for w in weights.values()), strict=True)
    found = [parts(dict(zip(weights, lane, strict=True))) for lane in lanes]
    return {name: _stacked([each[name] for each in found]) for name in found[0]}


def _stacked(parts: Sequence[Any]) -> Any:
    if isinstance(parts[0], Tensor):
        return torch.stack(list(parts))
    return tuple(torch.stack(some) for some in zip(*parts, strict=True))


def _work(own: Objective, weights: Weights, rows: Tensor, wrong: Wrong) -> int:
    """How many numbers the widest layer holds for all pairs of a batch and its wrong answers."""
    pairs = len(rows)
    if wrong.every is not None:
        x = own.energy.condition(rows)
        pairs = len(wrong.every) * (len(rows) if x.shape[1] else 1)
    return pairs * own.energy.width(weights)


def _key(own: Objective) -> Key:
    """Alike, if the same function draws their wrong answers by the same settings."""
    return (type(own.loss).draw, *own.loss.drawn_by)


def _same_energies(a: Objective, b: Objective) -> bool:
    if type(a.loss).energies is not type(b.loss).energies:
        return False
    return not isinstance(a.energy, Latent) or a.loss.params.beta == b.loss.params.beta


def _alone(own: Objective) -> bool:
    p = own.regularizer.params
    return p.magnitude > 0 or p.gradient > 0


def _equal(samples: Sequence[Sequence[Wrong]], a: int | None, b: int | None) -> bool:
    if a is None or b is None:
        return True

    def same(one: Tensor | None, other: Tensor | None) -> bool:
        if one is None or other is None:
            return one is other
        return torch.equal(one, other)

    pairs = zip(samples[a], samples[b], strict=True)
    return all(same(x.each, y.each) and same(x.every, y.every) for x, y in pairs)
