"""Models and figures without a window: what was opened becomes an engine, and a picture."""

from __future__ import annotations

import contextlib
import sys

import msgspec

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.plot import Plot, Sheet
from ebmviz.core.scene import Scene, replace
from ebmviz.core.view import compare
from ebmviz.engine.measures.base.looked import Looked
from ebmviz.engine.model.beside import Beside
from ebmviz.engine.model.branches import Branches
from ebmviz.engine.model.model import Model
from ebmviz.engine.model.opening import opened, under
from ebmviz.figures.base.figure import Figure, Shot, State
from ebmviz.files import embedding
from ebmviz.files.opening import Opened
from ebmviz.files.session import Session


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
    return under(model, found.scene, _foretell)[0]


def draw(figure: Figure, found: Opened, catalogue: Catalogue) -> Plot | Sheet:
    """The figure's value for a scene or session."""
    return figure.shown(tuple(_shot(state, figure, found, catalogue) for state in figure.states))


def embedded(found: Opened, catalogue: Catalogue, past: float = embedding.PAST) -> bytes:
    """The session as it goes inside a picture: with what it is compared with, if that can be had,
    and so many megabytes of its past.
    """
    model, beside, other = engine(found), _beside(found.session), None
    if found.scene.view.compare:
        with contextlib.suppress(UserError):
            other = beside.scene(model), beside.checkpoint(model)
    session = Session(found.scene, model.checkpoint())
    if found.session:
        was = found.session
        session = msgspec.structs.replace(was, scene=found.scene, checkpoint=session.checkpoint)
    return embedding.embedded(session, catalogue, other, past)


def _beside(session: Session | None) -> Beside:
    """What the session's model can be compared with: its other branches, and its own steps."""
    branches = Branches()
    if session:
        branches.number = session.branch
        for row in session.branches:
            if row.scene and row.checkpoint:
                branches.add(row.number, row.scene, row.checkpoint)
    return Beside(branches)


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
    return shot(figure, scene, model, found.session)


def shot(
    figure: Figure,
    scene: Scene,
    model: Model,
    session: Session | None,
    looked: Looked | None = None,
) -> Shot:
    """A model that is under a scene, as it stands or is looked at, measured for a figure; with what
    the scene compares it with, if the session has that. looked: a subject of it that still holds.
    """
    looked = looked or model.subject()
    shown = model.snapshot(figure.asks(scene), subject=looked)
    joined = _beside(session).joined(shown, model, looked)
    if session and joined.beside:
        names = {row.number: row.name for row in session.branches}
        joined = joined.calling(compare.of_other(scene.view.compare, session.branch, names))
    return Shot(scene, joined)
