"""The command line that shows the present picture again, to the clipboard."""

from __future__ import annotations

import os

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ebmviz.core import assets, library
from ebmviz.core.checkpoint import FROM_SEED, Checkpoint
from ebmviz.core.errors import UserError
from ebmviz.core.making.command_line import Source, screenshot
from ebmviz.figures.base.figure import Shot
from ebmviz.files.stamp import changed
from ebmviz.ui.look import theme
from ebmviz.ui.session.document import Document

_SAVE = "save the session, and copy its command line"


def copy(document: Document, shot: Shot, window: QWidget, kept: Checkpoint) -> str:
    """The line is on the clipboard; what it leaves out, in words. Raises UserError, of a picture
    that no line leads to.
    """
    scene, catalogue = document.store.scene, document.store.catalogue
    # A frame of before a reset may still be on the screen.
    step = min(shot.snapshot.step, kept.progress.shown(scene.in_lab))
    source, steps = _source(document, shot, kept), 0
    if source is None:
        if scene.name not in assets.scene_names():
            raise UserError(f"this scene is not a built-in one: {_SAVE}")
        source, steps = Source(scene.name, library.scene(scene.name, catalogue)), step
        _check_from_seed(shot, kept)
    line = screenshot(
        source,
        scene,
        catalogue,
        steps=steps,
        size=(window.width(), window.height()),
        theme=theme.current(),
        plugins=[os.path.abspath(file) for file in document.client.plugins],
    )
    QGuiApplication.clipboard().setText(line)
    return ", without the chains" if shot.snapshot.has("chains") else ""


def _source(document: Document, shot: Shot, kept: Checkpoint) -> Source | None:
    """The document's file, where that holds what is on the screen."""
    place = document.place
    if document.dirty or not place.path or not place.clean or changed(place.path, place.stamp):
        return None
    newest = {kept.progress.shown(shot.scene.in_lab), shot.snapshot.step} == {document.step}
    return Source(os.path.abspath(place.path), place.clean.scene) if newest else None


def _check_from_seed(shot: Shot, kept: Checkpoint) -> None:
    view, step = shot.scene.view, shot.snapshot.step
    if view.compare:
        raise UserError(f"a command line cannot hold a comparison: {_SAVE}")
    if shot.scene.in_lab and step:
        raise UserError(f"no command line repeats how the lab was trained: {_SAVE}")
    if not shot.scene.in_lab and not kept.metrics.get(FROM_SEED):
        raise UserError(
            f"settings were changed during the training, or weights were moved by hand: {_SAVE}"
        )
