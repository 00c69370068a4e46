"""Chains on the landscape that is looked at: advanced between frames, as training is.

The weights may move under them, and everything of the sampler may be changed while they run: chains
stay where they are unless what they start from is changed; what is counted of them begins anew.
After so many steps on the same
landscape everything follows from the seed. Chains that leave for infinity are counted, and start
again.
"""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.core.view import View
from ebmviz.engine.samplers.base.sampler import Boxed, Chains, Field, Info, Sampler, SamplerParams
from ebmviz.engine.sampling.draws import Draws
from ebmviz.engine.sampling.parts import in_parts, most_at_once
from ebmviz.engine.streams import Stream, torch_stream
from ebmviz.engine.training.box import box
from ebmviz.engine.weights import Weights

if TYPE_CHECKING:
    from ebmviz.engine.training.problem import Problem

TRACED = 64  # chains whose way is kept
KEPT = 128  # steps of it that are drawn
COLDEST = 1e8  # β of samplers where the view's is ∞
_REACH = 10.0  # windows: a chain farther out than this is gone
RECENT = 200  # steps over which losses of chains are counted
_RECORD = 256  # entries of the record


@dataclass(frozen=True)
class Entry:
    """What was measured after a step."""

    step: int
    divergence: float
    floor: float


class Sampling:
    """The chains of one model.

    steps: since they were dispersed. lost: steps and counts of chains that diverged lately. draws:
    of the density and by the kernel of now, none of which was put back.
    """

    def __init__(self, sampler: Sampler[SamplerParams], task: Problem, seed: int) -> None:
        self.sampler, self.task = sampler, task
        self.chains: Chains | None = None
        self.steps = 0
        self.lost: deque[tuple[int, int]] = deque()
        self.accepted: deque[float] = deque(maxlen=50)
        self.swapped: deque[float] = deque(maxlen=50)
        self.trace: deque[Array] = deque(maxlen=KEPT)
        self.draws = Draws()
        self.path: Array | None = None
        self.record: list[Entry] = []
        self._seed = seed
        self._generator = self._fresh()
        self._weights: Weights | None = None
        self._view = View()
        self._field: Field | None = None
        self._bounds: tuple[Tensor, Tensor] | None = None
        self._stale = False

    @property
    def beta(self) -> float:
        """β of the density that is asked for, finite."""
        return min(self._view.beta, COLDEST)

    def follow(self, weights: Weights, view: View) -> None:
        """Walk on this landscape from now on."""
        energy = self.task.energy
        moved = self._field is None or not _equal(weights, self._weights)
        if moved or _landscape(view) != _landscape(self._view):
            self._field = in_parts(
                lambda y: energy.value_and_grad(weights, view, y, view.beta),
                most_at_once(energy.width(weights), self.task.data.device),
            )
            self._stale = True
            self._begin_draws()
        if self._bounds is None or moved or view.window != self._view.window:
            self._view = view
            self._bounds = self._measure_bounds()
        self._weights, self._view = weights, view
        sampler, sides = self.sampler, box(self.task, view)
        if isinstance(sampler, Boxed) and sampler.box != sides:
            self.sampler, self._stale = sampler.within(sides), True
            self._begin_draws()

    def retune(self, sampler: Sampler[SamplerParams], task: Problem) -> None:
        """Another sampler, or other parameters of it, or other data: the chains stay, where they
        can.
        """
        before, other = self.sampler.params, _kernel(sampler) != _kernel(self.sampler)
        if sampler.params == before and not other and task is self.task:
            return
        if not _same_model(task, self.task):
            self._field = None
        changed = type(sampler) is not type(self.sampler)
        moved = task.data.device != self.task.data.device
        self.sampler, self.task, self._stale = sampler, task, True
        if moved:
            self._move()
        if changed:
            self._forget()
        elif other:
            self._begin_draws()
            self.lost.clear()  # a sentence about the step is one about this step
        if self.chains is None or sampler.params.start != before.start:
            self.disperse()
        elif sampler.params.chains != before.chains:
            self._resize(sampler.params.chains)

    def _move(self) -> None:
        """To the device of the problem. A generator cannot go along: there is another there, of
        numbers that follow from how many steps there were.
        """
        self._bounds = None
        self._generator = self._fresh(1 + self.steps)
        if self.chains:
            self.chains = self.chains.on(self.task.data.device)

    def disperse(self) -> None:
        """Start again, with the same random numbers."""
        self.chains, self.steps = None, 0
        self.record.clear()
        self._generator = self._fresh()
        self._forget()

    def checkpoint(self) -> dict[str, Array]:
        """What is kept of the chains: `y` (N, 2) float32 and `steps` (1,) int64; nothing while
        there are none.

        Not kept: the random generator, so they go on as well but not bit for bit; their ways and
        the record, so acceptance, R̂, ESS and the curve of KL begin anew; the hotter replicas of
        parallel tempering, which start at the place of their chain.
        """
        if self.chains is None:
            return {}
        y = self.chains.y.cpu().numpy().astype(np.float32)
        return {"y": y, "steps": np.asarray([self.steps], np.int64)}

    def restore(self, y: Array, steps: int) -> None:
        """Stand at places (N, 2), so many steps after the start; `follow` comes first. Where the
        sampler asks for another number of chains, the last are left out, or new ones start.
        """
        at = torch.from_numpy(np.array(y)).to(self.task.data)
        self.disperse()
        self.steps = steps
        # Other random numbers than those that have led to these places.
        self._generator = self._fresh(1 + steps)
        self.chains = Chains(at, at.new_zeros(len(at)), torch.zeros_like(at))
        self._stale = True  # measured before the next step
        if len(at) != self.sampler.params.chains:
            self._resize(self.sampler.params.chains)
        self._keep(self.chains.y)

    def advance(self, steps: int, deadline: float = math.inf) -> int:
        """At least one and at most `steps` steps, until a deadline of time.perf_counter; `follow`
        comes first. How many were done: none at β = 0, where there is no density.
        """
        if self._view.beta == 0:
            self.here()
            return 0
        done = 0
        while done < steps and (done == 0 or time.perf_counter() < deadline):
            self._step()
            done += 1
        return done

    def here(self) -> Chains:
        """The chains, on the landscape that they follow."""
        assert self._field is not None
        if self.chains is None:
            y = self._starts(self.sampler.params.chains)
            self.chains = self.sampler.init(self._field, y)
            self._keep(y)
        elif self._stale:
            self.chains = self.sampler.again(self._field, self.chains)
        self._stale = False
        return self.chains

    def note(self, divergence: float, floor: float) -> None:
        """Add to the record; an old one keeps every second entry."""
        if self.record and self.record[-1].step >= self.steps:
            return
        self.record.append(Entry(self.steps, divergence, floor))
        if len(self.record) > _RECORD:
            self.record = [*self.record[-2::-2][::-1], self.record[-1]]

    @property
    def acceptance(self) -> float:
        """The share of moves taken lately; NaN before the first."""
        return float(np.mean(self.accepted)) if self.accepted else math.nan

    @property
    def flown(self) -> int:
        """Chains that diverged and were restarted in the last steps."""
        return sum(count for step, count in self.lost if step > self.steps - RECENT)

    @torch.no_grad()
    def _step(self) -> None:
        before = self.here()
        assert self._field is not None
        chains, info = self.sampler.step(before, self._field, self.beta, self._generator)
        self.chains = self._brought_back(chains)
        self.steps += 1
        self._note_step(info)
        if self.chains is chains:
            self.draws.add(self.trace[-1])
        else:
            self.draws = Draws()  # a chain that was put back is no draw of any density

    def _note_step(self, info: Info) -> None:
        assert self.chains is not None
        self.accepted.append(float(info.accepted.mean()))
        if info.swapped is not None:
            self.swapped.append(float(info.swapped.mean()))
        self.path = None if info.path is None else info.path[:, :TRACED].cpu().numpy()
        self._keep(self.chains.y)

    def _keep(self, y: Tensor) -> None:
        self.trace.append(y[:TRACED].cpu().numpy().copy())

    def _brought_back(self, chains: Chains) -> Chains:
        """Those that are gone begin anew."""
        assert self._bounds is not None
        low, high = self._bounds
        # Most often a look at the extremes, and at one sum that no NaN leaves finite, is enough.
        least, most = (float(end) for end in torch.aminmax(chains.y))
        inside = least > float(low.max()) and most < float(high.min())
        if inside and math.isfinite(float(chains.slope.sum())):
            return chains
        there = ((chains.y > low) & (chains.y < high)).all(1) & chains.slope.isfinite().all(1)
        if bool(there.all()):
            return chains
        assert self._field is not None
        gone = int((~there).sum())
        self.lost.append((self.steps + 1, gone))
        while self.lost[0][0] <= self.steps - RECENT:
            self.lost.popleft()
        y = torch.where(there[:, None], chains.y, self._starts(len(chains.y)))
        return self.sampler.again(self._field, chains._replace(y=y))

    def _measure_bounds(self) -> tuple[Tensor, Tensor]:
        """The corners, (2,) each, beyond which a chain is gone."""
        data = self.task.data[:, list(self.task.energy.plane)]
        left, right, bottom, top = self._view.window
        low = torch.minimum(data.amin(0), data.new_tensor([left, bottom]))
        high = torch.maximum(data.amax(0), data.new_tensor([right, top]))
        return low - _REACH * (high - low), high + _REACH * (high - low)

    def _starts(self, count: int) -> Tensor:
        """Places (count, 2) to start from."""
        data, start = self.task.data, self.sampler.params.start
        if start == "data":
            pick = torch.randint(len(data), (count,), generator=self._generator, device=data.device)
            return data[pick][:, list(self.task.energy.plane)]
        if start == "probe":
            return data.new_tensor(self._view.probe).repeat(count, 1)
        left, right, bottom, top = self._view.window
        share = torch.rand(count, 2, generator=self._generator, device=data.device)
        size = data.new_tensor([right - left, top - bottom])
        return data.new_tensor([left, bottom]) + share * size

    def _resize(self, count: int) -> None:
        assert self.chains is not None
        y = self.chains.y[:count]
        if len(y) < count:
            y = torch.cat([y, self._starts(count - len(y))])
        self.chains = Chains(y, self.chains.energy, self.chains.slope)  # measured again: stale
        self._forget()

    def _forget(self) -> None:
        """What is known of the chains' way is not that of these chains."""
        self.trace.clear()
        self._begin_draws()
        self.lost.clear()
        self.path = None

    def _begin_draws(self) -> None:
        """The density or the kernel is another one: what was counted says nothing of it."""
        self.draws = Draws()
        self.accepted.clear()
        self.swapped.clear()

    def _fresh(self, *more: int) -> torch.Generator:
        device = self.task.data.device
        return torch_stream(self._seed, Stream.SAMPLER, *more, device=device)


def _landscape(view: View) -> tuple[float, float, int]:
    """All of a view that F depends on."""
    return view.beta, view.x, view.answer


def _equal(one: Weights, other: Weights | None) -> bool:
    """The same numbers: weights of a past step come in a new dictionary every time."""
    if other is None or one.keys() != other.keys():
        return False
    return all(w is other[k] or _same(w, other[k]) for k, w in one.items())


def _same(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and one.device == other.device and torch.equal(one, other)


def _same_model(one: Problem, other: Problem) -> bool:
    """Whether equal weights give equal energies."""
    a, b = one.energy, other.energy
    return type(a) is type(b) and a.params == b.params and _same(one.data, other.data)


def _kernel(sampler: Sampler[SamplerParams]) -> tuple[type, SamplerParams]:
    """What the distribution of a step depends on."""
    fixed = msgspec.structs.replace(sampler.params, chains=0, start="window", pace=1.0)
    return type(sampler), fixed
