"""The newest weights that there are, of a living engine or of one that is gone."""

from __future__ import annotations

from collections.abc import Callable

from ebmviz.core.checkpoint import Checkpoint
from ebmviz.ui.session.engine import EngineClient


def newest(
    client: EngineClient, then: Callable[[Checkpoint], None], fail: Callable[[str], None]
) -> None:
    """then() with them: fetched now, or from a dead or silent engine those it last sent. Where
    there are none, `fail` gets the sentence.
    """
    if client.ready and client.alive:
        client.fetch(then, fail)
    elif client.kept:
        then(client.kept)
    else:
        fail("the engine has not started: there are no weights to save yet")


def coming(client: EngineClient) -> bool:
    """Whether a fresh engine has yet to make them."""
    return client.alive and not client.ready and not client.kept
