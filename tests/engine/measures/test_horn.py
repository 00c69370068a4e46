"""The horn and its regressor as measures."""

from __future__ import annotations

import pytest
import torch

from ebmviz.core import library
from ebmviz.core.scene import replace
from ebmviz.core.view import View
from ebmviz.engine.measures.base.subject import Subject
from ebmviz.engine.model import build, registry
from ebmviz.engine.model.measuring import measure
from ebmviz.engine.training import step
from ebmviz.engine.training.history import History

CATALOGUE = registry.catalogue()


def test_measures_follow_x() -> None:
    scene = replace(library.scene("horn", CATALOGUE), {"view.x": 0.3}, CATALOGUE)
    task = build.problem(scene, torch.device("cpu"))
    weights = step.start(task).weights
    subject = Subject(task, weights, scene.view, History())
    found = measure(subject, ("horn", "regressor", "manifold", "data"))
    assert found["horn"].shape == (51, 48, 2)
    assert found["horn_x"] == pytest.approx([i / 50 for i in range(51)])
    assert found["horn"][15] == pytest.approx(found["manifold"][::5], abs=1e-6)  # x = 0.3
    assert found["regressor"][0] == pytest.approx(found["horn_regressor"][15], abs=1e-6)
    assert found["data_x"].shape == (len(task.data),)


def test_only_conditional_decoders_have_a_horn() -> None:
    scene = library.scene("ellipse", CATALOGUE)
    task = build.problem(scene, torch.device("cpu"))
    subject = Subject(task, step.start(task).weights, View(), History())
    assert measure(subject, ("horn", "regressor")) == {}
