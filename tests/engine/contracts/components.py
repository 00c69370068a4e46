"""Every component of the catalogue, those to come included, and scenes made of them."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ebmviz.core import samples
from ebmviz.core.catalogue import selector
from ebmviz.core.params import specs
from ebmviz.core.rows import encode_points
from ebmviz.core.scene import Scene, build, replace
from ebmviz.engine.component import Component
from ebmviz.engine.datasets.base.dataset import Dataset
from ebmviz.engine.energies.base.decoder import Decoder
from ebmviz.engine.energies.base.energy import Energy
from ebmviz.engine.losses.base.loss import Loss
from ebmviz.engine.model import registry
from ebmviz.engine.weights import Weights
from tests.pairwise import covering

AnyComponent = type[Component[Any]]
CATALOGUE = registry.catalogue()
BETAS = (0.0, 0.3, 4.0, math.inf)
NEEDS = ("map", "manifold", "data", "section", "lens")

POINTS = np.random.default_rng(1).normal(size=(30, 2))
# Parameters without which a component has nothing to show.
GIVEN: dict[tuple[str, str], dict[str, Any]] = {
    ("data", shape.kind): {shape.holds: base64.b64encode(encode_points(rows, width)).decode()}
    for shape, width, rows in (
        (samples.POINTS, 2, POINTS),
        (samples.CONDITIONED, 3, np.column_stack([np.linspace(0, 1, 30), POINTS])),
        (samples.LABELLED, 3, np.column_stack([POINTS, np.arange(30) % 3])),
        (samples.VIEWS, 4, np.column_stack([POINTS, POINTS + 0.1])),
    )
}


def of(kind: type) -> list[AnyComponent]:
    return [c for c in registry.COMPONENTS if issubclass(c, kind)]


def name(component: object) -> str:
    if isinstance(component, type) and issubclass(component, Component):
        return f"{component.part}-{component.kind}"
    return str(component)


def make(cls: AnyComponent, **params: Any) -> Any:
    return cls(cls.Params(**GIVEN.get((cls.part, cls.kind), {}), **params))


def scene(*chosen: AnyComponent, seed: int = 7) -> Scene:
    """A scene of the chosen components; the first of each other part."""
    given: dict[str, object] = {"seed": seed, "device": "cpu", "view.resolution": 16}
    for cls in chosen:
        given[selector(cls.part)] = cls.kind
        given |= {f"{cls.part}.{k}": v for k, v in GIVEN.get((cls.part, cls.kind), {}).items()}
    return build("contract", "", (), given, CATALOGUE)


everyone = pytest.mark.parametrize("cls", registry.COMPONENTS, ids=name)
every_energy = pytest.mark.parametrize("energy", of(Energy), ids=name)
every_decoder = pytest.mark.parametrize("energy", of(Decoder), ids=name)


def offered(part: type[Component[Any]], energy: AnyComponent) -> tuple[AnyComponent, ...]:
    """The components of a part that fit an energy."""
    own = energy.describe()
    return tuple(c for c in of(part) if not c.describe().refused_by(own))


PAIRS = [(energy, loss) for energy in of(Energy) for loss in offered(Loss, energy)]


def structure(energy: AnyComponent) -> frozenset[str]:
    """What a loss may find in an energy."""
    return frozenset(t for t in energy.traits if t.startswith(("plane:", "latent")))


def family(loss: AnyComponent) -> tuple[str, bool]:
    """Where a loss takes its answers from, and whether chains bring them."""
    assert issubclass(loss, Loss)
    return loss.formula, "sampled" in loss.traits


FEW = covering(
    PAIRS,
    lambda pair: (pair[0], family(pair[1])),
    lambda pair: (structure(pair[0]), pair[1]),
)
"""The pairs of each run: every energy with every family of losses, every loss with every structure
of energies. All others are marked `slow`."""


def kinds(chosen: Iterable[AnyComponent]) -> str:
    """What a test of them is called."""
    return "-".join(component.kind for component in chosen)


def problem(energy: AnyComponent, **params: Any) -> tuple[Any, Weights, Tensor]:
    """The energy, float64 weights that have no symmetry, and some rows of data."""
    model = make(energy, **params)
    data = torch.from_numpy(make(offered(Dataset, energy)[0]).points(3)).float()
    rng = torch.Generator().manual_seed(5)
    weights = {
        k: w.double() + 0.1 * torch.randn(w.shape, generator=rng, dtype=torch.float64)
        for k, w in model.initial(rng, data).items()
    }
    return model, weights, data[torch.linspace(0, len(data) - 1, 5).long()].double()


def mapped(energy: AnyComponent) -> bool:
    return any(trait.startswith("plane:") for trait in energy.traits)


def choices(cls: AnyComponent, wanted: str) -> list[dict[str, str]]:
    """Every value of a choice, or no choice at all."""
    for param in specs(cls.Params):
        if param.name == wanted:
            return [{wanted: value} for value in param.choices]
    return [{}]


def gentle(chosen: Scene) -> Scene:
    """At a rate that suits every energy, and with few wrong answers, for speed."""
    wanted = {"optimizer.lr": 1e-3, "optimizer.batch": 4, "objective.answers": 6}
    return replace(chosen, {k: v for k, v in wanted.items() if k in chosen.values}, CATALOGUE)
