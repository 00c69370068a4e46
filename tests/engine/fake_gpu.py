"""A second device without one: tensors of main memory that say they are on `cuda:0`, and that no
operation takes together with those that do not.

So everything that must be moved is found out here: an operation on tensors of both raises what
CUDA raises, and so do `numpy` and all operations from the moment on that the device is lost. What
this cannot tell is what a GPU's own kernels round, and how fast they are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from ebmviz.engine.landscape import gpu
from ebmviz.engine.training.graphs import capture

DEVICE = torch.device("cuda", 0)
MEMORY = 8 << 30
LOST = "CUDA error: device-side assert triggered"
FULL = "CUDA out of memory. Tried to allocate 2.00 GiB."

_GET_DEVICE: Any = Tensor.device.__get__
_IS_CUDA: Any = Tensor.is_cuda.__get__  # type: ignore[attr-defined]
_HERE = (Tensor.numpy, Tensor.__array__)
_BACK = (Tensor.cpu, Tensor.tolist, Tensor.item)
# CUDA takes indices of main memory, and what is copied from one to the other.
_EITHER = (Tensor.__getitem__, Tensor.__setitem__, Tensor.copy_)
_FILLED = ("zeros", "ones", "full", "empty", "arange", "linspace", "eye", "rand", "randn")
_SIZED = (
    "nonzero",
    "masked_select",
    "unique",
    "argwhere",
    "repeat_interleave",
    "eigh",
    "svd",
    "qr",
)
_COPIED = ("new_tensor", "tensor", "as_tensor")
_QUIET = ("__get__", "__repr__", "dim", "size", "stride", "numel", "__len__", "nelement")


class Elsewhere(Tensor):
    """A tensor on the device."""

    @classmethod
    def __torch_function__(
        cls, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        return _call(func, args, kwargs or {})


class _Graph(TorchDispatchMode):
    """What was done: its replay does it again, and leaves the results where they were."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: list[tuple[Any, Any, Any, Any]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        with torch._C.DisableTorchFunction():
            out = func(*args, **(kwargs or {}))
        self._calls.append((func, args, kwargs or {}, out))
        return out

    def replay(self) -> None:
        with torch._C.DisableTorchFunction(), torch.no_grad():
            for func, args, kwargs, out in self._calls:
                again = func(*args, **kwargs)
                for place, made in zip(_tensors(out), _tensors(again), strict=True):
                    if place.data_ptr() != made.data_ptr():
                        place.copy_(made)


class FakeGpu(TorchFunctionMode):
    """The device. looks: how often numbers were asked for, which a real one waits for."""

    current: FakeGpu | None = None

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self._error: Callable[[], Exception] | None = None
        self._left = sys.maxsize
        self._lasting = False
        self.capturing = False

    def fail(self, message: str, after: int = 0) -> None:
        """From the operation after so many on: out of memory once, everything else for good."""
        full = "out of memory" in message
        kind = torch.OutOfMemoryError if full else torch.AcceleratorError
        self._error, self._left, self._lasting = (lambda: kind(message)), after, not full

    def captured(self, work: Callable[[], None], _device: torch.device) -> Callable[[], None]:
        """As CUDA records a graph: all that is done, on the tensors it is done to, without Python.

        Whatever would make a CPU wait for the GPU, or depends on its numbers, is refused.
        """
        work()
        graph = _Graph()
        self.capturing = True
        try:
            with graph:
                work()
        finally:
            self.capturing = False
        return graph.replay

    def refuse(self, what: str) -> None:
        """While a graph is recorded."""
        if self.capturing:
            raise torch.AcceleratorError(
                f"operation not permitted when stream is capturing: {what}"
            )

    def count(self) -> None:
        """One more operation."""
        if self._left > 0:
            self._left -= 1
            return
        if self._error is not None:
            error = self._error
            if not self._lasting:
                self._error = None
            raise error()

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        return _call(func, args, kwargs or {})


