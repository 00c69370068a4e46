"""Open the window, if there is a screen and Qt can use it."""

from __future__ import annotations

from collections.abc import Sequence


def run(file: str | None, plugins: Sequence[str] = (), columns: str = "", engine: str = "") -> int:
    """The exit status. Says in one sentence what is missing: 2 without a screen."""
    from ebmviz.commands.base.arguments import opened, shipped_suffices
    from ebmviz.commands.base.display import missing_libraries, no_screen
    from ebmviz.core import library
    from ebmviz.core.errors import UsageError
    from ebmviz.core.process.elsewhere import elsewhere
    from ebmviz.files.opening import asks

    there = elsewhere(engine, plugins)
    problem = no_screen()
    if problem:
        raise UsageError(problem)
    wait = bool(plugins) or (file is not None and not shipped_suffices(plugins))
    if file is not None and not wait and not asks(file, columns):
        # A bad file is said in the terminal.
        opened(file, (), library.shipped_catalogue(), columns)
    missing_libraries()
    from ebmviz.ui.app import run as run_app

    return run_app(file, plugins, columns, wait=wait, elsewhere=there)
