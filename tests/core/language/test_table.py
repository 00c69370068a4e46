"""A translation: numbers and names are put in, and what is not known stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ebmviz.core.errors import UserError
from ebmviz.core.language.table import Table

GERMAN = Table(
    {
        "Loss": "Verlust",
        "New": "Neu",
        "restarted at step {0}": "beginnt bei Schritt {0} neu",
        "the engine was killed by signal {0}": "Signal {0} hat den Rechenkern beendet",
        "{0} of {1} points": "von {1} Punkten {0}",
        "F_{{∞}} of {0}": "F_{{∞}} von {0}",
        "Source: {0}": "Quelle: {0}",
    }
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Loss", "Verlust"),
        (" Loss ", " Verlust "),
        ("Losses", "Losses"),
        ("restarted at step 12", "beginnt bei Schritt 12 neu"),
        (
            "the engine was killed by signal 9; restarted at step 3",
            "Signal 9 hat den Rechenkern beendet; beginnt bei Schritt 3 neu",
        ),
        ("3 of 7 points", "von 7 Punkten 3"),
        ("F_{∞} of Loss", "F_{∞} von Verlust"),
        ("F_{∞} of “Loss”", "F_{∞} von “Loss”"),  # a name stays as it is
        ("New (Ctrl+N)", "Neu (Ctrl+N)"),
        (
            "Source: LeCun et al. 2006, §2; Hinton 2002",
            "Quelle: LeCun et al. 2006, §2; Hinton 2002",
        ),
        ("β = 2", "β = 2"),
        ("", ""),
    ],
)
def test_texts_are_said_as_far_as_they_are_known(text: str, said: str) -> None:
    assert GERMAN.of(text) == said


@pytest.mark.parametrize(
    ("text", "other"), [("step {0}", "Schritt"), ("step", "Schritt {0}"), ("{0} {1}", "{0} {0}")]
)
def test_a_translation_puts_in_what_its_text_does(text: str, other: str) -> None:
    with pytest.raises(UserError, match="does not put in"):
        Table({text: other})


@given(st.text(max_size=60))
def test_nothing_known_nothing_changed(text: str) -> None:
    assert Table({}).of(text) == text


@given(st.text("ab {}0;.:“”", max_size=30), st.text("ab {}0;.:“”", max_size=30))
def test_any_texts_are_a_translation_or_refused(one: str, other: str) -> None:
    try:
        table = Table({one: other})
    except UserError:
        return
    table.of(one)
