"""Where data and the probe lie among the embeddings.

| need | arrays |
|---|---|
| `embedding` | `embed_one`, `embed_two` (A, 2): h(x) and h(y) of data; `embed_probe` (2, 2): of the
probe; `embed_energy` (A,): what the map shows at these data. Embeddings of length one where the
energy is their cosine. More than two numbers are projected on two principal axes |

Metrics: `embed_shown`, the share of the variance that the two axes hold; `embed_spread`, the least
standard deviation of any number of the embeddings as they are: at 0 they have collapsed.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Cosine, Embeds
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

MARKS = 1000


def _embedding(s: Subject) -> dict[str, Array]:
    energy = s.task.energy
    assert isinstance(energy, Embeds)
    rows = s.task.data[:MARKS]
    both = energy.embed(s.weights, rows)
    probe = energy.embed(s.weights, energy.rows(s.view, s.at(*s.view.probe)))
    h = torch.cat([*both, *probe])
    known = h[: -len(probe)]
    s.metrics["embed_spread"] = float(known.std(0, correction=0).min())
    cosine = isinstance(energy, Cosine)
    if cosine:
        h = torch.nn.functional.normalize(h, dim=1)
    flat, s.metrics["embed_shown"] = _plane(h, len(known), centred=not cosine)
    n = len(rows)
    one, two, at = flat[:n], flat[n : 2 * n], flat[2 * n :]
    places = rows[:, list(energy.plane)]
    return {
        "embed_one": one.cpu().numpy(),
        "embed_two": two.cpu().numpy(),
        "embed_probe": at.cpu().numpy(),
        "embed_energy": s.free(places, s.view.beta).cpu().numpy(),
    }


def _plane(h: Tensor, known: int, centred: bool) -> tuple[Tensor, float]:
    """Embeddings (M, d) in a plane (M, 2), and the share of the first ones' variance kept there.

    Around their mean if centred, else around the origin, so that the unit circle stays one.
    """
    d = h.shape[1]
    if d <= 2:
        return torch.nn.functional.pad(h, (0, 2 - d)), 1.0
    h = h.double()
    if centred:
        h = h - h[:known].mean(0)
    size, axes = torch.linalg.eigh(h[:known].t() @ h[:known])
    best = axes[:, [-1, -2]]
    # An axis has no sign: the one whose largest entry is positive does not flip between frames.
    best = best * best.gather(0, best.abs().argmax(0, keepdim=True)).sign()
    total = float(size.sum())
    return (h @ best).float(), float(size[-2:].sum()) / total if total > 0 else 1.0


MEASURE = Measure("embedding", _embedding, energy=(Embeds,))
