"""A panel that has come a long way shows what one made anew would: nothing that is passed over, for
it has not changed, is left as it was.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ebmviz.core import assets, library
from ebmviz.core.catalogue import PARTS, selector
from ebmviz.core.errors import UserError
from ebmviz.core.params import Param
from ebmviz.core.samples import Samples
from ebmviz.core.scene import Scene, fields, replace
from ebmviz.figures import on_screen
from ebmviz.figures.registry import FIGURES
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.slider import ScaleSlider
from ebmviz.ui.controls.switch import Switch
from ebmviz.ui.controls.valuebox import ValueBox
from ebmviz.ui.look import theme
from ebmviz.ui.panel.form import Form
from ebmviz.ui.panel.section import Section
from ebmviz.ui.views.map_controls import AT_THE_MAP, MapControls
from tests.scenes import CATALOGUE
from tests.slow import sparing

_SHORT, _LONG = (14, 1), (30, 4)  # changes, and looks on the way; of each run, and of the slow
_SCENES = ("kmeans", "multiclass", "hopfield", "calibration", "jem", "vae-balls", "horn-latent")
_EXTRA = {"experiment": ("seed",), "data": ("seed",), "optimizer": ("device",)}


class Panel:
    """The form of the window, and the controls of its map."""

    def __init__(self, qtbot: QtBot) -> None:
        self.over = QWidget()
        parts = tuple(part for part in PARTS if part not in ("run", *AT_THE_MAP))
        self.form = Form(CATALOGUE, parts=parts, extra=_EXTRA)
        self.controls = MapControls(self.over)
        for each in (self.form, self.controls):
            each.setParent(self.over)
        for name in self.controls._buttons:
            self.controls._find(name)
        qtbot.addWidget(self.over)

    def show(self, scene: Scene) -> None:
        self.form.set_scene(scene)
        self.controls.show_scene(scene, CATALOGUE)

    def told(self) -> dict[str, object]:
        """All that there is to see and to reach, by part and by group of the map."""
        of_map = {name: self.controls._made[name].section for name in self.controls._offered}
        every = {**{s.part: s for s in self.form._sections}, **of_map}
        return {
            name: _told(section) if name in of_map or not section.isHidden() else "away"
            for name, section in every.items()
        }


def _told(section: Section) -> list[object]:
    head = [section.title.text(), section.empty]
    for label in (section._word, section._only, section._formula, section._note):
        head.append(_shown(label, section))
    head.append(_shown(section._combo, section))
    places = [section._list.indexOf(row) for row in section.rows()]
    assert places == list(range(section._list.count())), "the rows stand as they are counted"
    return [
        *head,
        *((row.path, row.param) for row in section.rows()),
        *(_shown(each, section) for row in section.rows() for each in (row.label, *row.controls())),
    ]


def _shown(widget: QWidget, section: Section) -> object:
    """What a widget says, or nothing of one that is not to be seen."""
    if not widget.isVisibleTo(section):
        return None
    # The tip of a choice repeats what there is no room for.
    tip = widget._help if isinstance(widget, Combo) else widget.toolTip()
    seen: list[object] = [widget.isEnabled(), tip, widget.accessibleName()]
    match widget:
        case Combo():
            model = widget.model()
            places = [model.index(i, 0) for i in range(widget.count())]
            seen += [widget.key(), [(at.data(), at.data(3), model.flags(at)) for at in places]]
        case ScaleSlider():
            seen += [widget.value(), widget._scale, widget._default, widget._mark]
        case ValueBox():
            seen += [widget.text(), widget.value(), widget._param, widget.property("bad")]
        case Switch():
            seen += [widget.isChecked()]
        case QLabel():
            seen += [widget.text()]
    return seen


def _other(param: Param, dice: random.Random) -> object:
    """Another value, accepted or not."""
    low, high = param.slider or (-3.0, 3.0)
    match param.type:
        case "choice":
            return dice.choice(list(param.choices))
        case "bool":
            return dice.random() < 0.5
        case "int":
            return dice.randint(int(max(low, param.low)), int(min(high, param.high)))
        case "float":
            return dice.choice([low, high, dice.uniform(low, high)])
        case "floats":
            size = param.size or 2 * dice.randint(0, 3)
            return [dice.uniform(low, high) for _ in range(size)]
        case _:
            return param.default


def _change(scene: Scene, dice: random.Random) -> Mapping[str, object]:
    """Of a component, of a value, of the cards, or of the data by a hand."""
    if dice.random() < 0.1:
        rows = [[dice.uniform(-1, 1), dice.uniform(-1, 1)] for _ in range(dice.randint(1, 5))]
        words = {"data.read": f"{len(rows)} points, edited by hand", "data.name": "Mine"}
        return {**Samples(np.array(rows)).values(), **words}
    if dice.random() < 0.1:
        return {"view.cards": ",".join(dice.sample(sorted(FIGURES), 2))}
    if dice.random() < 0.2:
        part = dice.choice([part for part in scene.parts if selector(part)])
        return {selector(part): dice.choice(list(CATALOGUE.kinds(part)))}
    at, param = dice.choice(list(fields(scene, CATALOGUE).items()))
    return {at: _other(param, dice)}


def _scenes(name: str, dice: random.Random, changes: int) -> list[Scene]:
    """A scene, and what becomes of it, as it is seen."""
    scene, found = library.scene(name, CATALOGUE), []
    for _ in range(changes):
        found.append(on_screen.seen(scene, walking=dice.random() < 0.5))
        try:
            scene = replace(scene, _change(scene, dice), CATALOGUE)
        except UserError:
            continue
    return found


@pytest.mark.parametrize(
    ("name", "way"),
    sparing(
        [(name, way) for name in assets.scene_names() for way in (_SHORT, _LONG)],
        [(name, _SHORT) for name in _SCENES],
        str,
    ),
)
def test_a_panel_shows_what_one_made_anew_would(
    name: str, way: tuple[int, int], qtbot: QtBot, qapp: QApplication
) -> None:
    theme.apply(qapp, "dark")
    dice, (changes, looks) = random.Random(name), way
    kept, scenes = Panel(qtbot), _scenes(name, dice, changes)
    looked = {len(scenes) - 1, *dice.sample(range(len(scenes)), looks)}
    for i, scene in enumerate(scenes):
        kept.show(scene)
        if i in looked:
            anew = Panel(qtbot)
            anew.show(scene)
            assert kept.told() == anew.told()
