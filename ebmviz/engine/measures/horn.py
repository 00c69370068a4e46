"""The manifold of a conditional decoder over all x, and the regressor beside it.

| need | arrays |
|---|---|
| `horn` | `horn_x` (X,), `horn` (X, Z, 2): ỹ(x, z), x in equal steps of 0 … 1; `horn_z` (Z,) or
  (Z, d); `horn_regressor` (X, 2), where there is one |
| `regressor` | `regressor` (1, 2): its answer at view.x |
"""

from __future__ import annotations

import torch

from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Angle, Conditional, Regressor
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

STEPS = 51  # Canziani 2020, Figures 10 and 11: x = [0 : 1/50 : 1]
ANGLES = 48
MESH_STEPS = 6  # a mesh at every x would hide itself


def horn(s: Subject) -> dict[str, Array]:
    """The manifold at 51 x and 48 angles; at few x where z is a vector."""
    decoder = s.decoder
    assert decoder is not None
    angle = isinstance(decoder, Angle)
    z = s.z[:: max(1, len(s.z) // ANGLES)] if angle else s.z
    x = torch.linspace(0, 1, STEPS if angle else MESH_STEPS).to(z)
    found = {
        "horn_x": x.cpu().numpy(),
        "horn": decoder.decode(s.weights, z, x).cpu().numpy(),
        "horn_z": z.cpu().numpy(),
    }
    if isinstance(decoder, Regressor):
        found["horn_regressor"] = decoder.regress(s.weights, x).cpu().numpy()
    return found


def regressor(s: Subject) -> dict[str, Array]:
    """Where a regressor would answer at view.x."""
    assert isinstance(s.decoder, Regressor)
    x = s.z.new_tensor([s.view.x])
    return {"regressor": s.decoder.regress(s.weights, x).cpu().numpy()}


MEASURES = (
    Measure("horn", horn, energy=(Conditional, Decoder)),
    Measure("regressor", regressor, energy=(Regressor, Decoder)),
)
