"""The workers of a Dask scheduler as a `concurrent.futures.Executor` (package `distributed`).

A worker that dies takes no result with it: Dask gives its jobs to others, and a job is a pure
function, of one thread, so that its result has the same bits wherever it is done again.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future
from typing import Any

from ebmviz import __version__
from ebmviz.commands.base.sweep.outcome import Outcome
from ebmviz.commands.base.sweep.run import Job
from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean

_TIMEOUT_S = 20.0  # until a scheduler has answered, and has a worker
_one = threading.Lock()


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """All its workers. Raises UserError, also of what happens while the block works."""
    try:
        from distributed import Client
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise UserError("--scheduler needs Dask: install ebmviz[cluster]") from None
    where = clean(address, 100)
    for name in ("distributed.client", "distributed.core", "distributed.batched"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # it is said in one sentence
    connect: Any = Client
    try:
        client = connect(address, timeout=_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError, ImportError):
        raise UserError(f"no Dask scheduler answers at {where}") from None
    try:
        _check(client, where)
        yield _Crew(client.get_executor(pure=False))
    except KilledWorker:
        said = f"a run ended one worker of {where} after another: out of memory?"
        raise UserError(said) from None
    except (CancelledError, CommClosedError, OSError) as error:
        if isinstance(error, OSError) and client.status == "running":
            raise
        raise UserError(f"the scheduler at {where} is gone: what is done is kept") from None
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=2)


class _Crew(Executor):
    """Does each function one at a time in a process, and on one thread."""

    def __init__(self, theirs: Executor) -> None:
        self._theirs = theirs

    def submit(self, function: Any, /, *args: Any, **given: Any) -> Future[Any]:
        """As any executor."""
        return self._theirs.submit(_alone, function, *args, **given)


def _alone(work: Any, job: Job) -> list[Outcome]:
    with _one:
        _calm()
        found: list[Outcome] = work(job)
        return found


@functools.cache
def _calm() -> None:
    import torch

    torch.set_num_threads(1)


def _check(client: Any, where: str) -> None:
    """Workers are there, and of this version."""
    try:
        client.wait_for_workers(1, timeout=_TIMEOUT_S)
    except TimeoutError:
        raise UserError(f"the scheduler at {where} has no workers") from None
    try:
        theirs = set(client.run(_version).values())
    except Exception as error:
        raise UserError(f"the workers of {where} have no ebmviz: {clean(str(error))}") from None
    if theirs != {__version__}:
        others = ", ".join(sorted(map(str, theirs - {__version__})))
        raise UserError(f"the workers of {where} have ebmviz {others}, here it is {__version__}")


def _version() -> str:
    from ebmviz import __version__ as there

    return there
