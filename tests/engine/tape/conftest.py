"""Tests of tapes have more forms of instructions than a window ever sees."""

from __future__ import annotations

import pytest

from ebmviz.engine.tape.fused import store


@pytest.fixture(autouse=True)
def no_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_MOST", 10**6)
