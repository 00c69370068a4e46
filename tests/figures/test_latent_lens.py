"""The lens: energy and weight of each latent, and the walk downhill."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from ebmviz.core.plot import Bars, Curve
from ebmviz.figures import latent_lens
from tests.figures.drawing import labelled, layers, shot


def test_the_lens_shows_energy_and_weight_of_each_latent() -> None:
    of = shot(("lens",), view__beta=2, view__probe=(1, 0.5))
    plot = latent_lens.draw(of)
    a, m = of.snapshot.arrays, of.snapshot.metrics
    (bars,) = layers(plot, Bars)
    assert bars.height / bars.height.sum() == pytest.approx(a["lens_p"], abs=1e-6)
    assert bars.height.max() < (plot.y.high or 0)
    assert labelled(plot, "E(y′").y.max() < (plot.y.high or 0)
    cold = labelled(plot, "ž")
    assert (cold.x[0], cold.y[0]) == (m["lens_z_cold"], m["lens_energy_cold"])
    told = re.findall(r"-?\d+\.\d+", plot.caption.replace("−", "-"))
    mean, heat, free, entropy = (float(word) for word in told)
    assert free == pytest.approx(m["lens_free_energy"], abs=6e-4)
    assert mean + heat == pytest.approx(free, abs=2e-3)
    p = a["lens_p"].astype(np.float64)
    shannon = -float((p[p > 0] * np.log(p[p > 0])).sum())
    assert entropy == pytest.approx(shannon - math.log(48), abs=6e-3)
    assert entropy < 0
    assert heat == pytest.approx(-entropy / 2, abs=6e-3), "T = 1/β"


def test_without_temperature_the_caption_names_the_least_energy_alone() -> None:
    of = shot(("lens",), view__beta=math.inf, view__probe=(0.6, 0.4))
    caption = latent_lens.draw(of).caption.replace("−", "-")
    free, *_, entropy = (float(word) for word in re.findall(r"-?\d+\.\d+", caption))
    assert free == pytest.approx(of.snapshot.arrays["lens_energy"].min(), abs=6e-5)
    assert caption.startswith("F_∞ = E(y′, ž) = 0.00")
    assert entropy == pytest.approx(-math.log(48), abs=6e-3), "one z of 48"


def test_the_walk_stays_on_the_axis_and_breaks_where_it_leaps() -> None:
    # From z̃ = 0.3 downhill through 0 to the other end of the ring.
    of = shot(("lens",), view__probe=(-0.5, 0.3), view__latent=7)
    curve = next(c for c in layers(latent_lens.draw(of), Curve) if c.color == "latent")
    inside = curve.x[np.isfinite(curve.x)]
    assert ((inside >= 0) & (inside < 2 * math.pi)).all()
    assert np.abs(np.diff(curve.x))[np.isfinite(np.diff(curve.x))].max(initial=0) < math.pi
    assert len(inside) == len(of.snapshot.arrays["lens_path"])
