"""What does not fit into the memory fails at once, and it is said what to lower."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from ebmviz.core.errors import Problem
from ebmviz.engine.model.ceiling import remedy
from ebmviz.engine.model.problems import problem_of
from tests.scenes import built_in

TRIED = """
import torch
from ebmviz.engine.model.ceiling import limit_memory
limit_memory(free=500 << 20)
torch.empty(200 << 20, dtype=torch.uint8)
try:
    torch.empty(700 << 20, dtype=torch.uint8)
except RuntimeError as error:
    print(error)
"""


@pytest.mark.skipif(
    sys.platform != "linux" or torch.cuda.is_available(),
    reason="the ceiling is Linux's, and a GPU's driver does without",
)
def test_an_allocation_beyond_the_ceiling_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", TRIED], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "can't allocate memory" in done.stdout


def test_the_sentence_names_what_stands_highest_above_its_default() -> None:
    scene = built_in("ellipse", energy__latents=4000, optimizer__batch=70_000)
    said = problem_of(RuntimeError("DefaultCPUAllocator: can't allocate memory"), scene)
    assert said == Problem("memory", f"out of memory: {remedy(scene)}")
    assert "(70000)" in said.message
    assert "(4000)" in said.message
    assert "“Batch”" in said.message
    assert "|Z|" in said.message


def test_where_nothing_is_large_the_picture_or_the_data_are() -> None:
    assert remedy(built_in("ellipse")) == "lower the resolution, or use fewer points"
