"""The fused kernel: run by triton's interpreter, compiled for GPUs, and, where there is one, on it.

The interpreter runs the very kernel, statement by statement, in numpy; what it cannot show is the
rounding of a GPU's exponential and how fast it is.
"""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch

from ebmviz.engine.landscape import blocks, gpu
from ebmviz.engine.landscape.blocks import by_blocks
from ebmviz.engine.landscape.gpu import by_kernel
from ebmviz.engine.landscape.result import Landscape, Want
from tests.engine.brute import BETAS, EVERYTHING, Case, assert_close, case
from tests.engine.interpret import CASES, FEW
from tests.slow import sparing

ROOT = Path(__file__).parents[2]


def program(*words: str, **environment: str) -> None:
    done = subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def interpreted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Landscape]:
    """What the interpreted kernel returns for a case."""
    path = tmp_path_factory.mktemp("interpreted") / "results.pt"

    @cache
    def results(which: str) -> dict[str, tuple[Any, ...]]:
        program("-m", "tests.engine.interpret", str(path), which)
        found: dict[str, tuple[Any, ...]] = torch.load(path, weights_only=True)
        return found

    return lambda name: Landscape(*results("few" if name in FEW else "others")[name])


@pytest.mark.parametrize("name", sparing(CASES, FEW))
def test_the_kernel_is_exact(name: str, interpreted: Callable[[str], Landscape]) -> None:
    check(interpreted(name), *CASES[name], 5e-6)


def check(ours: Landscape, c: Case, want: Want, tolerance: float) -> None:
    assert ours.free_energy.dtype == torch.float32
    if math.isinf(c.beta) and not want.nearest:  # where a tie leaves a choice, it must be known
        want = want._replace(nearest=True)
        again = by_blocks(c.points, c.bias, c.log_p, c.y1, c.y2, c.beta, want)
        ours = ours._replace(nearest=again.nearest)
    assert_close(ours, c, want, tolerance)


# As triton's launcher would call the compiler, but for a GPU that need not be here.
COMPILE = """
import sys
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource, compile
from ebmviz.engine.landscape.fused import softmin

names = softmin.arg_names
flags = ("WARM", "HOT", "GRADIENT", "NEAREST", "SPLIT")
for row in sys.argv[1:]:
    capability, wide, which = map(int, row.split())
    real = "*fp64" if wide else "*fp32"
    types = {n: "constexpr" if n.isupper() else "*fp32" for n in names}
    types |= {n: real for n in names[: names.index("free_ptr")]}
    types |= {"nearest_ptr": "*i32", "beta": "fp32"}
    types |= {n: "i32" for n in ("count", "width", "places")}
    values = ((1, 0, wide, wide, wide), (1, 1, wide, wide, wide), (0, 0, 0, 1, 0))[which]
    constants = dict(zip(flags, map(bool, values))) | {"BLOCK_K": 8, "BLOCK_N": 256}
    source = ASTSource(softmin, types, {(names.index(n),): v for n, v in constants.items()})
    target = GPUTarget("cuda", capability, 32)
    done = compile(source, target, {"enable_fp_fusion": True})
    assert len(done.asm["cubin"]) > 1000
    assert done.metadata.shared == 0  # every sum stays within its thread
"""


BUILDS = list(itertools.product((75, 90), (0, 1), range(3)))  # capability, wide, flags


@pytest.mark.slow
def test_the_kernel_compiles_for_gpus(tmp_path: Path) -> None:
    rows = (" ".join(map(str, build)) for build in BUILDS)
    program("-c", COMPILE, *rows, TRITON_CACHE_DIR=str(tmp_path), TRITON_INTERPRET="0")


def test_only_float32_on_a_gpu_is_served() -> None:
    assert not gpu.available(torch.zeros(1, 2))
    assert not gpu.available(torch.zeros(1, 2, dtype=torch.float64))
    assert not gpu.available(torch.zeros(1, 2, device="meta"))


def test_a_cpu_never_pays_for_triton() -> None:
    script = "import sys, ebmviz.engine.landscape.gpu as f, torch; f.available(torch.zeros(1, 2))"
    program("-c", script + "; assert 'triton' not in sys.modules", TRITON_INTERPRET="0")


def test_a_kernel_that_fails_is_not_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> Landscape:
        raise RuntimeError("Failed to find C compiler.")

    monkeypatch.setattr(gpu, "by_kernel", fail)
    monkeypatch.setenv("TRITON_INTERPRET", "1")
    gpu._runs.cache_clear()
    assert not gpu.available(torch.zeros(1, 2))
    assert not gpu.available(torch.zeros(1, 2))
    gpu._runs.cache_clear()
    assert caplog.text.count("Failed to find C compiler.") == 1


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU here")
def test_a_gpu_is_exact() -> None:
    for here, want in CASES.values():
        c = here.to("cuda")
        assert gpu.available(c.points)
        for function in (by_kernel, by_blocks):
            ours = function(c.points, c.bias, c.log_p, c.y1, c.y2, c.beta, want)
            parts: list[Any] = [part if part is None else part.cpu() for part in ours]
            check(Landscape(*parts), here, want, 1e-5)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU here")
def test_nothing_waits_for_a_gpu() -> None:
    for beta, kind in itertools.product(BETAS, ("none", "some removed")):
        c = case("cloud", kind, beta, biased=True).to("cuda")
        for function in (by_kernel, by_blocks):
            function(c.points, c.bias, c.log_p, c.y1, c.y2, beta, EVERYTHING)  # compiles
            torch.cuda.set_sync_debug_mode("error")
            try:
                function(c.points, c.bias, c.log_p, c.y1, c.y2, beta, EVERYTHING)
            finally:
                torch.cuda.set_sync_debug_mode("default")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU here")
def test_a_gpu_without_memory_goes_on_in_smaller_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    c = case("cloud", "mild", 3.0, count=1000, width=300, height=200).to("cuda")
    inputs = c.points, c.bias, c.log_p, c.y1, c.y2, c.beta, EVERYTHING
    whole = by_blocks(*inputs)
    torch.cuda.empty_cache()
    total = torch.cuda.mem_get_info()[1]
    monkeypatch.setattr(blocks, "ON_DEVICE", 1 << 40)  # one block of 480 MB, and more of its kind
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + (1 << 28)) / total)
    try:
        for ours, expected in zip(by_blocks(*inputs), whole, strict=True):
            assert ours is not None
            assert expected is not None
            assert torch.allclose(ours, expected, rtol=1e-6, atol=1e-6)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
