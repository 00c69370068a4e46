"""One thread: these tensors are small, and a second thread would only wait for the first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.tape import tape
from ebmviz.engine.tape.beforehand import Unrecordable
from ebmviz.engine.tape.fused import store
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
    """All steps as where no machine code can be made of them."""

    def none(_: Array) -> store.Code:
        raise Unrecordable("no such processor")

    monkeypatch.setattr(tape, "code", none)


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[fake_gpu.FakeGpu]:
    """A second device, as `cuda:0`."""
    with fake_gpu.installed(monkeypatch) as found:
        yield found
