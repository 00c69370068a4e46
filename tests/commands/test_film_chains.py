"""Chains in a film: so many steps before each frame as the window would have made by then."""

from __future__ import annotations

import pytest

from ebmviz.commands.base.film.moments import Moment, of_stops
from ebmviz.commands.base.film.walking import walked
from ebmviz.core import library
from ebmviz.core.lesson.stop import Lesson, Reveal, Stop
from ebmviz.core.scene import Scene, replace
from tests.commands.program import CATALOGUE

RATE = 30


def at_pace(pace: float) -> Scene:
    return replace(library.scene("unconditional", CATALOGUE), {"sampler.pace": pace}, CATALOGUE)


def steps(pace: float, *frames: int) -> list[list[tuple[int, int]]]:
    """Of moments that last so long: the steps before each part, and its frames."""
    scene = at_pace(pace)
    each = (Moment(scene, step, frames=count, walks=True) for step, count in enumerate(frames))
    parts = [*walked(each, RATE)]
    assert sum(part.frames for part in parts) == sum(frames)
    return [
        [(part.chains, part.frames) for part in parts if part.step == number]
        for number in range(len(frames))
    ]


@pytest.mark.parametrize(
    ("pace", "made"),
    [
        (60.0, [[(1, 1), (2, 1), (2, 1)], [(2, 1), (2, 1)]]),
        (30.0, [[(1, 1), (1, 1), (1, 1)], [(1, 1), (1, 1)]]),
        (15.0, [[(1, 2), (1, 1)], [(0, 1), (1, 1)]]),
        (0.1, [[(1, 3)], [(0, 2)]]),
        (float("inf"), [[(1, 1), (33, 1), (33, 1)], [(34, 1), (33, 1)]]),
    ],
)
def test_they_keep_their_pace_over_all_that_happens(
    pace: float, made: list[list[tuple[int, int]]]
) -> None:
    assert steps(pace, 3, 2) == made


def test_a_minute_has_as_many_steps_as_their_pace_says() -> None:
    made = steps(45.0, *[1] * (60 * RATE + 1))
    assert sum(chains for part in made for chains, _ in part) == 1 + 60 * 45


def test_what_has_no_chains_stays_whole() -> None:
    none = Moment(library.scene("information", CATALOGUE), frames=9, walks=True)
    still = Moment(at_pace(60.0), frames=9)
    assert [*walked([none, still], RATE)] == [none, still]


def test_those_of_stops_walk_where_the_lesson_says_so() -> None:
    """Until one has arrived where they do not, and on from a question to its answer."""
    stops = (
        Stop("Still", "unconditional"),
        Stop(
            "Walk", "unconditional", chains=True, text="?", answer="!", reveal=Reveal(), way="cut"
        ),
        Stop("Still again", "unconditional", {"view.beta": 3.0}, way="morph", seconds=0.1),
    )
    moments = [*walked(of_stops(Lesson("", stops=stops), RATE, lambda _: 0.1, CATALOGUE), RATE)]
    by_title = [(each.title, each.chains, each.frames) for each in moments]
    assert by_title == [
        ("Still", 0, 3),
        *[("Walk", made, 1) for made in (1, 2, 2)],
        *[("Walk", 2, 1)] * 3,
        *[("Still again", 2, 1)] * 2,
        ("Still again", 0, 3),
    ]
