"""The schedule alone: what is due when, without a clock, a model or a window."""

from __future__ import annotations

import math

import pytest

from ebmviz.engine.server.schedule import (
    AHEAD,
    FASTEST_HZ,
    LULL,
    MOST_CREDITS,
    RENDER_SHARE,
    SLICE,
    SLOWEST_HZ,
    Schedule,
)

NOW = 100.0
GROUPS = (("section",), ("lens", "map"), ())


def seen(credits: int = 3, awaiting_weights: bool = False) -> Schedule:
    """A scene was sent at NOW, and its first frame has left."""
    schedule = Schedule()
    schedule.grant(credits + 1)
    schedule.show(("map",), GROUPS, awaiting_weights)
    schedule.sent()
    schedule.drawn(NOW, NOW + 0.001)
    return schedule


def test_nothing_is_due_at_rest() -> None:
    schedule = seen()
    assert schedule.idle_time(NOW, rough=False, rest=0.0) is None
    assert not schedule.frame_due(NOW + 10)
    assert schedule.steps_due(NOW + 10, 24.0)[0] == 0
    assert not (schedule.training)
    assert not (schedule.moving)
    assert not (schedule.answer_due)


def test_an_answer_is_due_at_once_and_with_the_last_credit() -> None:
    schedule = seen(credits=1)
    schedule.play(True, NOW)
    assert not schedule.frame_due(NOW + 10)  # kept for an answer
    assert not schedule.answer_due
    schedule.show(("map",), GROUPS, awaiting_weights=False)
    assert schedule.answer_due
    assert schedule.frame_due(NOW)
    assert schedule.idle_time(NOW, rough=False, rest=0.0) == 0
    schedule.sent()
    assert schedule.credits == 0
    assert not schedule.asked
    assert not schedule.stale


def test_no_frame_is_due_without_a_credit_or_before_the_weights() -> None:
    for schedule in (seen(credits=0), seen(awaiting_weights=True)):
        schedule.show(("map",), (), schedule.awaiting_weights)
        assert not schedule.frame_due(NOW + 10)
        assert not schedule.answer_due
        assert not schedule.refinement_due(rough=True)
    schedule.awaiting_weights = False
    assert schedule.frame_due(NOW)


def test_credits_have_a_bound() -> None:
    schedule = Schedule()
    schedule.grant(5)
    assert schedule.grants == 5
    schedule.grant(5)
    assert schedule.grants == MOST_CREDITS


@pytest.mark.parametrize(
    ("told", "taken"), [(144.0, 144.0), (59.94, 59.94), (1e9, FASTEST_HZ), (1e-3, SLOWEST_HZ)]
)
def test_frames_come_as_fast_as_the_screen_shows_them_and_a_little_faster(
    told: float, taken: float
) -> None:
    schedule = seen()
    schedule.grant(1, told)
    schedule.play(True, NOW)
    schedule.drawn(NOW, NOW + 1e-4)
    assert not schedule.frame_due(NOW + 0.999 / (AHEAD * taken))
    assert schedule.frame_due(NOW + 1.001 / (AHEAD * taken))


@pytest.mark.parametrize("took", [0.0001, 0.02, 0.5])
def test_the_next_frame_comes_no_sooner_than_its_share_of_the_time(took: float) -> None:
    schedule = seen()
    schedule.play(True, NOW)
    schedule.drawn(NOW, NOW + took)
    wait = max(Schedule().interval, took / RENDER_SHARE)
    assert not schedule.frame_due(NOW + 0.999 * wait)
    assert schedule.frame_due(NOW + 1.001 * wait)
    schedule.play(False, NOW)  # nothing moves: what has changed is shown at once
    assert schedule.frame_due(NOW)


def test_at_a_speed_what_is_late_is_caught_up_with() -> None:
    schedule = seen()
    schedule.play(True, NOW)
    assert schedule.steps_due(NOW - 1e-6, 10.0)[0] == 0
    assert schedule.steps_due(NOW, 10.0)[0] == 1
    assert schedule.steps_due(NOW + 0.35, 10.0)[0] == 4
    schedule.trained(1, NOW, 10.0)
    assert schedule.stale
    assert schedule.idle_time(NOW, rough=False, rest=0.0) == pytest.approx(Schedule().interval)
    schedule.sent()
    assert schedule.idle_time(NOW, rough=False, rest=0.0) == pytest.approx(0.1)


