"""A film made: every moment measured, then every picture drawn and written."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from ebmviz.commands.base.film.moments import Moment
from ebmviz.commands.base.film.painters import Painters, painters
from ebmviz.commands.base.film.scales import Scales
from ebmviz.commands.base.film.spool import Spool
from ebmviz.commands.base.film.studio import Studio, figure_of
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import NumericError, UserError
from ebmviz.core.film.look import MOST, Look
from ebmviz.core.lesson.about import about
from ebmviz.core.lesson.stop import MAP
from ebmviz.core.markup import quoted
from ebmviz.core.outside import short
from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.scene import replace
from ebmviz.core.snapshot import Array
from ebmviz.export.job import decoded, encode
from ebmviz.export.moving import Frame, Page, Said, arranged, page_of, painted
from ebmviz.files.film.writing import writing
from ebmviz.files.opening import Opened

_TITLE = 120
_SAMPLES = 8
"""Pictures that the colours of a GIF are chosen of."""
Tell = Callable[[int, int], None]
"""Of what is done, out of all there is to do."""


class Plan(NamedTuple):
    """What is opened, what is seen of it, and how it looks. ends: whether a training that diverges
    ends the film, which fails otherwise.
    """

    found: Opened
    moments: Sequence[Moment]
    look: Look
    ends: bool = False


def make(plan: Plan, path: str | os.PathLike[str], catalogue: Catalogue, tell: Tell) -> str:
    """Write the film, whole or not at all. A sentence of what was left out, or "".

    Raises UserError and NumericError.
    """
    count = sum(moment.frames for moment in plan.moments)
    if not 1 <= count <= MOST:
        raise UserError(f"{count} frames: a film has 1 … {MOST}")
    total = 2 * len(plan.moments)  # each is measured, and drawn
    with painters(len(plan.moments)) as pool, Spool() as spool:
        plan = _levelled(plan, catalogue)
        said = _measured(plan, catalogue, spool, lambda done: tell(done, total))
        scales = _scales(plan.look, spool)
        texts = (frame.said for frame in _frames(spool, None))
        page = page_of(plan.look.size, plan.look.theme, texts)
        page = arranged(page, _frames(spool, scales))
        rest = total - len(spool)
        _written(plan, page, spool, scales, pool, path, lambda done: tell(rest + done, total))
    return said


def _measured(plan: Plan, catalogue: Catalogue, spool: Spool, tell: Callable[[int], None]) -> str:
    """The frame of each moment. A sentence, where the last ones were left out."""
    studio, groups = Studio(plan.found, catalogue), list[object]()
    for number, moment in enumerate(plan.moments):
        try:
            figure = studio.drawn(moment)
        except NumericError as error:
            if not (plan.ends and number):
                raise NumericError(f"{moment.title or moment.reading}: {error}") from None
            return f"the film ends before {moment.reading}: {error}"
        spool.add(encode(_framed(moment, figure, groups, plan.look.text)))
        tell(number + 1)
    return ""


def _framed(moment: Moment, figure: Plot | Sheet, groups: list[object], text: bool) -> Frame:
    """groups: those there have been; figures of other dimensions are arranged apart."""
    group = (moment.group, figure_of(moment).name)
    if group not in groups:
        groups.append(group)
    reading = moment.reading
    if moment.title and not text:
        reading += f"   {quoted(moment.title, _TITLE)}"
    said = _beside(moment) if text else Said()
    return Frame(figure, reading, moment.share, said, groups.index(group))


def _beside(moment: Moment) -> Said:
    """What stands beside it: its own text, or what the scene shows and proves."""
    if moment.title:
        return Said(short(moment.title, _TITLE), moment.text)
    told = about(moment.scene.name)
    return Said(short(moment.scene.title, _TITLE), f"{told.see}\n\n{told.proof}" if told else "")


def _scales(look: Look, spool: Spool) -> Scales | None:
    """Those of all frames together, if one is to hold over the film."""
    if look.scale == "own":
        return None
    scales = Scales()
    for frame in _frames(spool, None):
        scales.see(frame.figure, frame.group)
    return scales


def _frames(spool: Spool, scales: Scales | None) -> Iterator[Frame]:
    return (_frame(data, scales) for data in spool)


def _frame(data: bytes, scales: Scales | None) -> Frame:
    frame = decoded(data, Frame)
    held = scales.held(frame.figure, frame.group) if scales else frame.figure
    return msgspec.structs.replace(frame, figure=held)


def _written(
    plan: Plan,
    page: Page,
    spool: Spool,
    scales: Scales | None,
    pool: Painters,
    path: str | os.PathLike[str],
    tell: Callable[[int], None],
) -> None:
    moments = plan.moments[: len(spool)]
    samples: list[Array] = []
    if plan.look.format == "gif":
        samples = [painted(page, _frame(spool[i], scales)) for i in _few(len(spool))]
    orders = (encode(frame) for frame in _frames(spool, scales))
    with writing(path, plan.look, len(moments), samples) as film:
        pictures = pool.paint(page, orders)
        for number, (moment, picture) in enumerate(zip(moments, pictures, strict=True)):
            film.add(picture, moment.frames)
            tell(number + 1)


def _few(count: int) -> list[int]:
    """Some numbers below it, evenly, the ends among them."""
    return sorted({round(i * (count - 1) / (_SAMPLES - 1)) for i in range(_SAMPLES)})


def _levelled(plan: Plan, catalogue: Catalogue) -> Plan:
    """Where the colours of a map follow it from frame to frame: with levels that hold over all."""
    follow = [moment.scene.view.follow for moment in plan.moments]
    if plan.look.scale == "own" or not any(follow):
        return plan
    low, high = math.inf, -math.inf
    studio = Studio(plan.found, catalogue)
    before: object = None
    for moment in plan.moments:
        figure = figure_of(moment)
        state = moment.scene, moment.step, moment.anew, moment.run
        if not moment.scene.view.follow or MAP not in figure.asks(moment.scene) or state == before:
            continue
        before, moment = state, msgspec.structs.replace(moment, chains=0)
        try:
            metrics = studio.shot(moment, figure).snapshot.metrics
        except NumericError:
            break
        low = min(low, metrics.get("range_low", low))
        high = max(high, metrics.get("range_high", high))
    if not low < high < math.inf:
        return plan
    changes = {"view.levels": (low, high), "view.follow": False}
    held = [
        msgspec.structs.replace(moment, scene=replace(moment.scene, changes, catalogue))
        if moment.scene.view.follow
        else moment
        for moment in plan.moments
    ]
    return plan._replace(moments=held)
