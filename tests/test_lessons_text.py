"""The shipped lessons as texts: whole, short enough, and every statement of the sources placed."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from matplotlib.mathtext import MathTextParser

from ebmviz.core import assets, library
from ebmviz.core.lesson import check, shipped
from ebmviz.core.lesson.states import scene_of
from ebmviz.core.lesson.stop import MAP, Lesson, Stop
from ebmviz.figures.registry import FIGURES
from ebmviz.figures.slots import cards

CATALOGUE = library.shipped_catalogue()
LESSONS = (
    *("free-energy", "training", "self-supervision", "losses", "architectures"),
    *("probabilities", "information", "memory"),
)
LETTERS = 900  # what a panel of 34 lines takes
SOURCES = "NEGLC"
COVERAGE = assets.resource("lessons/coverage.md").read_text("utf-8")
ABOUT = assets.resource("about.md").read_text("utf-8")


def lesson(name: str) -> Lesson:
    return shipped.lesson(name)


def stops() -> list[tuple[str, Stop]]:
    return [(name, stop) for name in LESSONS for stop in lesson(name).stops]


EVERY = pytest.mark.parametrize(
    "stop", [s for _, s in stops()], ids=[f"{name}: {s.name}" for name, s in stops()]
)


def rows() -> list[list[str]]:
    """The table of the sources, its head and rule left out."""
    lines = [line for line in COVERAGE.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def sentences(scene: str) -> list[str]:
    """What resources/about.md says of a scene."""
    part = ABOUT.partition(f"\n## {scene}\n")[2].partition("\n## ")[0]
    return [line.removeprefix("- ") for line in part.splitlines() if line.startswith("- ")]


def test_there_are_eight_in_the_order_of_the_lecture() -> None:
    assert tuple(shipped.names()) == LESSONS


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_has_enough_stops_and_not_too_many_of_them_ask(name: str) -> None:
    found = lesson(name)
    assert found.about.endswith(".")
    assert 8 <= len(found.stops) <= 14
    assert len({stop.name for stop in found.stops}) == len(found.stops)
    assert 2 <= sum(stop.asks for stop in found.stops) <= 3
    asked = [stop for stop in found.stops if stop.name.startswith("What will happen")]
    assert [stop for stop in found.stops if stop.asks] == asked
    assert all(stop.reveal and stop.answer for stop in asked)


@pytest.mark.parametrize("name", LESSONS)
def test_every_stop_can_be_gone_to(name: str) -> None:
    assert not list(check.faults(lesson(name), CATALOGUE, tuple(FIGURES)))


@EVERY
def test_what_is_large_is_on_the_screen(stop: Stop) -> None:
    """A question may do without a plot that would say the answer."""
    scene = scene_of(stop, CATALOGUE, bool(stop.reveal))
    shown = {card.name for card in cards(scene)}
    shown |= {fact.removeprefix("main:") for fact in scene.facts if fact.startswith("main:")}
    assert stop.large in {MAP, *shown}


@EVERY
def test_a_text_fits_its_panel_and_its_formulas_can_be_set(stop: Stop) -> None:
    assert stop.text
    assert stop.notes
    for part in (stop.text, stop.answer):
        assert len(part) <= LETTERS
        assert part.count("$") % 2 == 0
        for formula in re.findall(r"\$([^$]+)\$", part):
            assert "\n" not in formula
            MathTextParser("agg").parse(f"${formula}$")


def test_no_line_of_the_table_is_empty_and_every_stop_in_it_exists() -> None:
    table = rows()
    assert len(table) > 150
    for row in table:
        assert len(row) == 4, row
        assert all(row), row
        _, _, name, number = row
        assert name in LESSONS, row
        assert 1 <= int(number) <= len(lesson(name).stops), row
    assert {name for _, _, name, _ in table} == set(LESSONS)


def test_statements_are_numbered_within_their_source() -> None:
    numbers = [row[0] for row in rows()]
    counts = Counter(number[0] for number in numbers)
    assert [f"{s}{i}" for s in SOURCES for i in range(1, counts[s] + 1)] == numbers
    assert all(counts[source] >= 15 for source in SOURCES)


def test_every_slip_of_the_errata_is_told_in_a_lesson() -> None:
    """The lessons show a slip's own picture, or correct it where its model is on the screen."""
    told = " ".join(f"{stop.text} {stop.answer}" for _, stop in stops())
    shown = {stop.changes.get("experiment.slip") for _, stop in stops()} - {None}
    words = {
        "joint-sign": "without its minus",
        "classes": "one class too many",
        "log2": "-0.043",
        "square-square": "prints a minus",
        "lista": "$-Sz$",
        "section": "not at 0.4",
    }
    slips = CATALOGUE.component("experiment", "errata").params[0].choices
    assert {*shown, *words} == set(slips or ())
    assert not [word for word in words.values() if word not in told]


@pytest.mark.parametrize("scene", assets.scene_names())
def test_of_a_scene_it_is_said_what_is_seen_tried_and_proved(scene: str) -> None:
    said = sentences(scene)
    assert len(said) == 3
    assert all(re.fullmatch(r"[A-Z][^\n]*[^.]\.", sentence) for sentence in said)
    assert not [s for s in said if re.search(r"[.!?] [A-Z]", s)]  # one sentence each


def test_nothing_is_said_of_a_scene_that_is_not_there() -> None:
    assert set(re.findall(r"^## (\S+)$", ABOUT, re.M)) == set(assets.scene_names())
