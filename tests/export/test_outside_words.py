"""Words from outside are drawn letter for letter: no mathematics, no markup, no tags."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from ebmviz.core.markup import quoted
from ebmviz.core.plot import Axis, Curve, Note, Plot
from ebmviz.export.render import render
from tests.slow import sparing

WORDS = [
    r"$\frac{1}{0}$",
    "a$b$c",
    r"\$x",
    "my_points^2.csv",
    "_{$}^",
    "<script>1</script>",
    "&amp; 100%",
    "{0} %s \\",
    "$",
]


@pytest.mark.parametrize("word", sparing(WORDS, WORDS[:1] + WORDS[4:6]))
def test_a_figure_shows_them_as_they_are(word: str) -> None:
    shown = quoted(word)
    line = Curve(np.arange(3.0), np.arange(3.0), "energy", label=f"label {shown}")
    plot = Plot(f"title {shown}", Axis(f"axis {shown}"), Axis("y"), (line, Note(1, 1, shown)))
    root = ElementTree.fromstring(render(plot, "svg"))
    texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    texts = [text.replace("\xa0", " ").strip() for text in texts]
    for expected in (f"title {word}", f"axis {word}", f"label {word}", word):
        assert expected in texts
    for format in ("png", "pdf"):
        assert render(plot, format)
