"""Translations as files (gettext's PO), and the template that they begin with (POT)."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from ebmviz.core import assets
from ebmviz.core.errors import UserError
from ebmviz.core.language.table import Table, simple
from ebmviz.core.outside import clean

VARIABLE = "EBMVIZ_LANGUAGE"
"""Of the environment: the translation that this process and those it starts speak."""
TEMPLATE = "language/ebmviz.pot"
_LARGEST = 8 << 20  # bytes


def opened(file: str | os.PathLike[str]) -> Table:
    """A translation. What is not translated, or marked as fuzzy, stays English.

    Raises UserError, with file and line, for one that cannot be read, or that puts in other numbers
    and names than the text does.
    """
    import polib

    path = Path(file)
    try:
        if path.stat().st_size > _LARGEST:
            raise UserError(f"{clean(str(path))}: more than {_LARGEST >> 20} MB is no translation")
        # With a line behind it, no text is taken for the name of another file.
        found = polib.pofile(path.read_text("utf-8") + "\n")
    except OSError as error:
        why = error.strerror or next(iter(str(error).splitlines()), "it cannot be read")
        raise UserError(f"{clean(str(path))}: {clean(why)}") from None
    except UnicodeDecodeError:
        raise UserError(f"{clean(str(path))}: it is not in UTF-8") from None
    except (ValueError, LookupError, AttributeError):
        raise UserError(f"{clean(str(path))}: it is no translation") from None
    said = {}
    for entry in found.translated_entries():
        if not simple(entry.msgid) and entry.msgid not in _ours():
            continue  # it could take long to find out that a text is none of it
        try:
            Table({entry.msgid: entry.msgstr})
        except UserError as error:
            raise UserError(f"{clean(str(path))}, line {entry.linenum}: {error}") from None
        said[entry.msgid] = entry.msgstr
    return Table(said)


@cache
def _ours() -> frozenset[str]:
    """All texts of the program."""
    import polib

    return frozenset(each.msgid for each in polib.pofile(str(assets.resource(TEMPLATE))))


def template() -> str:
    """All texts of the program, as a POT file: each with the files that say it."""
    import polib

    from ebmviz.core.language.collected import texts

    made = polib.POFile(wrapwidth=0)
    made.header = (
        "Every text of ebmviz. {0}, {1} … are put in; they may change places, and stay.\n"
        "Save a copy as de.po, translate it, and start `ebmviz --language de.po`."
    )
    made.metadata = {
        "Project-Id-Version": "ebmviz",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for each in texts():
        places = [(file, "") for file in each.files]
        made.append(polib.POEntry(msgid=each.template, occurrences=places))
    return str(made) + "\n"


def write() -> Path:
    """The template of a checkout, anew."""
    path = assets.resource(TEMPLATE)
    path.parent.mkdir(exist_ok=True)
    path.write_text(template(), "utf-8")
    return path
