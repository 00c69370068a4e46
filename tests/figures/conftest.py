"""Figures of small models: one thread is enough, as for the engine's own tests."""

from __future__ import annotations

from tests.engine.conftest import one_thread

__all__ = ["one_thread"]
