"""Models and figures without a window: what was opened becomes an engine, and a picture."""

from __future__ import annotations

import sys

import msgspec

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.scene import replace
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import opened, under
from ebmviz.figures.base.figure import Figure, Shot, State
from ebmviz.files.opening import Opened
from ebmviz.files.session import Session, pack


def engine(found: Opened) -> Model:
    """The session's model, or a fresh one, under the scene that was asked for.

    What `--set` has changed acts as it would in the window: a new seed or energy begins
    anew, a new optimiser goes on from the same weights.
    """
    if found.session is None:
        return opened(found.scene, _foretell)
    saved = found.session.scene
    here = {**saved.values, "device": found.scene["device"]}  # the saved one may be elsewhere
    model = opened(msgspec.structs.replace(saved, values=here), _foretell)
    model.restore(found.session.checkpoint)
    return under(model, found.scene, _foretell)


def draw(figure: Figure, found: Opened, catalogue: Catalogue) -> Plot | Sheet:
    """The figure's value for a scene or session."""
    return figure.shown(tuple(_shot(state, figure, found, catalogue) for state in figure.states))


def embedded(found: Opened) -> bytes:
    """The session as it goes inside a picture: without history and preview."""
    return pack(Session(found.scene, engine(found).checkpoint().without_history()))


def _foretell(sentence: str) -> None:
    """What is allowed but long is said before."""
    print(f"ebmviz: {sentence}", file=sys.stderr)


def _shot(state: State, figure: Figure, found: Opened, catalogue: Catalogue) -> Shot:
    scene = replace(found.scene, state.changes, catalogue)
    if state.epochs is None:
        model = engine(Opened(scene, found.session))
    else:
        model = opened(scene, _foretell)
        model.train(state.epochs * model.epoch_steps)
    return Shot(scene, model.snapshot(figure.asks(scene)))
