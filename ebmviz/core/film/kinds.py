"""What a film can be of, and how long."""

from __future__ import annotations

TRAINING, SWEEP, STOPS = "training", "sweep", "stops"
KINDS = {TRAINING: "Training", SWEEP: "Sweep", STOPS: "Stops of the lesson"}
SECONDS = 4.0
"""Of a training or a sweep that nobody says the length of."""
HOLD = 5.0
"""That each stop stays, at least;"""
WORDS = 3.0
"""of its text, where that is shown, so many words a second."""
LONGEST = 600.0
"""Seconds of either."""
FASTEST = 1000.0
"""Steps of chains a second, where their pace is as fast as possible or beyond."""
STEPS = 120
"""Of a training that nobody says the length of."""
