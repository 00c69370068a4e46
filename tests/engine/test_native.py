"""The compiled kernels: loaded once, never waited for by the engine, replaceable by torch."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import platformdirs
import pytest
import torch

from ebmviz.engine.landscape import free_energy_grid
from ebmviz.engine.landscape.kernels import loader
from tests.engine.clouds import ellipse

Y = torch.linspace(-2, 2, 70)


def load(monkeypatch: pytest.MonkeyPatch, patient: bool = True) -> None:
    """As if nothing had been loaded yet."""
    monkeypatch.setattr(loader, "_kernels", {})
    monkeypatch.setattr(loader, "_patient", patient)


def test_it_is_there() -> None:
    assert loader.walk() is not None


@pytest.mark.parametrize("beta", [1.0, 300.0, float("inf")])
def test_threads_change_nothing(beta: float) -> None:
    before = torch.get_num_threads()
    maps = []
    try:
        for threads in (1, 2, 5):
            torch.set_num_threads(threads)
            maps.append(free_energy_grid(ellipse(), Y, Y, beta))
    finally:
        torch.set_num_threads(before)
    assert torch.equal(maps[0], maps[1])
    assert torch.equal(maps[0], maps[2])


def test_torch_serves_until_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = free_energy_grid(ellipse(), Y, Y, 20.0)
    load(monkeypatch, patient=False)
    gate = threading.Event()
    monkeypatch.setattr(loader, "_load", lambda name: gate.wait() and (lambda *_: None))
    assert loader.walk() is None
    loader.load_in_background()
    assert loader.walk() is None
    torch_alone = free_energy_grid(ellipse(), Y, Y, 20.0)
    assert torch.allclose(torch_alone, compiled, rtol=1e-6, atol=1e-6)
    assert not loader.ready()
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "kernels":
            thread.join()
    assert loader.walk() is not None
    assert loader.ready()


def test_a_kernel_that_cannot_be_had_is_done_without(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    compiled = free_energy_grid(ellipse(), Y, Y, 20.0)
    load(monkeypatch)

    def broken(_name: str) -> None:
        raise ImportError("no such processor")

    monkeypatch.setattr(loader, "_load", broken)
    with caplog.at_level(logging.WARNING):
        torch_alone = free_energy_grid(ellipse(), Y, Y, 20.0)
    assert torch.allclose(torch_alone, compiled, rtol=1e-6, atol=1e-6)
    assert "no such processor" in caplog.text


def test_machine_code_is_kept_under_its_sources(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "one.py").write_text("a = 1")
    monkeypatch.setattr(loader, "_SOURCES", sources)
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / "cache"))
    first = loader._cache()
    assert first is not None
    assert first.is_dir()
    assert loader._cache() == first
    (sources / "one.py").write_text("a = 2")
    second = loader._cache()
    assert second is not None
    assert second != first
    shutil.copytree(sources, tmp_path / "copy")
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(loader, "_SOURCES", tmp_path / "copy")
        assert loader._cache() not in (first, second), "numba would compile for this copy anew"
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(loader, "_processor", lambda: "another")
        assert loader._cache() not in (first, second), "machines may share a home"
    assert first.exists(), "another copy of this program may be using it"
    month_ago = time.time() - 31 * 86_400
    os.utime(first, (month_ago, month_ago))
    assert loader._cache() == second
    assert not first.exists(), "code that nobody uses is deleted"
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: "/proc/nowhere")
    assert loader._cache() is None
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "chosen"))
    assert loader._cache() == tmp_path / "chosen" / "ebmviz-kernels" / second.name


def test_the_engine_starts_without_it() -> None:
    """numba would cost the first landscape most of a second."""
    code = (
        "import sys; from ebmviz.engine.landscape.kernels import loader;"
        "import ebmviz.engine.server.loop;"
        "from ebmviz.engine.model.engine import Engine; from ebmviz.core import library;"
        "from ebmviz.engine.model import registry; loader.wait_never();"
        "Engine(library.scene('ellipse', registry.catalogue())).snapshot(('map', 'contours'));"
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
