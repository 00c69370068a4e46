"""What an encoder and decoder make of places and data.

| need | arrays |
|---|---|
| `reconstruction` | `recon_at`, `recon` (A, 2): data or the probe, as view.arrows asks, and ỹ |
| | `recon_grid`, `recon_field` (G, 2): the same on a coarse grid, if it is the data |
| | `recon_curve` (K, 2): all that a code of one number can say |
| | `atoms` (d, 2); `atoms_chain` (d + 1, 2): partial sums Σ z_k w_k, if it is the probe |
| `views` | `view_one`, `view_two` (A, 2): the two views of data, if view.arrows is "data" |
"""

from __future__ import annotations

import torch
from torch import Tensor

from ebmviz.core.params import ParamSet
from ebmviz.core.snapshot import Array
from ebmviz.engine.energies.base.capabilities import Atoms
from ebmviz.engine.energies.base.reconstruction import Reconstruction
from ebmviz.engine.measures.base.counts import GRADIENT_CELLS
from ebmviz.engine.measures.base.measure import Measure
from ebmviz.engine.measures.base.subject import Subject

MARKS = 300  # data whose arrows are drawn: more are a haze


def _reconstruction(s: Subject) -> dict[str, Array]:
    energy = s.task.energy
    assert isinstance(energy, Reconstruction)
    found: dict[str, Tensor] = {}
    if s.view.arrows in ("data", "probe"):
        probe = s.view.arrows == "probe"
        found["recon_at"] = s.at(*s.view.probe) if probe else s.task.data[:MARKS]
        found["recon"] = energy.reconstruct(s.weights, found["recon_at"])
    if s.view.arrows == "data":
        found["recon_grid"] = torch.cartesian_prod(*s.cells(*GRADIENT_CELLS))
        found["recon_field"] = energy.reconstruct(s.weights, found["recon_grid"])
    curve = energy.curve(s.weights, s.task.data)
    if curve is not None:
        found["recon_curve"] = curve
    if isinstance(energy, Atoms):
        atoms = found["atoms"] = energy.atoms(s.weights)
        if s.view.arrows == "probe":
            found["atoms_chain"] = _chain(energy, s, atoms)
    return {name: tensor.cpu().numpy() for name, tensor in found.items()}


def _chain(energy: Reconstruction[ParamSet], s: Subject, atoms: Tensor) -> Tensor:
    """The atoms that make up the probe's reconstruction, head to tail, the largest first."""
    code = energy.code(s.weights, s.at(*s.view.probe))[0]
    parts = (code[:, None] * atoms)[code.abs().argsort(descending=True)]
    return torch.cat([torch.zeros_like(parts[:1]), parts.cumsum(0)])


def _views(s: Subject) -> dict[str, Array]:
    if s.task.energy.takes != "views" or s.view.arrows != "data":
        return {}
    rows = s.task.data[:MARKS].cpu().numpy()
    return {"view_one": rows[:, :2], "view_two": rows[:, 2:]}


MEASURES = (
    Measure("reconstruction", _reconstruction, energy=(Reconstruction,)),
    Measure("views", _views),
)
