"""`python -m ebmviz.export`: an order from stdin, the picture to stdout.

It ends when its stdin does, so that none outlives a window that was killed.
"""

from __future__ import annotations

import os
import sys

from ebmviz.core.errors import UserError
from ebmviz.core.process import log
from ebmviz.core.process.brief import brief
from ebmviz.core.process.parent import end_with_stdin
from ebmviz.export import job, numbers
from ebmviz.export.pages import PAGES


def main() -> int:
    """0, or 1 with a sentence on stderr. What a library prints goes to stderr, too."""
    log.begin("export")
    private = os.dup(1)
    os.dup2(2, 1)
    try:
        order = job.receive(sys.stdin.buffer)
        end_with_stdin()
        picture = _made(job.decode(order))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except Exception as error:
        log.report(type(error), error, error.__traceback__)
        text = " ".join(str(error).split())[:200]
        print(f"the figure could not be drawn: {type(error).__name__}: {text}", file=sys.stderr)
        return 1
    with os.fdopen(private, "wb") as out:
        out.write(picture)
    return 0


def _made(asked: job.Job) -> bytes:
    figure, format, about = asked.figure, asked.format, asked.about
    if format in numbers.FORMATS:
        return numbers.numbers(
            figure, format, about
        )  # without matplotlib, which takes long to load
    from ebmviz.export.render import render

    page = PAGES.get(asked.page)
    if page is None:
        raise UserError(f"“{asked.page}” is not a page; available: {', '.join(PAGES)}")
    return render(
        figure,
        format,
        asked.theme,
        page.inches,
        asked.dpi or page.dpi,
        session=asked.session,
        about=about,
        points=asked.points or page.points,
        transparent=asked.transparent,
    )


if __name__ == "__main__":
    with brief():
        status = main()
    sys.exit(status)
