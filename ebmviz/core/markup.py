"""One small notation for labels: `F_β(y)`, `y_1`, `10^{−1}`, `F_{∞}`.

`_x` lowers and `^x` raises the next character or the braced group.
"""

from __future__ import annotations

import html
import re

_SCRIPT = re.compile(r"([_^])(?:\{([^{}]*)\}|(.))")


def to_html(text: str) -> str:
    """For Qt's rich text."""

    def script(match: re.Match[str]) -> str:
        inner = match[2] if match[2] is not None else match[3]
        tag = "sub" if match[1] == "_" else "sup"
        return f"<{tag}>{inner}</{tag}>"

    return _SCRIPT.sub(script, html.escape(text, quote=False))


def to_plain(text: str) -> str:
    """For places without scripts, such as a file name or a tooltip."""
    return _SCRIPT.sub(lambda m: m[2] if m[2] is not None else m[3], text)


def to_mathtext(text: str) -> str:
    """For matplotlib: scripts as mathtext, everything else left as it is."""

    def script(match: re.Match[str]) -> str:
        inner = match[2] if match[2] is not None else match[3]
        return rf"$\mathdefault{{{match[1]}{{{inner}}}}}$"

    parts, end = [], 0
    for match in _SCRIPT.finditer(text):
        parts += [text[end : match.start()].replace("$", r"\$"), script(match)]
        end = match.end()
    return "".join(parts) + text[end:].replace("$", r"\$")
