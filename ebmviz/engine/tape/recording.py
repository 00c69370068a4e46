"""What torch is told to do by a function, call by call, with the tensors that it made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from ebmviz.engine.tape.beforehand import Foreseen, Given, Unrecordable, current

Function = Callable[[Mapping[str, Tensor]], Mapping[str, Tensor]]


class Call(NamedTuple):
    """One operation below autograd: its name in ATen, what it was given, and what it made; the
    tensors among both.
    """

    name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    out: Any
    given: list[Tensor]
    made: list[Tensor]


def _tensors(values: Iterable[Any]) -> list[Tensor]:
    found = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, list | tuple):
            found += _tensors(value)
    return found


@dataclass
class Recording:
    """The calls that depend on the inputs, in their order; what they made for the outputs; and how
    those inputs are made that are `given` beforehand, under the same names.

    All tensors are alive: the memory of one names it.
    """

    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor] = field(default_factory=dict)
    given: dict[str, Given] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    others: list[Call] = field(default_factory=list)


def storage(tensor: Tensor) -> int:
    """What names the memory of a tensor."""
    name: int = tensor.untyped_storage()._cdata
    return name


MOST = 48 << 20
"""Bytes of all tensors of a recording: beyond, torch is no slower, and need not keep them all."""


class _Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self, recording: Recording, foreseen: Foreseen) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._bytes = 0
        self.recording, self.foreseen, self._known = recording, foreseen, 0
        self.moving = {storage(t) for t in recording.inputs.values()}
        self._read: set[int] = set()  # constants that a recorded call was given

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Not: it would load torch's compiler for seconds, to say that it is not wanted."""
        return False

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        self._look_at_given()
        mutable = func._schema.is_mutable
        begun = None
        if mutable and storage(args[0]) not in self.moving:
            begun = args[0].clone()  # what a step has to begin with
        named = kwargs or {}
        out = func(*args, **named)
        taken, tensors = _tensors((*args, *named.values())), _tensors((out,))
        call = Call(func.overloadpacket.__name__, args, named, out, taken, tensors)
        given = {storage(t) for t in taken}
        if self.moving.isdisjoint(given):
            if mutable and storage(args[0]) in self._read:
                raise Unrecordable("a constant that changes on the way")
            self.recording.others.append(call)
            return out  # the same whatever the inputs are
        made = [storage(t) for t in tensors]
        self._bytes += sum(t.nbytes for t in tensors if storage(t) not in given)
        if self._bytes > MOST:
            raise Unrecordable("the step is too large")
        if not made:
            raise Unrecordable(f"{call.name} looks at a number")
        if begun is not None:
            pair = [args[0], begun]
            self.recording.calls.append(Call("copy_", (*pair,), {}, args[0], pair, pair[:1]))
        if mutable or not given.issuperset(made):  # views are no work
            self.recording.calls.append(call)
        else:
            self.recording.others.append(call)
        self._read |= given - self.moving
        self.moving.update(made)
        return out

    def _look_at_given(self) -> None:
        given = self.foreseen.given
        for each, tensor in given[self._known :]:
            name = f"given {len(self.recording.given)}"
            self.recording.inputs[name] = tensor
            self.recording.given[name] = each
            self.moving.add(storage(tensor))
        self._known = len(given)


def recorded(function: Function, inputs: Mapping[str, Tensor]) -> Recording:
    """What the function does with the inputs, where autograd is off. Raises Unrecordable."""
    close = torch.contiguous_format  # as they are put in for each run
    recording = Recording({k: t.clone(memory_format=close) for k, t in inputs.items()})
    foreseen = Foreseen()
    recorder = _Recorder(recording, foreseen)
    token = current.set(foreseen)
    try:
        with torch.no_grad(), recorder:
            recording.outputs = dict(function(recording.inputs.copy()))
    finally:
        current.reset(token)
    recorder._look_at_given()
    return recording
