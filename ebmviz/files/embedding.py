"""The session that goes inside a picture: what is drawn, and as much of its past as has room."""

from __future__ import annotations

import msgspec

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.scene import Scene, replace
from ebmviz.core.view import compare
from ebmviz.core.view.compare import Other
from ebmviz.files.left_out import LeftOut
from ebmviz.files.runs import MOST, Branch
from ebmviz.files.session import Session, pack
from ebmviz.files.thinning import Past, entries, record

PAST, MOST_PAST = 2.0, 32.0
"""Megabytes of the past: curves, timeline and branches; if nothing is said, and at the most."""
_MB = 1_000_000
Beside = tuple[Scene, Checkpoint]


def embedded(
    session: Session, catalogue: Catalogue, beside: Beside | None = None, past: float = PAST
) -> bytes:
    """A session packed, without a preview and the stops of a lesson, whose notes are not for all.

    beside: what the picture compares it with, which comes along as a branch, whatever it takes;
    without it, nothing is compared. past: megabytes of numbers that all else of the past may take;
    what has no room is left out, and told.
    """
    there = _others(session)
    whole, line = _whole(session, there, beside)
    kept = whole.fitting(round(past * _MB))
    numbers = {each.number: each for each in kept.others}
    stay = [each for each in there if each.number in numbers]
    less = LeftOut(
        branches=len(there) - len(stay),
        records=sum(record(numbers[each.number]) < record(each) for each in stay),
        steps=entries(session.checkpoint),
        kept=entries(kept.own),
        stops=len(session.lesson.stops),
    )
    scene = session.scene
    if scene.view.compare != line:
        scene = replace(scene, {"view.compare": line}, catalogue)
    rows = _rows(session, kept.others)
    told = less.after(session.left_out)
    return pack(Session(scene, kept.own, b"", rows, session.branch, left_out=told))


def _others(session: Session) -> tuple[Branch, ...]:
    """The runs beside the one that is gone on with."""
    return tuple(b for b in session.branches if b.number != session.branch and b.checkpoint)


def _whole(session: Session, there: tuple[Branch, ...], beside: Beside | None) -> tuple[Past, str]:
    """All of its past, and how the view names what is compared: a branch that there is, or one that
    is made of it.
    """
    if beside is None:
        return Past(session.checkpoint, there), ""
    line = session.scene.view.compare
    other = compare.read(line)
    same = next((each.number for each in there if other == Other(each.number)), None)
    if same is not None:
        return Past(session.checkpoint, there, same), line
    number = max((session.branch, *(each.number for each in there))) + 1
    made = Branch(number, "B", number, 0, beside[0], beside[1].without_history())
    return Past(session.checkpoint, (*there[: MOST - 2], made), number), Other(number).written()


def _rows(session: Session, others: tuple[Branch, ...]) -> tuple[Branch, ...]:
    """All runs, each beginning by itself whose parent is not among them."""
    own = next((b for b in session.branches if b.number == session.branch), None)
    own = own or Branch(session.branch, parent=session.branch)
    rows = (own, *others) if others or own.name else ()
    numbers = {each.number for each in rows}
    return tuple(
        each
        if each.parent in numbers
        else msgspec.structs.replace(each, parent=each.number, step=0)
        for each in rows
    )