def _call(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    there = any(isinstance(each, Elsewhere) for each in _tensors((args, kwargs)))
    if func == _GET_DEVICE and there:
        return DEVICE
    if func == _IS_CUDA and there:
        return True
    name = getattr(func, "__name__", "")
    fake = FakeGpu.current
    assert fake
    moved = there
    if func == Tensor.to or name in ("to", "cuda"):
        args, kwargs, moved = _aimed(args, kwargs, there)
    elif "device" in kwargs and kwargs["device"] is not None:
        moved = torch.device(kwargs["device"]).type == "cuda"
        kwargs = {**kwargs, "device": torch.device("cpu")}
    if (there or moved) and name not in _QUIET:
        fake.count()
    if there:
        _check(func, name, (args, kwargs))
    if there and (func in _BACK or name in ("__bool__", "__float__", "__int__")):
        fake.looks += 1
        moved = False
    if moved is not there and name not in _QUIET and name not in _FILLED:
        fake.refuse(f"{name} from one memory to another")
    if there and _depends(name, args):
        fake.refuse(f"{name}, whose size is found out on the way")
    with torch._C.DisableTorchFunctionSubclass():
        found = func(*args, **kwargs)
        if moved:
            return _mapped(found, lambda t: t.as_subclass(Elsewhere))
        if there:  # as from another memory
            return _mapped(found, lambda t: t.clone().as_subclass(Tensor))
        return found


def _depends(name: str, args: Any) -> bool:
    """Whether a GPU would have to be asked for numbers."""
    masks = name in ("__getitem__", "__setitem__") and any(
        t.dtype == torch.bool and t.dim() > 0 for t in _tensors(args[1:])
    )
    return masks or name in _SIZED or name in _COPIED


def _aimed(args: Any, kwargs: dict[str, Any], there: bool) -> tuple[Any, dict[str, Any], bool]:
    """The arguments of `to` without the device, and whether it is this one."""
    aims: list[bool] = []

    def without(value: Any) -> Any:
        if isinstance(value, torch.device | str):
            aims.append(torch.device(value).type == "cuda")
            return torch.device("cpu")
        if isinstance(value, Tensor):
            aims.append(isinstance(value, Elsewhere))
        return value

    first, *others = args
    others = [without(value) for value in others]
    kwargs = {k: without(v) for k, v in kwargs.items()}
    moved = aims[-1] if aims else there
    if moved is not there:
        kwargs["copy"] = True
    return (first, *others), kwargs, moved


def _check(func: Any, name: str, given: Any) -> None:
    if func in _HERE:
        raise TypeError("can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() first")
    if func in _EITHER or name in ("to", "__get__", "__set__", "copy_", "index_put_"):
        return
    strangers = [t for t in _tensors(given) if not isinstance(t, Elsewhere) and t.dim() > 0]
    if strangers:
        shape = tuple(strangers[0].shape)
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but {name} found one of cpu, {shape}"
        )


def _tensors(tree: Any) -> Iterator[Tensor]:
    if isinstance(tree, Tensor):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from _tensors(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from _tensors(value)


def _mapped(tree: Any, one: Callable[[Tensor], Tensor]) -> Any:
    if isinstance(tree, Tensor):
        return one(tree)
    if isinstance(tree, dict):
        return {k: _mapped(v, one) for k, v in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(_mapped(v, one) for v in tree))
    if hasattr(tree, "n_sequence_fields"):  # what torch returns in named parts
        return type(tree)([_mapped(v, one) for v in tree])
    if isinstance(tree, list | tuple) and not isinstance(tree, torch.Size):
        return type(tree)(_mapped(v, one) for v in tree) if type(tree) in (list, tuple) else tree
    return tree


@contextmanager
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGpu]:
    """As on a machine with a GPU of `MEMORY` bytes, without triton."""
    generator = torch.Generator

    class Generator(generator):  # type: ignore[valid-type, misc]
        """Of any device, in main memory."""

        def __new__(cls, device: object = None) -> Any:  # noqa: ARG004
            return generator()

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda *_: (MEMORY, MEMORY))
    monkeypatch.setattr(torch, "Generator", Generator)
    monkeypatch.setattr(gpu, "_runs", lambda _: False)
    fake = FakeGpu()
    monkeypatch.setattr(capture, "captured", fake.captured)
    monkeypatch.setattr(FakeGpu, "current", fake)
    with fake:
        yield fake
