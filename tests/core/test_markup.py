"""One notation for labels, three ways to write it."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ebmviz.core.markup import escaped, quoted, to_html, to_mathtext, to_plain


@pytest.mark.parametrize(
    ("text", "rich", "plain", "mathtext"),
    [
        ("F_β(y)", "F<sub>β</sub>(y)", "Fᵦ(y)", r"F$\mathdefault{_{β}}$(y)"),
        ("10^{−1}", "10<sup>−1</sup>", "10⁻¹", r"10$\mathdefault{^{−1}}$"),
        ("y_1, y_2", "y<sub>1</sub>, y<sub>2</sub>", "y₁, y₂", None),
        ("a < b & c", "a &lt; b &amp; c", "a < b & c", "a < b & c"),
        ("x_<", "x<sub>&lt;</sub>", "x_<", None),
        ("E_C + m = E_{max}", "E<sub>C</sub> + m = E<sub>max</sub>", "E_C + m = Eₘₐₓ", None),
        ("Σ_{i≠j} W_{YX}", "Σ<sub>i≠j</sub> W<sub>YX</sub>", "Σ_(i≠j) W_YX", None),
        ("√v̂ x^{−12}", "√v̂ x<sup>−12</sup>", "√v̂ x⁻¹²", None),
        ("e^{2y} ‖w‖^2", "e<sup>2y</sup> ‖w‖<sup>2</sup>", "e^(2y) ‖w‖²", None),
        ("5 $", "5 $", "5 $", r"5 \$"),
        ("", "", "", ""),
        ("end_", "end_", "end_", "end_"),
        ("_{}", "<sub></sub>", "", None),
        (r"my\_points\^2", "my_points^2", "my_points^2", "my_points^2"),
        (r"\\_1", r"\<sub>1</sub>", "\\₁", None),
        (r"a\b", r"a\b", r"a\b", None),
    ],
)
def test_scripts_are_written(text: str, rich: str, plain: str, mathtext: str | None) -> None:
    assert to_html(text) == rich
    assert to_plain(text) == plain
    if mathtext is not None:
        assert to_mathtext(text) == mathtext


@given(text=st.text(alphabet="ab_^{}<>&$ 1β", max_size=30))
@settings(derandomize=True, deadline=None)
def test_rich_text_is_well_formed_and_says_the_same(text: str) -> None:
    written = re.sub(r"([_^])(?:\{([^{}]*)\}|(.))", lambda m: m[2] or m[3] or "", text)
    rich = to_html(text)
    bare = re.sub(r"</?su[bp]>", "", rich)
    assert "<" not in bare
    assert ">" not in bare
    assert html.unescape(bare) == written
    assert rich.count("<sub>") == rich.count("</sub>")


@given(text=st.text(alphabet="ab_^{}<>&$ 1β\\\n\u202e", max_size=30))
@settings(derandomize=True, deadline=None)
def test_words_from_outside_are_shown_letter_for_letter(text: str) -> None:
    seen = text.replace("\n", "\\n").replace("\u202e", "\\u202e")
    assert to_plain(quoted(text, 1000)) == seen
    assert html.unescape(to_html(quoted(text, 1000))) == seen
    assert "<" not in to_html(quoted(text, 1000))


def test_plain_words_are_no_rich_text() -> None:
    assert escaped('<img src="/dev/zero">') == "&lt;img src=&quot;/dev/zero&quot;&gt;"
    assert escaped("two\nlines") == "two<br>lines"
