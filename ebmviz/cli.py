"""The program. `ebmviz [FILE]` opens the window; everything else is a command."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import re
import sys
from typing import NoReturn

from ebmviz import __version__, commands
from ebmviz.core import scan
from ebmviz.core.errors import NumericError, UsageError, UserError
from ebmviz.core.outside import clean
from ebmviz.core.process import supervision
from ebmviz.core.process.brief import brief

NAME = "ebmviz"
INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted by Ctrl-C. Errors are one
    sentence on stderr.
    """
    _open_output()
    args = sys.argv[1:] if argv is None else argv
    if argv is None and supervision.wanted(args):
        return supervision.run(args)
    known = bool(args) and args[0] in scan.names(commands)
    with brief() if argv is None and known else contextlib.nullcontext():
        return _done(args, known)


def _done(args: list[str], known: bool) -> int:
    """The exit status of a command that is known, or of the window."""
    try:
        status = _command(args[0], args[1:]) if known else _window(args)
        sys.stdout.flush()
        return status
    except UsageError as error:
        return _complain(str(error), 2)
    except (UserError, NumericError) as error:
        return _complain(str(error), 1)
    except BrokenPipeError:  # whoever read the output has seen enough
        _drop_output()
        return 1
    except OSError as error:
        _drop_output()
        return _complain(f"{error.filename or 'the output'}: {error.strerror or error}", 1)
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    except MemoryError:
        return _complain("out of memory: lower the resolution, the latents or the data", 1)


def _command(name: str, args: list[str]) -> int:
    module = importlib.import_module(f"ebmviz.commands.{name}")
    parser = _Parser(f"ebmviz {name}", description=module.__doc__)
    # "-1,0.5" is a point, not an option.
    parser._negative_number_matcher = re.compile(r"^-[\d.].*$")
    module.configure(parser)
    _add_common(parser)
    parsed = parser.parse_args(args)
    _speak(parsed.language)
    try:
        return int(module.run(parsed))
    except SystemExit as error:
        raise UserError(f"something asked to exit ({error.code}): a plug-in?") from None


def _window(args: list[str]) -> int:
    from ebmviz.commands.base.arguments import add_columns

    parser = _Parser(
        "ebmviz",
        description="A desktop explorer of energy landscapes. Without a command it opens the"
        " window, on FILE if there is one: a session, a table of points (CSV, TSV, NPY), or a"
        " figure made by ebmviz.",
        epilog=_listed() if {"-h", "--help"} & {*args} else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", metavar="FILE|SCENE")
    add_columns(parser)
    parser.add_argument(
        "--info", action="store_true", help="versions, device, threads and folders, to be copied"
    )
    parser.add_argument(
        "--install-desktop",
        action="store_true",
        help="Linux: an entry in the desktop's menu, and sessions open with a double click",
    )
    parser.add_argument(
        "--engine",
        default="",
        metavar="WHERE",
        help="train elsewhere: ssh:HOST, where ebmviz is installed, or a command that starts its"
        ' engine, such as "srun --gres=gpu:1 ebmviz engine --link"',
    )
    parser.add_argument("--version", action="version", version=f"ebmviz {__version__}")
    _add_common(parser)
    parsed = parser.parse_args(args)
    _speak(parsed.language)
    if parsed.info:
        from PySide6.QtCore import QSettings

        from ebmviz.core.process import machine
        from ebmviz.engine.model.devices import described

        settings = QSettings(NAME, NAME).fileName()
        print(machine.text({"settings": settings, "device": described()}))
        return 0
    if parsed.install_desktop:
        from ebmviz.commands.base import desktop

        for file in desktop.install():
            print(file)
        return 0
    from ebmviz.commands.base import window

    if parsed.columns and parsed.file is None:
        raise UsageError("--columns: there is no FILE whose columns they are")
    return window.run(parsed.file, parsed.plugin, parsed.columns, parsed.engine)


def _listed() -> str:
    """Every command and what it is for."""
    every = sorted(scan.modules(commands), key=lambda module: module.ORDER)
    lines = [f"  {m.__name__.rpartition('.')[2]:<12}{m.SUMMARY}" for m in every]
    return "\n".join(("commands (each has --help):", *lines))


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--plugin",
        action="append",
        default=[],
        metavar="FILE",
        help="add what a file of your own brings, or all files of a folder (repeatable)",
    )
    parser.add_argument("--without", action="append", default=[], help=argparse.SUPPRESS)
    parser.add_argument(
        "--language",
        metavar="FILE.po",
        help="a translation of the window and its figures, made from resources/language/ebmviz.pot",
    )


def _speak(language: str | None) -> None:
    """This process, and all that it starts."""
    if language is None:
        return
    from ebmviz.core.language import files, said

    said.speak(files.opened(language))
    os.environ[files.VARIABLE] = os.path.abspath(language)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, as everything else here does."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `{self.prog} --help`")


def _open_output() -> None:
    """Windows starts a program without a terminal without streams: what it says is then dropped."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - until the end


def _drop_output() -> None:
    """Let what could not be written go, or Python would try again at its end, and complain."""
    if sys.stdout is sys.__stdout__ and sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _complain(sentence: str, status: int) -> int:
    print(f"ebmviz: {clean(sentence, 4000)}", file=sys.stderr)
    return status
