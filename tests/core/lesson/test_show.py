"""What a stop wants on the stage, and whether chains walk there, as text."""

from __future__ import annotations

import pytest

from ebmviz.core import library
from ebmviz.core.lesson import check, text
from ebmviz.core.lesson.pieces import Fault
from ebmviz.core.lesson.stop import Lesson, Stop
from ebmviz.figures.registry import FIGURES

HEAD = '+++\ntitle = "A"\n+++\n\n## One\n~~~stop\nscene = "{scene}"\n{line}\n~~~\nSeen.\n'


def written(line: str, scene: str = "unconditional") -> str:
    return HEAD.format(scene=scene, line=line)


def test_they_are_read_and_written() -> None:
    stop = text.read(written('show = ["loss-curve", "view.beta", "time"]\nchains = true')).stops[0]
    assert stop.show == ("loss-curve", "view.beta", "time")
    assert stop.chains
    made = Stop("One", "ellipse", show=("meter",), chains=True, text="Seen.")
    again = text.read(text.write(Lesson("A", stops=(made,)))).stops[0]
    assert (again.show, again.chains) == (("meter",), True)
    plain = text.write(Lesson("A", stops=(Stop("One", "ellipse"),)))
    assert "show" not in plain
    assert "chains" not in plain


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('show = "meter"', "is a list of at most 12 names"),
        ("show = [1]", "is a list of at most 12 names"),
        ('show = ["../meter"]', "show"),
        (f"show = {['meter'] * 13}".replace("'", '"'), "is a list of at most 12 names"),
        ("chains = 1", "is neither true nor false"),
    ],
)
def test_what_is_none_of_that_is_named_with_its_line(line: str, said: str) -> None:
    with pytest.raises(Fault, match=said) as caught:
        text.read(written(line))
    assert str(caught.value).startswith("line 8:")


def test_what_there_is_not_is_said_before_a_lecture() -> None:
    catalogue = library.shipped_catalogue()
    (wrong,) = check.faults(text.read(written('show = ["metre"]')), catalogue, FIGURES)
    assert "no figure and no slider “metre” (did you mean" in str(wrong)
    (none,) = check.faults(text.read(written("chains = true", "hopfield")), catalogue, FIGURES)
    assert "has none" in str(none)
    assert not list(check.faults(text.read(written("chains = true")), catalogue, FIGURES))
