"""Which points of the manifold pull at a place, and how much.

| need | arrays |
|---|---|
| `arrows` | `arrow_start`, `arrow_end` (A, 2), `arrow_weight` (A,): P(z|y), if view.arrows asks |
"""

from __future__ import annotations

import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Conditional
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

ARROW_POINTS = 64
ARROW_LIMIT = 1500  # more are a haze, and take Qt a quarter of a second to stroke
ARROW_FLOOR = 0.01
PROBE_FLOOR = 1e-5


def _arrows(s: Subject) -> dict[str, Array]:
    probe = s.view.arrows == "probe"
    assert s.decoder is not None
    assert s.points is not None
    if not probe and (s.view.arrows != "data" or isinstance(s.decoder, Conditional)):
        return {}
    # A picture of every pull is a haze: the strongest of the first points tell the story.
    targets = s.at(*s.view.probe) if probe else s.task.data[:ARROW_POINTS]
    beta = s.view.beta if probe else s.task.loss.params.beta
    rows = s.decoder.rows(s.view, targets) if probe else targets
    p = s.decoder.posterior(s.weights, rows, beta)
    # One point has few arrows, so that weak ones may be seen.
    floor = min(PROBE_FLOOR if probe else ARROW_FLOOR, 0.5 / p.shape[1])
    n, k = torch.nonzero(p >= floor, as_tuple=True)
    weight = p[n, k]
    if len(weight) > ARROW_LIMIT:
        keep = weight.topk(ARROW_LIMIT).indices
        n, k, weight = n[keep], k[keep], weight[keep]
    return {
        "arrow_start": s.points[k].cpu().numpy(),
        "arrow_end": targets[n].cpu().numpy(),
        "arrow_weight": weight.cpu().numpy(),
    }


MEASURE = Measure("arrows", _arrows, energy=(Decoder,))
