"""A process of one command does not look for garbage where there is none."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from ebmviz import cli

REPORT = (
    "print(gc.get_threshold()[0] > 700, gc.get_freeze_count() > 0)\n"
    "print(gc.isenabled(), gc.collect() > 90)\n"
)
CYCLES = "for _ in range(100):\n    row = []\n    row.append(row)\n"


@pytest.mark.parametrize(("library", "left"), [("", True), ("triton", False)])
def test_what_was_imported_is_left_at_the_end_unless_a_library_counts_it(
    library: str, left: bool
) -> None:
    script = (
        "import gc, sys, types\n"
        "from ebmviz.core.process.brief import brief\n"
        f"sys.modules[{library!r}] = types.ModuleType('counts')\n"
        f"with brief():\n    pass\n{CYCLES}{REPORT}"
    )
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True)
    # What is made later is still collected.
    assert done.stdout.split("\n")[:2] == [f"True {left}", "True True"], done.stderr


def test_a_command_of_another_process_leaves_its_collector_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    limits, frozen = gc.get_threshold(), gc.get_freeze_count()
    assert cli.main(["lessons"]) == 0
    assert capsys.readouterr().out
    assert gc.get_threshold() == limits
    assert gc.get_freeze_count() <= frozen  # what was frozen may go
