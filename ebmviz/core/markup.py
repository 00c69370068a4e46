"""One small notation for labels: `F_β(y)`, `y_1`, `10^{−1}`, `F_{∞}`.

`_x` lowers and `^x` raises the next character or the braced group.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_SCRIPT = re.compile(r"([_^])(?:\{([^{}]*)\}|(.))")
_TAGS = {"": "{}", "_": "<sub>{}</sub>", "^": "<sup>{}</sup>"}


def to_html(text: str) -> str:
    """For Qt's rich text."""
    pieces = ((_TAGS[sign], html.escape(piece, quote=False)) for sign, piece in _cut(text))
    return "".join(tag.format(piece) for tag, piece in pieces)


def to_plain(text: str) -> str:
    """For places without scripts, such as a file name or a tooltip."""
    return "".join(piece for _, piece in _cut(text))


def to_mathtext(text: str) -> str:
    """For matplotlib: scripts as mathtext, everything else left as it is."""
    return "".join(
        rf"$\mathdefault{{{sign}{{{piece}}}}}$" if sign else piece.replace("$", r"\$")
        for sign, piece in _cut(text)
    )


def _cut(text: str) -> Iterator[tuple[str, str]]:
    """(sign, piece): sign is `_` or `^` for a script, empty for plain text."""
    end = 0
    for match in _SCRIPT.finditer(text):
        yield "", text[end : match.start()]
        yield match[1], match[2] if match[2] is not None else match[3]
        end = match.end()
    yield "", text[end:]
