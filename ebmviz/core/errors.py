"""Errors are values: a kind, and a sentence for the person at the screen."""

from __future__ import annotations

from typing import Literal

import msgspec

ProblemKind = Literal["user", "numeric", "memory", "bug", "died"]


class Problem(msgspec.Struct, frozen=True):
    """What went wrong, in one sentence that says what to change."""

    kind: ProblemKind
    message: str


class UserError(Exception):
    """Bad input. `str(error)` is one clear sentence naming what and where."""


class NumericError(Exception):
    """A computation left the finite numbers. The sentence names the remedy."""


class UsageError(UserError):
    """A wrong word on the command line."""
