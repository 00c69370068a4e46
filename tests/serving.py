"""A real engine in a thread of this process, without the seconds in which torch is loaded."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence

from ebmviz.core import protocol
from ebmviz.engine.model import plugins
from ebmviz.engine.server import loop, pipes

PATIENCE_S = 60.0  # until orders that do not end fail their test


def serve(
    orders: int,
    answers: int,
    mailbox: type[pipes.Mailbox] = pipes.Mailbox,
    files: Sequence[str] = (),
) -> None:
    """Do what is read from one pipe and answer on another, until the orders end; closes both.
    files: plug-ins.
    """
    with os.fdopen(orders, "rb") as source, os.fdopen(answers, "wb") as sink:
        outbox, box = pipes.Outbox(sink), mailbox(source)
        box.answer_with(lambda: outbox.put(protocol.Pong(at=box.taken_up)))

        def begins(plugin: str) -> None:
            outbox.put(protocol.Loading(plugin=plugin))

        again = functools.partial(plugins.again, files, begins, ())
        server = loop.Server(box, outbox, plugins.load(files, begins), again)
        server.settled = True  # what a test has made is not to stay for ever
        server.run()
        outbox.close()
        with box._ready:  # its thread reads until the end of the orders
            box._ready.wait_for(lambda: box.closed, PATIENCE_S)