def test_what_was_missed_for_long_is_not_made_up_for() -> None:
    schedule = seen()
    schedule.play(True, NOW)
    schedule.trained(1, NOW + 60, 10.0)  # one slow step, a minute late
    assert schedule.steps_due(NOW + 60, 10.0)[0] == 1
    assert schedule.steps_due(NOW + 60 + 0.1, 10.0)[0] == 2


def test_flat_out_a_slice_is_filled_unless_a_frame_comes_sooner() -> None:
    schedule = seen()
    schedule.play(True, NOW)
    steps, seconds = schedule.steps_due(NOW, math.inf)
    assert steps >= 10**6
    assert seconds == SLICE
    assert schedule.steps_due(NOW + Schedule().interval - 0.0005, math.inf)[1] == pytest.approx(
        0.0005
    )
    schedule.trained(40, NOW + SLICE, math.inf)
    assert schedule.steps_due(NOW + SLICE, math.inf)[0] == steps


def test_single_steps_are_done_once_and_then_it_rests() -> None:
    schedule = seen()
    schedule.advance_by(5)
    assert schedule.training
    assert not schedule.playing
    assert schedule.steps_due(NOW, 1.0)[0] == 5
    schedule.trained(3, NOW, 1.0)
    assert schedule.steps_due(NOW, 1.0)[0] == 2
    schedule.trained(2, NOW, 1.0)
    assert not schedule.training
    schedule.advance_by(-4)
    assert schedule.advance == 0


def test_steps_asked_for_while_others_wait_are_done_after_them() -> None:
    """Keys may be pressed faster than a large model steps."""
    schedule = seen()
    schedule.advance_by(1)
    schedule.advance_by(1)
    assert schedule.steps_due(NOW, 1.0)[0] == 2
    schedule.play(True, NOW)
    schedule.advance_by(3)
    assert schedule.steps_due(NOW, 1.0)[0] == 3, "what was played on is over"


def test_a_pause_and_play_forget_single_steps() -> None:
    schedule = seen()
    schedule.advance_by(5)
    schedule.play(True, NOW)
    assert schedule.advance == 0
    schedule.pause()
    assert not schedule.training
    assert schedule.stale


def test_chains_walk_at_their_pace_and_rest_where_there_are_none() -> None:
    schedule = seen()
    schedule.sample(True, NOW)
    assert schedule.samples_due(NOW + 0.25, 10.0) == 3
    schedule.sent()
    schedule.sampled(0, NOW, 10.0)
    assert not schedule.stale
    assert schedule.samples_due(NOW + 0.05, 10.0) == 0
    schedule.sampled(1, NOW + 0.1, 10.0)
    assert schedule.stale


def test_a_map_is_refined_under_walking_chains_but_not_under_training() -> None:
    schedule = seen()
    assert schedule.refinement_due(rough=True)
    assert not schedule.refinement_due(rough=False)
    assert schedule.idle_time(NOW, rough=True, rest=0.07) == 0.07
    schedule.sample(True, NOW)
    assert schedule.refinement_due(rough=True)
    schedule.show(("map",), (), awaiting_weights=False)
    assert not schedule.refinement_due(rough=True)  # the person is answered first
    schedule.sent()
    schedule.play(True, NOW)
    assert not schedule.refinement_due(rough=True)


def test_groups_take_turns_only_while_frames_follow_closely() -> None:
    schedule = seen()
    every = ("map", "section", "lens")
    assert schedule.needs_now(NOW + 1e-3) == every  # at rest
    schedule.play(True, NOW)
    turns = [schedule.needs_now(NOW + 1e-3) for _ in range(6)]
    assert turns[:3] == turns[3:]
    assert sorted(turns[:3]) == [("map",), ("map", "lens"), ("map", "section")]
    assert schedule.needs_now(NOW + 1.01 * LULL) == every
