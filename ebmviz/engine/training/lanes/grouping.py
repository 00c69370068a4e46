"""Which lanes of a lab step together.

Lanes stack where energy, optimiser (but for the rate of one whose steps are in proportion to it),
regularisers and all shapes agree. Of those, lanes of one run's data and seed share batches and
differ in the loss; lanes of one loss differ in seed, data or rate. What is left steps alone: what
is large, for it would not be faster together; losses whose samples are of one model; energies with
steps of their own.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import msgspec

from ebmviz.engine.energies.base.capabilities import Latent, OwnSteps
from ebmviz.engine.optimizers.base.optimizer import RateScaled
from ebmviz.engine.training.lab_groups import samples_alone, too_large
from ebmviz.engine.training.lanes.alike import AlikeLanes
from ebmviz.engine.training.lanes.alone import AloneLane
from ebmviz.engine.training.lanes.by_loss import LossLanes
from ebmviz.engine.training.lanes.group import LaneGroup
from ebmviz.engine.training.lanes.stack import Stack
from ebmviz.engine.training.problem import Problem
from ebmviz.engine.training.step import start
from ebmviz.engine.training.taped import tapes
from ebmviz.engine.weights import Weights

_LONG = 20_000  # numbers in a tape's code: beyond, one takes tenths of a second to make

Members = tuple[type[LaneGroup], tuple[int, ...]]


def grouped(tasks: Sequence[Problem], weights: Sequence[Weights]) -> tuple[Members, ...]:
    """Groups that could be, each the kind of its steps and the lanes in it; weights: of each, for
    shapes.
    """
    found: list[Members] = []
    kinds = [_kind(task, own) for task, own in zip(tasks, weights, strict=True)]
    for alike in _parted(range(len(tasks)), kinds):
        if len(alike) == 1:
            found.append((AloneLane, alike))
            continue
        losses = [_loss(tasks[lane]) for lane in alike]
        data = {(id(tasks[lane].data), tasks[lane].seed) for lane in alike}
        if len(data) == 1 and len(set(losses)) > 1 and _worth(tasks, alike):
            found.append((LossLanes, alike))
            continue
        for lanes in _parted(alike, losses):
            small = len(lanes) > 1 and not too_large(tasks[lanes[0]], weights[lanes[0]])
            found += [(AlikeLanes, lanes)] if small else [(AloneLane, (lane,)) for lane in lanes]
    return tuple(found)


def made(members: Members, tasks: Sequence[Problem]) -> list[tuple[Members, LaneGroup]]:
    """The group, from fresh weights; or its lanes one by one, where each has a tape that is soon
    made (then nothing is left that they could share), and all together have none that stays in the
    cache.
    """
    kind, lanes = members
    own = tuple(tasks[lane] for lane in lanes)
    if kind is not AloneLane:
        group: Stack = kind(own)  # type: ignore[call-arg, assignment]
        if group.quick or not all(map(_soon, own)):
            return [(members, group)]
    return [((AloneLane, (lane,)), AloneLane(tasks[lane])) for lane in lanes]


def _soon(task: Problem) -> bool:
    tape = tapes(task).tape(task, start(task), task.batch)
    return tape is not None and tape.length <= _LONG


def _parted(lanes: Sequence[int], keys: Sequence[Hashable]) -> list[tuple[int, ...]]:
    """Lanes of equal keys together, in the order of the first of each."""
    parts: dict[Hashable, list[int]] = {}
    for lane, key in zip(lanes, keys, strict=True):
        parts.setdefault(key, []).append(lane)
    return [tuple(part) for part in parts.values()]


def _kind(task: Problem, weights: Weights) -> Hashable:
    """What must be equal for lanes to stack; an object of its own for one that steps alone."""
    own = task.objective
    if isinstance(task.energy, OwnSteps) or samples_alone(task):
        return object()
    optimizer, params = task.optimizer, task.optimizer.params
    if isinstance(optimizer, RateScaled):
        params = msgspec.structs.replace(params, lr=1.0)
    shapes = tuple((k, tuple(w.shape)) for k, w in weights.items())
    data = (tuple(task.data.shape), task.data.device)
    energy, regularizer = task.energy, own.regularizer.params
    return (type(energy), energy.params, type(optimizer), params, regularizer, shapes, data)


def _loss(task: Problem) -> Hashable:
    return (type(task.loss), task.loss.params)


def _worth(tasks: Sequence[Problem], lanes: Sequence[int]) -> bool:
    """Whether lanes of other losses share anything: of one loss under several β they do not."""
    betas = {tasks[lane].loss.params.beta for lane in lanes}
    kinds = {type(tasks[lane].loss) for lane in lanes}
    return len(kinds) > 1 or len(betas) == 1 or not isinstance(tasks[lanes[0]].energy, Latent)
