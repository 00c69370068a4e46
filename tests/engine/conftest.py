"""One thread: these tensors are small, and a second thread would only wait for the first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from ebmviz.engine.training import taped
from ebmviz.engine.training.lanes import stack_steps
from tests.engine import fake_gpu


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As the engine process has it on two cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def by_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """All steps as if none could be recorded."""
    monkeypatch.setattr(taped, "_fit", lambda _: False)
    monkeypatch.setattr(stack_steps, "of_ours", lambda _: False)


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[fake_gpu.FakeGpu]:
    """A second device, as `cuda:0`."""
    with fake_gpu.installed(monkeypatch) as found:
        yield found
