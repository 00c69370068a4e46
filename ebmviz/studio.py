"""Figures from scratch: builds and trains the models a figure shows, measures, draws."""

from __future__ import annotations

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.scene import replace
from ebmviz.core.session import Session, pack
from ebmviz.engine.engine import Engine
from ebmviz.figures.figure import Figure, Shot, State
from ebmviz.opening import Opened


def draw(figure: Figure, found: Opened, catalogue: Catalogue) -> Plot | Sheet:
    """The figure's value for a scene or session."""
    return figure.draw(tuple(_shot(state, figure, found, catalogue) for state in figure.states))


def embedded(found: Opened) -> bytes:
    """The session as it goes inside a picture: without history and preview."""
    if found.session:
        kept = found.session
        return pack(Session(found.scene, kept.weights, {}, kept.metrics))
    engine = Engine(found.scene)
    return pack(Session(found.scene, engine.checkpoint(), {}, engine.metrics()))


def _shot(state: State, figure: Figure, found: Opened, catalogue: Catalogue) -> Shot:
    scene = replace(found.scene, state.changes, catalogue)
    engine = Engine(scene)
    if state.epochs is None:
        if found.session:
            engine.restore(found.session.weights, found.session.history)
    else:
        engine.train(state.epochs * engine.task.epoch_steps)
    return Shot(scene, engine.snapshot(figure.needs))
