"""Words from outside: what a file calls itself and its parts. How they are shown, and which of
them are names.

A name may become a part of a path or a word of a command line, so it must be one that every
system takes for a name: never an option, a way to another folder or a device.
"""

from __future__ import annotations

import re
import unicodedata

from ebmviz.core.errors import UserError

NAME_CAP = 64
_BYTES_CAP = 128  # with a suffix, well below what a file system takes
_FORBIDDEN = re.compile(r'[/\\:*?"<>|]|\.\.|[\s.]$')
_DEVICE = re.compile(r"(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.I)


def clean(text: str, limit: int = 300) -> str:
    """`text` on one line of at most `limit` letters: what cannot be seen, or turns the direction
    of reading, is shown as its code.
    """
    seen = _shown(text[: limit + 1])
    return seen if len(seen) <= limit else seen[: limit - 1] + "…"


def short(text: str, limit: int = 60) -> str:
    """As `clean`, with beginning and end kept: of a file its suffix, of a path its last part."""
    if len(text) <= limit and len(seen := _shown(text)) <= limit:
        return seen
    tail = limit // 3
    head = _shown(text[:limit])[: limit - tail - 1]
    return f"{head}…{_shown(text[-tail:])[-tail:]}"


def name(text: object, what: str) -> str:
    """`text`, if it is a name. Raises UserError naming `what` and the rule that it breaks."""
    if not isinstance(text, str):
        raise UserError(f"{what} must be text")
    if why := _refused(text):
        raise UserError(f"{what} “{clean(text, 80)}” {why}")
    return text


def _refused(text: str) -> str:
    if not text:
        return "is empty"
    if len(text) > NAME_CAP or len(text.encode("utf-8", "surrogatepass")) > _BYTES_CAP:
        return f"is longer than the {NAME_CAP} letters of a name"
    if any(_seen(c) != c or (c.isspace() and c != " ") for c in text):
        return "contains an invisible character"
    if text[0] in "-. ~":
        return f"begins with “{text[0]}”"
    if found := _FORBIDDEN.search(text):
        return f"contains “{found[0]}”" if found[0] not in ". " else f"ends with “{found[0]}”"
    if _DEVICE.fullmatch(text):
        return "is the name of a device on some systems"
    return ""


def _shown(text: str) -> str:
    # Most texts are a hundred times faster seen to hold nothing of the kind.
    return text if text.isprintable() else "".join(map(_seen, text))


def _seen(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind[0] == "C" or kind in ("Zl", "Zp"):
        return letter.encode("unicode_escape").decode()
    return letter
