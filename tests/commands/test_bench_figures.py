"""Figures of `ebmviz bench` that are computed, and not only timed."""

from __future__ import annotations

import mmap
import os
import sys
import time

import pytest

from ebmviz.bench.processes import megabytes, megabytes_of_importing, seconds
from ebmviz.bench.window import _slowest


def test_the_slowest_frame_of_each_second_counts() -> None:
    even = [10 + i / 50 for i in range(1, 200)]
    assert _slowest(even, 10.0, 4.0) == pytest.approx(50, rel=0.02)
    stalled = [t for t in even if not 11.3 < t < 11.8]
    assert _slowest(stalled, 10.0, 4.0) == pytest.approx(50, rel=0.02), "one second of four"
    each = [t for t in even if not 0.3 < t % 1 < 0.52]
    assert _slowest(each, 10.0, 4.0) == pytest.approx(1 / 0.24, rel=0.1)
    assert _slowest([], 10.0, 4.0) == 1.0
    assert _slowest([10.1], 10.0, 0.5) == 0.0, "no whole second"


def test_what_a_process_takes() -> None:
    before = megabytes(os.getpid())
    if sys.platform != "linux":
        assert before is None
        return
    assert before is not None
    kept = mmap.mmap(-1, 64_000_000)  # not what an earlier test has left free
    for page in range(0, len(kept), mmap.PAGESIZE):
        kept[page] = 1
    after = megabytes(os.getpid())
    assert after is not None
    assert after - before == pytest.approx(64, abs=16)
    kept.close()
    spent = seconds(os.getpid())
    assert spent == pytest.approx(time.process_time(), abs=0.1)
    bare, more = megabytes_of_importing(), megabytes_of_importing("numpy")
    assert bare is not None
    assert more is not None
    assert 3 < bare < more - 3
    assert megabytes_of_importing("no_such_module") is None


def test_of_a_process_that_is_gone_nothing_is_told() -> None:
    assert megabytes(2**30) is None
    assert seconds(2**30) is None
