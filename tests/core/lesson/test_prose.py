"""What lessons use of Markdown, and what they do not."""

from __future__ import annotations

import pytest

from ebmviz.core.lesson import shipped
from ebmviz.core.lesson.prose import read


def said(text: str) -> list[tuple[str, str]]:
    (block,) = read(text)
    return [(run.style, run.text) for run in block.runs]


def test_runs_have_their_styles() -> None:
    assert said("A *slanted* and **bold** `x_1` of _two words_.") == [
        ("plain", "A "),
        ("em", "slanted"),
        ("plain", " and "),
        ("strong", "bold"),
        ("plain", " "),
        ("code", "x_1"),
        ("plain", " of "),
        ("em", "two words"),
        ("plain", "."),
    ]


def test_what_stands_in_a_formula_is_no_markdown() -> None:
    assert said(r"So $a_1 * b_2 * c$, and 5 $ of 10 $.") == [
        ("plain", "So "),
        ("formula", "a_1 * b_2 * c"),
        ("plain", ", and 5 $ of 10 $."),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a_b_c", "a_b_c"),
        (r"\*not slanted\*", "*not slanted*"),
        ("[words](https://example.org)", "words"),
        ("![a picture](x.png)", "a picture"),
        ("<b>tags</b> & more", "<b>tags</b> & more"),
        ("one\ntwo", "one two"),
    ],
)
def test_words_stay_words(text: str, shown: str) -> None:
    assert "".join(word for _, word in said(text)) == shown


def test_blocks() -> None:
    text = "First.\n\n- one\n- two\n  goes on\n3. three\n\n### Head ##\nText\n\n"
    text += "```\na  b\n\nc\n```\n> q"
    assert [(b.kind, b.mark, "".join(r.text for r in b.runs)) for b in read(text)] == [
        ("text", "", "First."),
        ("item", "•", "one"),
        ("item", "•", "two goes on"),
        ("numbered", "3.", "three"),
        ("heading", "", "Head"),
        ("text", "", "Text"),
        ("code", "", "a  b\n\nc"),
        ("text", "", "q"),
    ]
    assert read("") == read("\n \n") == []


def test_no_letter_of_a_shipped_lesson_is_lost() -> None:
    """Letters alone: the signs of Markdown are no words."""
    for name in shipped.names():
        for stop in shipped.lesson(name).stops:
            shown = "".join(run.text for block in read(stop.text) for run in block.runs)
            kept, given = (sorted(filter(str.isalnum, each)) for each in (shown, stop.text))
            assert kept == given, stop.name
