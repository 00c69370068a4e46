"""The hand joined to the map of a window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from ebmviz.core.scene import Scene
from ebmviz.figures import registry
from ebmviz.ui.hands.clipboard import Clipboard
from ebmviz.ui.hands.data_out import DataOut
from ebmviz.ui.hands.edited import Edited
from ebmviz.ui.hands.hands import Hands
from ebmviz.ui.hands.pictures import Pictures
from ebmviz.ui.hands.weights import Weights
from ebmviz.ui.views.mains import compare_on, lab_on
from ebmviz.ui.views.stage import Stage


def joined(
    stage: Stage,
    acts: dict[str, QAction],
    edit: Callable[[dict[str, object], bool], None],
    tell: Callable[[str, str], None],
) -> Hands:
    """A hand that holds the tools of the map on a stage."""

    def away(scene: Scene) -> str:
        if lab_on(scene):
            return "the lab is in the place of the map"
        if compare_on(scene):
            return "two models are in the place of the map"
        if registry.main(scene):
            return "this scene has no map"
        return "the map is shown in 3-D" if not scene.view.flat else ""

    edited = Edited(stage.store, lambda: stage.shot, tell)
    hands = Hands(edited, acts, edit, away)
    weights = Weights(stage.store, stage.client, lambda scene: not away(scene))
    weights.setParent(hands)
    over = (weights.handle, hands.overlay, hands.overlay.reach)
    stage.landscape.hold_tools(hands.strip, *over)
    stage.landscape.legend.pointed.connect(weights.point_out)
    stage.drawn.connect(lambda shot, _: weights.show_shot(shot))
    stage.landscape.installEventFilter(hands)
    stage.drawn.connect(lambda *_: hands.show_frame())
    return hands


def slots(
    hands: Hands, acts: dict[str, QAction], pictures: Pictures, window: QWidget
) -> dict[str, Callable[[], object]]:
    """What its actions do."""
    clipboard = Clipboard(hands, acts["copy-points"], acts["copy"])
    clipboard.pasted_picture = lambda image: pictures.ask(image, "The clipboard")
    return {
        **hands.slots(),
        "cut-points": clipboard.cut,
        "copy-points": clipboard.copy,
        "paste": clipboard.paste,
        "export-data": DataOut(hands, window).ask,
    }
