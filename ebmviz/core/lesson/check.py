"""Whether the stops of a lesson can be gone to, as far as the catalogue tells."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ebmviz.core.catalogue import Catalogue, suggestion
from ebmviz.core.errors import UserError
from ebmviz.core.lesson import block, pieces
from ebmviz.core.lesson.pieces import Fault
from ebmviz.core.lesson.states import scene_of, step_of
from ebmviz.core.lesson.stop import MAP, SLIDERS, Lesson, Stop
from ebmviz.core.outside import clean


def faults(
    lesson: Lesson, catalogue: Catalogue, figures: Collection[str] | None = None
) -> Iterator[Fault]:
    """What is wrong with each stop, at the line where it was read. figures: those there are, if
    that is known.
    """
    if not lesson.stops:
        yield Fault(1, "there is no stop: each begins with ## and its name")
    at = lesson.source.count("\n") + 1
    for stop in lesson.stops:
        for path, said in _wrong(stop, catalogue, figures):
            yield Fault(_line(stop, path, at), f"“{clean(stop.name, 60)}”: {clean(said)}")
        at += stop.source.count("\n")


def _wrong(
    stop: Stop, catalogue: Catalogue, figures: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    """Pairs of a path and a sentence."""
    for revealed in (False, True)[: 2 if stop.reveal else 1]:
        try:
            scene = scene_of(stop, catalogue, revealed)
        except UserError as error:
            said = str(error)
            yield said.partition(":")[0], said
            return
        if stop.chains and "chains" not in scene.facts:
            yield "chains", f"chains: “{scene.title}” has none"
        if step_of(stop, revealed) and "still" in scene.facts:
            yield "step", f"step: “{scene.title}” has no steps"
    if figures is not None and stop.large != MAP and stop.large not in figures:
        yield "large", f"large: there is no figure “{stop.large}”{suggestion(stop.large, figures)}"
    if figures is not None and (lost := [n for n in stop.show if n not in (*figures, *SLIDERS)]):
        known = suggestion(lost[0], (*figures, *SLIDERS))
        yield "show", f"show: there is no figure and no slider “{lost[0]}”{known}"


def _line(stop: Stop, path: str, at: int) -> int:
    if not stop.source:
        return at
    cut = pieces.section(stop.source, at)
    return block.line_of(cut.block, path, at + cut.first)
