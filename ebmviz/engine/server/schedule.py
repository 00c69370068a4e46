"""What an engine does next, and for how long: the person first, then training, then the picture.

It knows no clock, no model and no window: times are given, in seconds of one clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ebmviz.core.protocol import SCREEN_HZ

SLICE = 0.002  # seconds of training between looks at the mailbox
AHEAD = 4 / 3  # frames for each that the screen shows: it never waits for one that is just late
SLOWEST_HZ, FASTEST_HZ = 24.0, 480.0  # of screens, whatever they say
RENDER_SHARE = 1 / 3  # of the time, at most, goes into frames that nobody waits for
LULL = 0.05  # seconds since the last frame from which on a frame holds everything
MOST_CREDITS = 8
_FLAT_OUT = 10**9  # steps due where no pace holds them back

Needs = tuple[str, ...]


@dataclass
class Schedule:
    """What was asked for and when it is due.

    interval: seconds from frame to frame, at least. needs: what every frame holds; rotating_needs:
    groups that take turns while frames follow closely. stale: something to show has changed; asked:
    by the person, who is waiting. awaiting_weights: nothing is shown before the weights belong to
    the scene. advance: single steps still to do.
    """

    interval: float = 1 / (AHEAD * SCREEN_HZ)
    needs: Needs = ()
    rotating_needs: tuple[Needs, ...] = ()
    credits: int = 0
    awaiting_weights: bool = False
    stale: bool = False
    asked: bool = False
    playing: bool = False
    advance: int = 0
    sampling: bool = False
    _next_step: float = 0.0
    _next_sample: float = 0.0
    _next_frame: float = 0.0
    _last_frame: float = 0.0
    _turn: int = 0  # which group of `rotating_needs` comes next

    # orders

    def grant(self, frames: int, per_second: float = SCREEN_HZ) -> None:
        """So many more frames may be sent, to a screen that shows so many per second."""
        self.credits = min(self.credits + frames, MOST_CREDITS)
        self.interval = 1 / (AHEAD * min(max(per_second, SLOWEST_HZ), FASTEST_HZ))

    def show(self, needs: Needs, rotating: tuple[Needs, ...], awaiting_weights: bool) -> None:
        """The person has changed the scene, or what is to be seen of it."""
        self.needs, self.rotating_needs = needs, rotating
        self.awaiting_weights = awaiting_weights
        self.stale = self.asked = True

    def play(self, on: bool, now: float) -> None:
        """Train, or pause."""
        self.playing, self.advance, self.stale = on, 0, True
        self._next_step = now

    def advance_by(self, steps: int) -> None:
        """Train so many steps, after those that were asked for before; then pause."""
        before = 0 if self.playing else self.advance
        self.playing, self.advance = False, before + max(0, steps)

    def pause(self, stale: bool = True) -> None:
        """No more training; `stale`: there is something to show."""
        self.playing, self.advance, self.stale = False, 0, stale

    def sample(self, on: bool, now: float) -> None:
        """Let the chains walk, or pause them."""
        self.sampling, self.stale = on, True
        self._next_sample = now

    # what is due

    @property
    def grants(self) -> int:
        """How many frames may be sent now."""
        return 0 if self.awaiting_weights else self.credits

    @property
    def training(self) -> bool:
        """Whether there are steps to do."""
        return self.playing or self.advance > 0

    @property
    def moving(self) -> bool:
        """Whether frames follow each other without being asked for."""
        return self.training or self.sampling

    @property
    def answer_due(self) -> bool:
        """Whether the person at the slider comes before the next training slice."""
        return self.asked and self.grants > 0

    def frame_due(self, now: float) -> bool:
        """Whether the next frame is to be made now."""
        if not self.stale:
            return False
        if self.asked or not self.moving:
            return self.grants > 0
        # While something moves by itself, the last credit is kept for an answer.
        return self.grants > 1 and now >= self._next_frame

    def refinement_due(self, rough: bool) -> bool:
        """Whether the newest frame, if it is a rough one, can be made finer."""
        # Chains walk over a map that stands still: it can be refined meanwhile.
        stale = self.asked if self.sampling else self.stale
        return rough and not (self.training or stale) and self.grants > 0

    def idle_time(self, now: float, rough: bool, rest: float, held: float = 0.0) -> float | None:
        """Seconds until something is due, None: never; `rest`: until a refinement may begin;
        `held`: until any frame may.
        """
        waits = []
        if self.advance:
            waits.append(0.0)
        if self.playing:
            waits.append(max(0.0, self._next_step - now))
        if self.sampling:
            waits.append(max(0.0, self._next_sample - now))
        if self.frame_due(now):
            waits.append(held)
        elif self.stale and self.grants > 1:
            waits.append(max(held, self._next_frame - now))
        if self.refinement_due(rough):
            waits.append(max(held, rest))
        return min(waits, default=None)

    # training and sampling

    def steps_due(self, now: float, speed: float) -> tuple[int, float]:
        """Training steps to do now, and the seconds to do them in; speed: steps per second."""
        seconds = SLICE
        if self.grants > 1 and self._next_frame > now:
            seconds = min(SLICE, self._next_frame - now)  # the frame comes when it is due
        if self.advance:
            return self.advance, seconds
        # At a given speed, catch up on what is due; flat out, fill the slice.
        return (_due(now - self._next_step, speed) if self.playing else 0), seconds

    def trained(self, steps: int, now: float, speed: float) -> None:
        """So many were done."""
        if self.advance:
            self.advance -= steps
        else:
            self._next_step = max(self._next_step + steps / speed, now - SLICE)
        self.stale = True

    def samples_due(self, now: float, pace: float) -> int:
        """Steps of the chains to do now; pace: steps per second."""
        return _due(now - self._next_sample, pace)

    def sampled(self, steps: int, now: float, pace: float) -> None:
        """So many were done. Without chains to move, a look now and then is enough."""
        self._next_sample = max(self._next_sample + max(steps, 1) / pace, now - SLICE)
        self.stale = self.stale or steps > 0

    # frames

    def needs_now(self, now: float) -> Needs:
        """All that is shown; while frames follow closely, one rotating group in turn."""
        groups = self.rotating_needs
        if groups and self.moving and now - self._last_frame < LULL:
            self._turn = (self._turn + 1) % len(groups)
            groups = (groups[self._turn],)
        return tuple(dict.fromkeys((*self.needs, *(need for group in groups for need in group))))

    def sent(self) -> None:
        """A frame has left."""
        self.credits -= 1
        self.stale = self.asked = False

    def drawn(self, began: float, now: float) -> None:
        """It was begun and sent at these times: the next comes no sooner than its share allows."""
        self._last_frame = began
        self._next_frame = began + max(self.interval, (now - began) / RENDER_SHARE)


def _due(late: float, pace: float) -> int:
    if late < 0:
        return 0
    return 1 + int(late * pace) if math.isfinite(pace) else _FLAT_OUT
