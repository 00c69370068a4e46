"""The button that lets chains walk."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt

from tests.ui.conftest import Student
from tests.ui.hands import child

Sit = Callable[..., Student]


def test_the_button_lets_chains_walk_and_pauses_them(sit_down: Sit) -> None:
    student = sit_down("ellipse")
    window = student.window
    button = window.acts["sample"]
    assert button.isEnabled()
    assert not button.isChecked()
    student.bot.keyClick(window.landscape, Qt.Key.Key_M)
    assert button.isChecked()
    assert button.text() == "Pause the chains"
    assert "sampling" in window.store.scene.view.cards  # its card came by itself
    student.until(lambda: student.metrics.get("sampler_steps", 0) >= 5)
    assert student.step == 0  # nothing was trained
    student.bot.keyClick(window.landscape, Qt.Key.Key_M)
    assert not button.isChecked()
    assert button.text() == "Sample"
    assert "chains" in student.shown.snapshot.arrays  # they stay


def test_another_sampler_and_more_chains_need_no_reset(sit_down: Sit) -> None:
    student = sit_down("ellipse")
    window = student.window
    window.client.advance(3)
    student.until(lambda: student.step == 3)
    weights = student.radii()
    window.acts["sample"].trigger()
    window.edit({"sampler.kind": "hmc", "sampler.chains": 70})
    student.until(lambda: student.metrics.get("sampler_count") == 70)
    student.until(lambda: "chain_path" in student.shown.snapshot.arrays)
    assert student.step == 3
    assert np.array_equal(student.radii(), weights)
    window.acts["disperse"].trigger()
    window.acts["sample"].trigger()


@pytest.mark.slow
def test_a_scene_without_chains_has_neither_card_nor_button(sit_down: Sit) -> None:
    student = sit_down("multiclass")
    assert not student.window.acts["sample"].isEnabled()
    assert child(student, "map.chains").isHidden()
    other = sit_down("unconditional")
    assert other.window.acts["sample"].isEnabled()
    assert not child(other, "map.chains").isHidden()
    assert other.window.bottom.beta.isHidden()  # nothing that is shown depends on it
    other.window.edit({"view.cards": "sampling"})
    assert not other.window.bottom.beta.isHidden()  # β is that of the density


@pytest.mark.slow
def test_beta_stays_with_chains_that_walk_without_their_card(sit_down: Sit) -> None:
    student = sit_down("autoencoder")
    window = student.window
    dial = window.bottom.beta
    assert dial.isHidden()
    window.acts["sample"].trigger()
    window.edit({"view.cards": "cross-section,meter,loss-curve"})
    assert "sampling" not in window.store.scene.view.cards
    assert not dial.isHidden()
    dial.box.committed.emit(3.0)
    student.until(lambda: window.store.scene.view.beta == 3.0)
    window.acts["sample"].trigger()
    assert dial.isHidden()
    window.acts["sample"].trigger()
    assert not dial.isHidden()
    window.document.give_up()
    window.toolbar.chosen.emit("pca")
    student.until(lambda: window.store.scene.name == "pca")
    assert dial.isHidden()  # another document begins without chains


@pytest.mark.slow
def test_another_document_begins_without_chains(sit_down: Sit) -> None:
    student = sit_down("ellipse")
    window = student.window
    window.acts["sample"].trigger()
    student.until(lambda: student.metrics.get("sampler_steps", 0) >= 2)
    window.document.give_up()
    window.toolbar.chosen.emit("kmeans")
    student.until(lambda: window.store.scene.name == "kmeans")
    assert not window.client.sampling
    assert not window.acts["sample"].isChecked()
    student.settled()
    assert "chains" not in student.shown.snapshot.arrays
