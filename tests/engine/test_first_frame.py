"""A first picture does not wait for what nothing needs."""

from __future__ import annotations

import subprocess
import sys

_CODE = """
import sys
from ebmviz.core import library
from ebmviz.engine.model.opening import opened
from tests.scenes import CATALOGUE, built_in

for name, need in (("errata", "errata"), ("lagrangian", "lagrangian"), ("sparse-coding", "map")):
    engine = opened(library.scene(name, CATALOGUE))
    assert engine.snapshot((need, "gradient", "manifold")).arrays, name
    engine.train(1)
    assert "sympy" not in sys.modules, name
opened(built_in("regression", {"regularizer.gradient": 0.1})).train(1)
assert "sympy" not in sys.modules, "gradient penalty"
"""


def test_no_slope_brings_a_library_of_symbols() -> None:
    """torch imports sympy for a gradient of a tensor with weights: 0.6 s, and 3 s where Python may
    not keep its byte code; the first errata waited for it. For `torch.func.grad` it imports its
    compiler as well, which takes seconds; the first gradient penalty waited for that.
    """
    done = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
