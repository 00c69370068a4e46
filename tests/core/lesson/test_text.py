"""Lessons are text: read with the line of what is wrong, and written again as they were."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ebmviz.core import library
from ebmviz.core.errors import UserError
from ebmviz.core.lesson import check, shipped, text
from ebmviz.core.lesson.pieces import Fault
from ebmviz.core.lesson.stop import MOST, Lesson, Reveal, Stop
from ebmviz.figures.registry import FIGURES
from ebmviz.files import lessons

CATALOGUE = library.shipped_catalogue()
FILE = Path(__file__).with_name("ellipse.md")
WRITTEN = FILE.read_text("utf-8")


def changed(index: int, **changes: Any) -> Lesson:
    lesson = text.read(WRITTEN)
    return lesson.changed(index, msgspec.structs.replace(lesson.stops[index], **changes))


def refused(written: str) -> Fault:
    with pytest.raises(Fault) as caught:
        text.read(written)
    assert str(caught.value).isprintable()
    return caught.value


def test_a_lesson_says_what_stands_in_it() -> None:
    lesson = text.read(WRITTEN)
    cold, asks, probe = lesson.stops
    assert (lesson.title, lesson.order) == ("The ellipse, cold and trained", 3)
    assert cold.changes == {"view.beta": math.inf}
    assert cold.text.startswith("At $β = ∞$")
    assert cold.text.endswith("```")
    assert (cold.answer, cold.notes, cold.asks) == ("", "Ask who sees two minima.", False)
    assert (asks.way, asks.seconds, asks.asks) == ("morph", 2.0, True)
    assert asks.reveal == Reveal({"view.beta": 1.0}, 24)
    assert asks.text == "The data pull. Which of the half axes grows?"
    assert asks.answer.startswith("Both:")
    assert (probe.step, probe.large, probe.text) == (24, "cross-section", "")
    assert probe.changes["view.probe"] == (0.5, 0.25)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_was_not_changed_is_the_same_letter_for_letter(end: str) -> None:
    written = WRITTEN.replace("\n", end)
    assert text.write(text.read(written)) == written
    assert text.write(text.read(written.rstrip())) == written.rstrip()


def test_only_what_was_changed_is_written_anew() -> None:
    was, now = WRITTEN.splitlines(), text.write(changed(0, name="Hot")).splitlines()
    assert [(a, b) for a, b in zip(was, now, strict=True) if a != b] == [("## Cold", "## Hot")]
    now = text.write(changed(0, notes="")).splitlines()
    assert "view.beta = inf        # the least over z" in now
    assert "> Ask who sees two minima." not in now
    now = text.write(changed(0, step=3)).splitlines()
    assert "> Ask who sees two minima." in now
    assert 'scene = "ellipse"      # as shipped' not in now
    assert text.read("\n".join(now)).stops[0].step == 3


def test_stops_that_change_places_keep_their_words() -> None:
    lesson = text.read(WRITTEN.rstrip())
    turned = text.write(lesson.moved(2, 0))
    again = text.read(turned)
    assert [s.name for s in again.stops] == ["Probe", "Cold", "What does training do?"]
    for stop in lesson.stops:
        assert stop.source.rstrip() in turned


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("+++\ntitle", "title", 1, "a lesson begins with"),
        ('title = "The ellipse, cold and trained"\n', "", 2, "a lesson has a title"),
        ("order = 3", "ordre = 3", 4, "ordre: is not known (did you mean “order”?)"),
        ('scene = "ellipse"      #', "scene = ellipse #", 11, "not TOML"),
        ('scene = "ellipse"      #', "scene = 1 #", 11, "scene: is not a text in quotes"),
        ('scene = "ellipse"      #', 'scene = "../a" #', 11, "the name of scene"),
        ("seconds = 2", "seconds = 1e9", 31, "seconds: is not between 0 and 600"),
        ("seconds = 2", "seconds = nan", 31, "seconds: is not between 0 and 600"),
        ('way = "morph"', 'way = "fade"', 30, "“fade” is none: there is cut, morph"),
        ("step = 24, ", "step = 2.5, ", 32, "step: is not a whole number"),
        ("step = 24\n", "step = -1\n", 45, "step: is not between 0 and"),
        ("view.probe = [0.5, 0.25]", "view.probe = 1979-05-27", 49, "probe: is neither"),
        ("view.probe = [0.5, 0.25]", "view.probe = nan", 49, "probe: is neither"),
        ("view.probe = [0.5, 0.25]", f"a = {'[' * 5000}", 44, ""),
        ("[set]\nview.beta = inf", "[sets]\nview.beta = inf", 13, "sets: is not known"),
        ("~~~\nAt", "At", 15, "not TOML"),
        ("## Cold\n", "## Cold\nwords\n", 9, "the heading of a stop is followed by its state"),
        ("## Cold", "##", 9, "the name of a stop has 1 to 120 letters"),
        ("without end", "without\u202eend", 19, "U+202E cannot be seen"),
        ("without end", "without\0end", 19, "U+0000 cannot be seen"),
        ("without end", "x" * 20_001, 16, "at most 20000 are read"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in WRITTEN
    fault = refused(WRITTEN.replace(old, new, 1))
    assert said in fault.sentence
    assert fault.line == line or not said
    assert str(fault).startswith(f"line {fault.line}: ")


def test_size_is_bounded() -> None:
    one = '## a\n~~~stop\nscene = "ellipse"\n~~~\n'
    head = '+++\ntitle = "a"\n+++\n'
    assert len(text.read(head + one * MOST).stops) == MOST
    assert "at most 200" in refused(head + one * (MOST + 1)).sentence
    assert "MiB" in refused(head + " " * text.CAP).sentence


PLAIN = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp"), include_characters="\n"),
    max_size=80,
)
WORD = st.text("abcdefgh_-", min_size=1, max_size=8).filter(lambda w: w[0] not in "-")
VALUE = (
    st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=20)
    | st.lists(st.floats(allow_nan=False), max_size=4).map(tuple)
)
PATHS = st.dictionaries(st.tuples(WORD, WORD).map(".".join), VALUE, max_size=3)
STOPS = st.builds(
    Stop,
    st.text("abc ()β,:", min_size=1).map(str.strip).filter(bool),
    WORD,
    PATHS,
    st.integers(0, 10**6),
    st.sampled_from(["cut", "morph"]),
    st.floats(0, 600),
    WORD,
    st.none() | st.builds(Reveal, PATHS, st.none() | st.integers(0, 999)),
    st.none() | st.integers(0, 9),
)


@given(st.lists(st.tuples(STOPS, PLAIN), max_size=3))
def test_whatever_is_written_is_read_as_it_was(given: list[tuple[Stop, str]]) -> None:
    stops = tuple(text.with_body(stop, said) for stop, said in given)
    written = text.write(Lesson("a", "b", 2, stops))
    found = text.read(written)
    plain = tuple(msgspec.structs.replace(stop, source="") for stop in found.stops)
    assert plain == stops
    assert text.write(found) == written


@given(PLAIN)
def test_what_a_stop_says_is_one_text_to_edit(said: str) -> None:
    stop = text.with_body(Stop("a", "ellipse"), said)
    assert text.with_body(stop, text.body(stop)) == stop


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
def test_whatever_else_it_is_one_sentence(junk: str) -> None:
    for written in (junk, f'+++\ntitle = "a"\n+++\n## b\n~~~stop\n{junk}\n~~~\n{junk}'):
        try:
            text.read(written)
        except UserError as error:
            assert str(error).isprintable()


def test_a_path_that_is_wrong_is_said_with_its_line() -> None:
    def said(old: str, new: str) -> list[str]:
        assert old in WRITTEN
        lesson = text.read(WRITTEN.replace(old, new, 1))
        return [str(fault) for fault in check.faults(lesson, CATALOGUE, FIGURES)]

    assert said("Cold", "Cold") == []
    (bad,) = said("view.beta = inf", "view.bta = inf")
    assert bad.startswith("line 14: “Cold”: view.bta: no such parameter here")
    assert "view.beta" in bad
    (bad,) = said("view.probe = [0.5, 0.25]", "view.probe = [0.5]")
    assert bad.startswith("line 49: “Probe”: view.probe: 1 numbers where 2 are needed")
    (bad,) = said("view.beta = 1.0 }", "seed = -1 }")
    assert bad.startswith("line 32: “What does training do?”: seed: ")
    (bad,) = said('large = "cross-section"', 'large = "cross-sections"')
    assert bad.startswith("line 46: “Probe”: large: there is no figure “cross-sections” (did you")
    (bad,) = said('scene = "ellipse"\nstep', 'scene = "elipse"\nstep')
    assert "“elipse” is not a built-in scene (did you mean “ellipse”?)" in bad
    (bad,) = said('scene = "ellipse"\nstep', 'scene = "errata"\nstep')
    assert "view.beta" in bad or "no steps" in bad


def test_shipped_lessons_can_be_gone_to() -> None:
    for name in shipped.names():
        lesson = shipped.lesson(name)
        assert list(check.faults(lesson, CATALOGUE, FIGURES)) == [], name
        assert lesson.stops, name
    with pytest.raises(UserError, match="“nothing” is not a lesson"):
        shipped.lesson("nothing")


def test_a_file_is_saved_whole(tmp_path: Path) -> None:
    lesson = lessons.load(FILE)
    lessons.save(lesson, tmp_path / "a.md")
    assert (tmp_path / "a.md").read_bytes() == FILE.read_bytes()
    (tmp_path / "b.md").write_bytes(b'+++\ntitle = "\xff"\n+++\n')
    with pytest.raises(UserError, match="b.md: line 2: not text in UTF-8"):
        lessons.load(tmp_path / "b.md")
