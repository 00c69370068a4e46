"""Which arrays of the measures are places of the map, and so leave the engine as y instead of u.

`ebmviz.core.frame` says why. A measure with a new array of places names it here; a test walks all
measures of all scenes and fails on an array of pairs that is named nowhere.
"""

from __future__ import annotations

import numpy as np

from ebmviz.core.frame import Frame
from ebmviz.core.snapshot import Array

PLACES = frozenset(
    """
    data manifold nearest contours gradient_at arrow_start arrow_end section_at class_border
    beside_border prediction minima negative positive chains chain_trace chain_path descent_path
    descent_start descent_end argmin minimum saddle basin recon_at recon recon_grid
    recon_field recon_curve atoms atoms_chain view_one view_two attention_probe attention_path
    horn horn_regressor regressor lab_data placed
    """.split()  # noqa: SIM905
)
"""(…, 2), on the map's plane or broken by NaN."""
LENGTHS = frozenset({"section_s"})
"""Distances on the plane."""
CONDITIONS = frozenset({"data_x", "horn_x", "lab_data_x"})
"""Values of x."""
PAIRS = frozenset(
    """
    code_mean code_s code_probe z_place embed_one embed_two embed_probe lens_path saddle_pair
    code_apart code_spring gradient horn_z z plane_at plane_points plane_slope
    calibration_x calibration_border
    """.split()  # noqa: SIM905
)
"""(…, 2) that are no places: codes, embeddings, energies of pairs, slopes dE/du, numbers, places of
experiments with data of their own."""


AXES = {"box_left": 0, "box_right": 0, "box_bottom": 1, "box_top": 1}
"""Metrics that are places along one axis."""


def metrics_outside(metrics: dict[str, float], frame: Frame) -> dict[str, float]:
    """Metrics measured in u as those of y."""
    if frame.plain:
        return metrics
    there = {k: frame.centre[AXES[k]] + frame.scale * metrics[k] for k in AXES if k in metrics}
    return {**metrics, **there}


def outside(arrays: dict[str, Array], frame: Frame) -> dict[str, Array]:
    """Arrays measured in u as those of y, places in float64."""
    if frame.plain:
        return arrays
    return {name: _moved(name, array, frame) for name, array in arrays.items()}


def _moved(name: str, array: Array, frame: Frame) -> Array:
    if name in PLACES:
        return frame.outside(array)
    if name in LENGTHS:
        return np.asarray(array, np.float64) * frame.scale
    if name in CONDITIONS:
        return np.asarray(array, np.float64) * frame.span + frame.start
    return array
