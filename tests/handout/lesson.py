"""A short lesson, and one from a stranger."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ebmviz.core import library
from ebmviz.core.lesson.stop import Lesson
from ebmviz.core.lesson.text import read
from ebmviz.handout.made import made
from ebmviz.handout.models import Models

CATALOGUE = library.shipped_catalogue()
FILE = Path(__file__).parents[1] / "core" / "lesson" / "ellipse.md"
SHORT = read(FILE.read_text("utf-8"))

HOSTILE = read(
    '+++\ntitle = "<script>alert(1)</script> & \\"quoted\\""\n'
    'about = "<img src=x onerror=alert(2)>"\n'
    "+++\n\n## <b onclick='x()'>Name</b>\n~~~stop\nscene = \"ellipse\"\nstep = 2\n~~~\n"
    "<iframe src='https://example.org'></iframe> and ![a picture](https://example.org/a.png), a\n"
    '[link](javascript:alert(3)), $\\text{</svg><script>}$, $"onload=alert(4)$ and `<code>`.\n'
    "\n***\n\n</details></section></template><style>*{display:none}</style>\n"
)


@cache
def short(format: str) -> bytes:
    """The short one, gone through once for all tests of a file."""
    return files(SHORT, format)[format]


def files(lesson: Lesson, *formats: str) -> dict[str, bytes]:
    return made(lesson, Models(CATALOGUE), formats, lambda _: None)
