"""`python -m ebmviz.commands.base.beside WORDS …`: a command for the window to run beside itself.

It ends when its stdin does, so none outlives a window that was killed. Only what the command gives
goes to stdout; what a library prints goes to stderr.
"""

from __future__ import annotations

import os
import sys

from ebmviz.cli import main
from ebmviz.core.process.brief import brief
from ebmviz.core.process.parent import end_with_stdin

if __name__ == "__main__":
    end_with_stdin()
    private = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(private, "w", encoding="utf-8")
    with brief():
        status = main(sys.argv[1:])
    sys.exit(status)
