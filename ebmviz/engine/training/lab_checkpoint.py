"""What is kept of the lab: all that its lanes depend on, as named arrays.

Lanes of one shape and one start are rows of one matrix; any others are kept one by one. Going on
from either is bit for bit, but for where a lane goes back to that diverges soon: the looks before
are not among it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from ebmviz.core.checkpoint import LAB, under
from ebmviz.core.errors import UserError
from ebmviz.core.snapshot import Array
from ebmviz.engine.optimizers.base.optimizer import Slots
from ebmviz.engine.training.lab import Lab
from ebmviz.engine.training.lanes.group import LaneState
from ebmviz.engine.training.problem import TrainState
from ebmviz.engine.weights import Weights
from ebmviz.files.tensors import native

_ALL = "all"
_SLOTS, _WEIGHTS, _START = "slots/", "weights/", "start/"
_COUNTERS = ("step", "epoch", "cursor", "updates")
_MOST_STEPS = 10**15
_MOST = 1 << 24  # numbers: beyond, a checkpoint every second would hold up everything else

Kept = tuple[list[LaneState], TrainState]


def arrays(lab: Lab) -> dict[str, Array]:
    """Under names that begin with `lab/`; of too many numbers the keys and the clock alone."""
    lanes = lab.kept()
    out: dict[str, Array] = {
        "kinds": np.frombuffer(",".join(lab.keys).encode(), np.uint8),
        "clock": np.asarray(_counted(lab.clock), np.int64),
    }
    size = sum(w.numel() for lane in lanes for w in (*lane.state.weights.values(),))
    size += sum(s.numel() for lane in lanes for s in lane.state.slots.values())
    if size <= _MOST:
        out |= _stacked(lanes) if _alike(lanes) else _apart(lanes)
        out["alive"] = np.asarray([lane.alive for lane in lanes])
        out["steps"] = np.asarray([lane.state.step for lane in lanes], np.int64)
        out["losses"] = np.asarray([lane.loss for lane in lanes], np.float32)
    return {LAB + name: array for name, array in out.items()}


def read(checkpoint: Mapping[str, Array], lab: Lab) -> Kept | None:
    """The states of these lanes in a checkpoint, and its clock; None where one of them is not
    there. Raises UserError for what does not hold together.
    """
    given = under(LAB, checkpoint)
    if not {"weights", "counters"} & given.keys():
        return None
    names = _shaped(given, "kinds", "u", None).tobytes().decode("utf-8", "replace").split(",")
    if len(set(names)) != len(names):
        raise UserError("the lab: a run comes twice")
    clock = TrainState({}, {}, *_counts(given, "clock", len(_COUNTERS)).tolist())
    count = len(names)
    alive = _shaped(given, "alive", "b", (count,)).tolist()
    steps = _counts(given, "steps", count).tolist()
    losses = native(_shaped(given, "losses", "f", (count,))).tolist()
    apart = "counters" in given
    rows = None if apart else _Rows(given, count, lab.lane(0).weights)
    counters = _grid(given, "counters", count) if apart else []
    states = []
    for place, key in enumerate(lab.keys):
        if key not in names:
            return None
        lane, like = names.index(key), lab.lane(place).weights
        if rows:
            state, start = rows.state(lane, clock, steps[lane]), rows.start
        else:
            state = _state(given, lane, like, counters[lane])
            start = _like(given, f"{lane}/{_START}", like)
        states.append(LaneState(state, start, alive[lane], losses[lane]))
    return states, clock


def resume(lab: Lab, checkpoint: Mapping[str, Array], seen: bool = True) -> None:
    """Take up what optimisers and chains of the lanes had gathered in a checkpoint, where these
    are the very lanes that there are. seen: whether the lab is; one out of sight does so again once
    it comes back, for its lanes are then of another scene.
    """
    kept = read(checkpoint, lab)
    if kept and all(map(_same, kept[0], lab.kept())):
        lab.go_on_from(*kept)
    lab.gathered = {} if seen else checkpoint


def _same(one: LaneState, other: LaneState) -> bool:
    """Whether they are where training has brought them alike, whatever else goes on with them."""
    kept = np.array_equal([one.alive, one.loss], [other.alive, other.loss], equal_nan=True)
    counted = _counted(one.state)[:-1] == _counted(other.state)[:-1]
    ends = ((one.state.weights, other.state.weights), (one.start, other.start))
    return kept and counted and all(a.keys() == b.keys() and _equal(a, b) for a, b in ends)


def _equal(one: Weights, other: Weights) -> bool:
    return all(torch.equal(w.cpu(), other[k].cpu()) for k, w in one.items())


def _counted(state: TrainState) -> list[int]:
    return [getattr(state, name) for name in _COUNTERS]


def _alike(lanes: Sequence[LaneState]) -> bool:
    """Whether all are of the shapes of the first, began where it did, and have no chains."""
    first = lanes[0]

    def same(lane: LaneState) -> bool:
        pairs = zip(lane.start.items(), first.start.items(), strict=False)
        starts = len(lane.start) == len(first.start) and all(
            a == b and v.shape == w.shape and torch.equal(v, w) for (a, v), (b, w) in pairs
        )
        return starts and _whole(lane) is not None and _turns(lane) == _turns(first)

    going = [lane for lane in lanes if lane.alive] or list(lanes)
    first = going[0]
    stems = {tuple(_whole(lane) or ()) for lane in lanes}
    return (
        len(stems) == 1
        and all(same(lane) for lane in going)
        and all(same(lane._replace(state=first.state)) for lane in lanes)
    )


def _turns(lane: LaneState) -> tuple[int, int, int]:
    return lane.state.epoch, lane.state.cursor, lane.state.updates


def _whole(lane: LaneState) -> list[str] | None:
    """What stands before the names of weights in those of slots; None where one is of no weight."""
    stems: dict[str, int] = {}
    for name in lane.state.slots:
        own = next((k for k in lane.state.weights if name.endswith(f"/{k}")), None)
        if own is None:
            return None
        stem = name.removesuffix(own)
        stems[stem] = stems.get(stem, 0) + 1
    return list(stems) if all(n == len(lane.state.weights) for n in stems.values()) else None


def _stacked(lanes: Sequence[LaneState]) -> dict[str, Array]:
    names = list(lanes[0].state.weights)
    out = {
        "start": _line(lanes[0].start, names),
        "weights": torch.stack([_line(lane.state.weights, names) for lane in lanes]),
    }
    for stem in _whole(lanes[0]) or ():
        rows = [_line(lane.state.slots, [stem + name for name in names]) for lane in lanes]
        out[f"{_SLOTS}{stem}{_ALL}"] = torch.stack(rows)
    return {name: tensor.cpu().numpy() for name, tensor in out.items()}


def _line(parts: Mapping[str, Tensor], names: Sequence[str]) -> Tensor:
    return torch.cat([parts[name].flatten() for name in names])


def _apart(lanes: Sequence[LaneState]) -> dict[str, Array]:
    out: dict[str, Array] = {}
    for i, lane in enumerate(lanes):
        parts = ((_WEIGHTS, lane.state.weights), (_START, lane.start), (_SLOTS, lane.state.slots))
        out |= {f"{i}/{at}{k}": t.cpu().numpy() for at, part in parts for k, t in part.items()}
    out["counters"] = np.asarray([_counted(lane.state) for lane in lanes], np.int64)
    return out


class _Rows:
    """Lanes that were kept as rows, for weights of the shapes of `like`."""

    def __init__(self, given: Mapping[str, Array], count: int, like: Weights) -> None:
        self._like = like
        size = sum(w.numel() for w in like.values())
        self.start = self._named(_floats(given, "start", size))
        self._weights = _floats(given, "weights", count, size)
        self._slots = {
            k.removeprefix(_SLOTS).removesuffix(_ALL): _floats(given, k, count, size)
            for k in given
            if k.startswith(_SLOTS)
        }

    def state(self, lane: int, clock: TrainState, step: int) -> TrainState:
        slots: Slots = {}
        for stem, rows in self._slots.items():
            slots |= {stem + k: part for k, part in self._named(rows[lane]).items()}
        weights = self._named(self._weights[lane])
        return TrainState(weights, slots, step, clock.epoch, clock.cursor, clock.updates)

    def _named(self, flat: Tensor) -> Weights:
        parts = torch.split(flat, [math.prod(w.shape) for w in self._like.values()])
        return {k: p.view(w.shape) for (k, w), p in zip(self._like.items(), parts, strict=True)}


def _state(
    given: Mapping[str, Array], lane: int, like: Weights, counters: Sequence[int]
) -> TrainState:
    at = f"{lane}/{_SLOTS}"
    slots = {k.removeprefix(at): _any(given, k) for k in given if k.startswith(at)}
    return TrainState(_like(given, f"{lane}/{_WEIGHTS}", like), slots, *counters)


def _like(given: Mapping[str, Array], at: str, like: Weights) -> Weights:
    return {k: _floats(given, at + k, *w.shape) for k, w in like.items()}


def _any(given: Mapping[str, Array], name: str) -> Tensor:
    array = given[name]
    if array.dtype.kind == "f":
        return _floats(given, name, *array.shape)
    if array.dtype.kind != "i":
        raise UserError(f"the lab: {name} is not of its type")
    return torch.from_numpy(np.array(native(array)))


def _floats(given: Mapping[str, Array], name: str, *shape: int) -> Tensor:
    array = _shaped(given, name, "f", shape)
    if not np.isfinite(array).all():
        raise UserError(f"the lab: {name} holds a value that is not finite")
    return torch.from_numpy(np.array(array, np.float32))


def _counts(given: Mapping[str, Array], name: str, count: int) -> Array:
    return _bounded(_shaped(given, name, "i", (count,)), name)


def _grid(given: Mapping[str, Array], name: str, count: int) -> list[list[int]]:
    whole = _bounded(_shaped(given, name, "i", (count, len(_COUNTERS))), name)
    return [[int(n) for n in row] for row in whole]


def _bounded(array: Array, name: str) -> Array:
    if not 0 <= array.min() <= array.max() <= _MOST_STEPS:
        raise UserError(f"the lab: {name} is not a count of steps")
    return np.array(array, np.int64)


def _shaped(
    given: Mapping[str, Array], name: str, kind: str, shape: tuple[int, ...] | None
) -> Array:
    """An array of a checkpoint; the shape None is a row of any length."""
    array = given.get(name)
    if array is None or array.dtype.kind != kind:
        raise UserError(f"the lab: {name} is missing, or not of its type")
    if array.ndim != 1 if shape is None else array.shape != shape:
        raise UserError(f"the lab: {name} is of shape {array.shape}, not {shape or 'a row'}")
    return array
