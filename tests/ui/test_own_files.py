"""A person's own files, saved while the window is open: nothing is touched but the file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ebmviz.core import assets
from ebmviz.figures import registry
from ebmviz.ui.app import application
from ebmviz.ui.look import theme
from ebmviz.ui.session.engine import EngineClient
from tests.ui.conftest import Student

pytestmark = pytest.mark.usefixtures("unplugged")
SKELETONS = assets.resource("skeletons")
MORE = (
    "    width: Annotated[",
    '    tilt: Annotated[float, real("Tilt", affects=Affects.TRAIN, low=0, high=1)] = 0.5\n'
    "    width: Annotated[",
)


class Author:
    """Sits at a window with a folder of files, and saves them."""

    def __init__(self, folder: Path, sit_down: Callable[..., Student], *names: str) -> None:
        self.folder = folder
        for name in names:
            shutil.copyfile(SKELETONS / name, folder / name)
        self.student = sit_down(client=EngineClient(plugins=[str(folder)]))
        self.window = self.student.window
        self.store, self.card = self.window.store, self.window.stage.side[0]
        self.until = self.student.until

    def save(self, name: str, old: str = "", new: str = "") -> None:
        text = (SKELETONS / name).read_text("utf-8")
        assert old in text
        (self.folder / name).write_text(text.replace(old, new) if old else text)

    def said(self, *words: str) -> bool:
        """Whether all of this is on the banner."""
        banner = self.window.banner
        return not banner.isHidden() and all(word in banner.text.text() for word in words)

    @property
    def rows(self) -> list[str]:
        return [row.path for row in self.window.form.section("energy").rows()]

    def at_the_bowl(self) -> None:
        self.window.edit({"energy.kind": "bowl"})
        self.window.edit({"objective.loss": "energy", "optimizer.lr": 0.5})
        self.window.edit({"energy.width": 3.0})
        self.window.client.advance(9)
        self.until(lambda: self.student.step == 9)


@pytest.fixture
def author(tmp_path: Path, sit_down: Callable[..., Student]) -> Callable[..., Author]:
    return lambda *names: Author(tmp_path, sit_down, *names)


def test_a_parameter_appears_in_the_panel_and_nothing_is_lost(
    author: Callable[..., Author],
) -> None:
    at = author("energy.py")
    at.at_the_bowl()
    before = at.student.weights().weights["w"].tolist()
    at.save("energy.py", *MORE)
    at.until(lambda: at.rows == ["energy.tilt", "energy.width"])
    at.until(lambda: at.said("Loaded again: energy.py."))
    at.student.settled()
    assert at.store.scene["energy.width"] == 3.0
    assert at.student.step == 9
    assert at.student.weights().weights["w"].tolist() == before
    at.window.edit({"energy.tilt": 0.25})
    at.save("energy.py")
    at.until(lambda: at.said("Loaded again: energy.py; energy.tilt is gone."))
    assert at.rows == ["energy.width"]
    while at.store.can_undo:
        at.window.acts["undo"].trigger()
        assert "energy.tilt" not in at.store.scene.values
    while at.store.can_redo:
        at.window.acts["redo"].trigger()
    assert at.store.scene["energy.width"] == 3.0
    at.student.settled()


@pytest.mark.slow
def test_undo_brings_back_a_value_whose_parameter_came_back(
    author: Callable[..., Author],
) -> None:
    at = author("energy.py")
    at.save("energy.py", *MORE)
    at.until(lambda: at.said("Loaded again"))
    at.window.edit({"energy.kind": "bowl"})
    at.window.edit({"energy.tilt": 0.25})
    at.window.edit({"energy.width": 3.0})
    at.save("energy.py")
    at.until(lambda: at.rows == ["energy.width"])
    at.save("energy.py", *MORE)
    at.until(lambda: at.rows == ["energy.tilt", "energy.width"])
    assert at.store.scene["energy.tilt"] == 0.5
    at.window.acts["undo"].trigger()
    assert (at.store.scene["energy.tilt"], at.store.scene["energy.width"]) == (0.25, 3.0)


@pytest.mark.slow
def test_undo_brings_back_a_model_whose_energy_came_back(author: Callable[..., Author]) -> None:
    at = author("energy.py")
    at.at_the_bowl()
    before = at.student.weights().weights["w"].tolist()
    at.save("energy.py", 'kind = "bowl"', 'kind = "dish"')
    at.until(lambda: at.said("Loaded again: energy.py; energy.kind: there is no “bowl” any more."))
    assert at.store.scene.kind("energy") != "bowl"
    at.student.settled()
    at.save("energy.py")
    at.until(lambda: "bowl" in at.store.catalogue.kinds("energy"))
    at.window.acts["undo"].trigger()
    assert at.store.scene.kind("energy") == "bowl"
    assert at.store.scene["energy.width"] == 3.0
    at.until(lambda: at.student.step == 9)
    assert at.student.weights().weights["w"].tolist() == before


def test_what_stays_on_the_banner_follows_the_theme(author: Callable[..., Author]) -> None:
    at = author("energy.py")
    at.save("energy.py", "def free(self", "def free(self,,")
    at.until(lambda: at.said("energy.py, line 5"))
    dark = at.window.banner.styleSheet()
    theme.apply(application(), "light")
    light = at.window.banner.styleSheet()
    assert light != dark
    assert theme.tint("panel").name() in light


@pytest.mark.slow
def test_a_broken_save_is_said_with_its_line_until_it_is_mended(
    author: Callable[..., Author],
) -> None:
    at = author("energy.py", "measure.py", "figure.py")
    at.at_the_bowl()
    at.save("energy.py", "def free(self", "def free(self,,")
    at.until(lambda: at.said("energy.py, line 5", "invalid syntax; its last good version stays"))
    at.save("figure.py", "def draw(", "def draw((")
    at.until(lambda: at.said("energy.py, line 5", "figure.py, line "))
    at.window.banner.tell("Something else.")
    at.window.banner.close_button.click()
    assert at.said("energy.py, line 5"), "it comes back after another message"
    at.save("figure.py")
    at.until(lambda: at.said("energy.py, line 5") and not at.said("figure.py"))
    at.window.client.advance(1)
    at.until(lambda: at.student.step == 10)
    at.save("energy.py", "/ self.params.width**2", "/ slef.params.width**2")
    at.until(lambda: at.said("energy.py, line 5", "NameError: name 'slef' is not defined"))
    at.window.client.advance(1)
    at.until(lambda: at.student.step == 11)
    at.save("energy.py")
    at.until(lambda: not at.said("last good version"))


def test_weights_of_another_shape_begin_anew(author: Callable[..., Author]) -> None:
    at = author("energy.py")
    at.at_the_bowl()
    at.save("energy.py", "torch.randn(2, ", "torch.randn(1, ")
    at.until(lambda: at.said("cannot go on with the version that was saved, and starts over"))
    at.until(lambda: at.student.step == 0)
    assert at.student.weights().weights["w"].shape == (1,)


def test_a_figure_is_drawn_anew_and_one_that_raises_says_so_in_its_card(
    author: Callable[..., Author],
) -> None:
    at = author("measure.py", "figure.py")
    at.card.choose("data-energies")
    at.until(lambda: at.card._title == "Energies of 24 of 24 data")
    at.save("figure.py", "Energies of {len", "Seen: {len")
    at.until(lambda: at.card._title == "Seen: 24 of 24 data")
    assert at.said("Loaded again: figure.py.")
    at.save("figure.py", "symbol = text", "1 / 0\n    symbol = text")
    at.until(lambda: "figure.py, line 2" in at.card._caption)
    assert "ZeroDivisionError: division by zero" in at.card._caption
    at.window.client.advance(3)
    at.until(lambda: at.student.step == 3)
    at.save("figure.py")
    at.until(lambda: at.card._title == "Energies of 24 of 24 data" and not at.card._caption)
    at.save("measure.py", "s.data_energies", "s.data_energies[:10]")
    at.until(lambda: at.card._title == "Energies of 10 of 10 data")


@pytest.mark.slow
def test_a_scene_that_comes_into_the_folder_is_in_the_list(
    author: Callable[..., Author],
) -> None:
    at = author("scene.json")
    scene = (SKELETONS / "scene.json").read_text("utf-8")
    (at.folder / "other.json").write_text(scene.replace('"skeleton"', '"other"'))
    at.until(lambda: "other" in at.window.toolbar._titles)
    assert "skeleton" in at.window.toolbar._titles
    at.window.toolbar.chosen.emit("other")
    at.until(lambda: at.store.scene.name == "other")
    at.student.settled()


def test_a_session_with_a_figure_that_is_not_here_opens_and_says_so(
    author: Callable[..., Author], tmp_path: Path, sit_down: Callable[..., Student]
) -> None:
    at = author("measure.py", "figure.py")
    at.card.choose("data-energies")
    file = tmp_path / "kept.ebmviz"
    at.window.document.save_to(file)
    at.until(lambda: file.exists() and not at.window.document.saving)
    registry.plug(())  # as without --plugin
    other = sit_down()
    other.window.document.open(file)
    other.until(lambda: "“data-energies”" in other.window.banner.text.text())
    assert other.window.banner.text.text().startswith("There is no figure “data-energies” here")
    other.settled()
    shown = [card.figure.name for card in other.window.stage.side]
    assert "data-energies" not in shown
    assert other.window.store.scene.view.cards.startswith("data-energies"), "it is kept"
