"""Processes on this machine as a `concurrent.futures.Executor`: never forked, and none outlives
the one that has started it.

Whatever else is such an executor, a cluster's, takes its place.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Set
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection

from ebmviz.commands.base.sweep.outcome import Outcome
from ebmviz.commands.base.sweep.plan import Plan
from ebmviz.commands.base.sweep.run import Job, work
from ebmviz.core.errors import UserError
from ebmviz.core.process import brief

_PARTS, _LARGEST = 16, 32  # jobs of a sweep, at least; runs of each, at most
Crew = Callable[[int], AbstractContextManager[Executor]]


@contextlib.contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """So many, each importing torch once. When the block is left, by whatever way, they end at
    once: a run that is under way then is not waited for.
    """
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, context, _begin, (theirs,))
    try:
        yield pool
    finally:
        ours.close()  # this is what they look at
        pool.shutdown(wait=True, cancel_futures=True)
        theirs.close()


def outcomes(
    plan: Plan,
    count: int,
    missing: Set[int],
    workers: int,
    meanwhile: Callable[[], object],
    crew: Crew | None = None,
) -> Iterator[Outcome]:
    """Of the `count` runs of a sweep those of these numbers, each as soon as its job is done. It
    raises what a run raises. meanwhile(): done here while the processes begin. crew: who does the
    jobs; processes of this machine where nothing is said.
    """
    if not missing:
        return
    jobs = jobs_of(plan, count, missing)
    with (crew or processes)(min(workers, len(jobs))) as pool:
        try:
            with _interrupts_are_ours():  # what starts now does not hear Ctrl-C
                waiting = [pool.submit(work, job) for job in jobs]
            meanwhile()
            for done in as_completed(waiting):
                yield from (each for each in done.result() if each.number in missing)
        except BrokenProcessPool:
            raise UserError("a process of the sweep ended: out of memory?") from None


def jobs_of(plan: Plan, count: int, missing: Set[int]) -> list[Job]:
    """Neighbours together, for what they share. Which, follows from the number of runs alone: lanes
    that are trained together differ by roundings from others, and the same sweep shall have the
    same bits, whoever does it and however often it was begun.
    """
    size = min(_LARGEST, -(-count // _PARTS))
    parts = [tuple(range(i, min(i + size, count))) for i in range(0, count, size)]
    return [Job(plan, part) for part in parts if not missing.isdisjoint(part)]


@contextlib.contextmanager
def _interrupts_are_ours() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin(parent: Connection) -> None:
    """End with the process that has started this one, however that ends. Its steps are of small
    models, which lose by more threads.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        with contextlib.suppress(EOFError, OSError):
            parent.recv_bytes()
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent").start()
    brief.seldom()
    atexit.register(brief.leave)
    import torch

    torch.set_num_threads(1)
