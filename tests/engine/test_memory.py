"""Large problems in parts, and what happens when there is no memory for them."""

from __future__ import annotations

import resource
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from ebmviz.engine.landscape import differentiation, distances
from ebmviz.engine.landscape.blocks import by_blocks
from ebmviz.engine.landscape.memory import PairwiseSum, attempt, in_parts, is_out_of_memory
from ebmviz.engine.landscape.result import Want
from ebmviz.engine.landscape.scattered import free_energy_gradient, free_energy_points

CUDA = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
CPU = RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to …")
WINDOWS = RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate …")
MPS = RuntimeError("MPS backend out of memory (MPS allocated: …)")


class Largest(TorchDispatchMode):
    """The most elements that any operation within returns."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        for part in out if isinstance(out, tuple | list) else (out,):
            if isinstance(part, Tensor):
                self.elements = max(self.elements, part.numel())
        return out


@pytest.mark.parametrize("error", [CUDA, CPU, WINDOWS, MPS])
def test_every_allocator_is_understood(error: RuntimeError) -> None:
    assert is_out_of_memory(error)

    def fail() -> None:
        raise error

    result = attempt(fail)
    assert result is error
    assert result.__traceback__ is None


def test_other_errors_are_raised() -> None:
    def fail(_: slice) -> None:
        raise RuntimeError("device-side assert triggered")

    with pytest.raises(RuntimeError, match="assert"):
        list(in_parts(4, 2, fail))


@pytest.mark.parametrize(("count", "step"), [(1, 1), (10, 3), (10, 10), (10, 99), (3, 0)])
def test_parts_cover_everything_once(count: int, step: int) -> None:
    parts = list(in_parts(count, step, lambda part: list(range(count))[part]))
    assert [i for _, found in parts for i in found] == list(range(count))
    assert max(part.stop - part.start for part, _ in parts) == max(1, min(step, count))


def test_parts_are_halved_for_good() -> None:
    tried: list[int] = []

    def work(part: slice) -> int:
        tried.append(part.stop - part.start)
        if tried[-1] > 20:
            raise CPU
        return tried[-1]

    done = [size for _, size in in_parts(100, 64, work)]
    assert tried[:2] == [64, 32]
    assert done == [16] * 6 + [4]
    assert len(tried) == len(done) + 2
    with pytest.raises(RuntimeError, match="allocate"):
        list(in_parts(4, 4, lambda _: work(slice(0, 21))))


def test_a_pairwise_sum_keeps_its_digits() -> None:
    summed = PairwiseSum()
    term = torch.tensor([0.1, 1.0])
    for _ in range(100_001):
        summed.add(term)
    exact = 100_001 * term.double()
    assert torch.allclose(summed.total().double(), exact, rtol=2e-7, atol=0)
    assert len(summed._waiting) < 17


def scattered_run(points: Tensor, y: Tensor, log_weights: Tensor | None) -> list[Tensor]:
    inputs = [t.clone().requires_grad_() for t in (points, y, log_weights) if t is not None]
    out = free_energy_points(inputs[0], inputs[1], 0.5, *inputs[2:])
    out.mean().backward()
    grads = [t.grad for t in inputs if t.grad is not None]
    return [out.detach(), *grads, free_energy_gradient(points, y, 0.5, log_weights)]


@pytest.fixture
def problem() -> tuple[Tensor, Tensor, Tensor]:
    g = torch.Generator().manual_seed(0)
    log_p = torch.log_softmax(torch.randn(700, generator=g), 0)
    return torch.randn(700, 2, generator=g), torch.randn(900, 2, generator=g), log_p


@pytest.mark.parametrize("weighted", [False, True])
def test_scattered_places_take_bounded_memory(
    monkeypatch: pytest.MonkeyPatch, problem: tuple[Tensor, Tensor, Tensor], weighted: bool
) -> None:
    points, y, log_p = problem
    monkeypatch.setattr(differentiation, "SMALL", 0)
    monkeypatch.setattr(distances, "BLOCK", 10_000)
    with Largest() as largest:
        scattered_run(points, y, log_p if weighted else None)
    assert 3 * 900 <= largest.elements <= 10_000


def test_a_grid_takes_bounded_memory(problem: tuple[Tensor, Tensor, Tensor]) -> None:
    axis = torch.linspace(-2, 2, 80)
    for beta in (0.0, 0.1, 5.0, torch.inf):
        with Largest() as largest:
            by_blocks(problem[0], None, problem[2], axis, axis, beta, Want(True, True, True))
        assert 2 * 80 * 80 <= largest.elements <= 1 << 18


def test_freed_memory_is_kept_for_the_next_block() -> None:
    """Pages that the system maps, and clears, while 60 blocks of 1 MB and more go through."""
    points, axis = torch.randn(3000, 2), torch.linspace(-2, 2, 72)
    counts = []
    for _ in range(2):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        by_blocks(points, None, None, axis, axis, 5.0, Want())
        counts.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    assert counts[1] < 4000  # 12 000 and more without


@pytest.mark.parametrize("weighted", [False, True])
def test_without_memory_scattered_places_go_in_smaller_blocks(
    monkeypatch: pytest.MonkeyPatch, problem: tuple[Tensor, Tensor, Tensor], weighted: bool
) -> None:
    points, y, log_p = problem
    expected = scattered_run(points, y, log_p if weighted else None)
    plain: Callable[[Tensor, Tensor], Tensor] = distances.energies
    sizes: list[int] = []

    def energies(points: Tensor, y: Tensor) -> Tensor:
        if len(y) > 100:
            raise CUDA
        sizes.append(len(y))
        return plain(points, y)

    monkeypatch.setattr(distances, "energies", energies)
    for ours, whole in zip(
        scattered_run(points, y, log_p if weighted else None), expected, strict=True
    ):
        assert torch.allclose(ours, whole, rtol=1e-5, atol=1e-6)
    assert sum(sizes) == 3 * 900  # forward, backward, and the gradient
    assert max(sizes) > 50
