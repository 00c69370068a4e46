"""The session that goes inside a picture: what is drawn, without the steps before and a preview."""

from __future__ import annotations

from ebmviz.core.catalogue import Catalogue
from ebmviz.core.checkpoint import Checkpoint
from ebmviz.core.scene import Scene, replace
from ebmviz.core.view.compare import Other
from ebmviz.files.runs import Branch
from ebmviz.files.session import Session, pack

_OWN, _OTHER = 0, 1


def embedded(
    scene: Scene,
    kept: Checkpoint,
    catalogue: Catalogue,
    beside: tuple[Scene, Checkpoint] | None = None,
) -> bytes:
    """A session packed. beside: what the picture compares it with, which comes along as a branch;
    without it, nothing is compared.
    """
    line = Other(_OTHER).written() if beside else ""
    if scene.view.compare != line:
        scene = replace(scene, {"view.compare": line}, catalogue)
    branches: tuple[Branch, ...] = ()
    if beside:
        there, theirs = beside
        other = Branch(_OTHER, "B", _OTHER, 0, there, theirs.without_history())
        branches = (Branch(_OWN, parent=_OWN), other)
    return pack(Session(scene, kept.without_history(), b"", branches, _OWN))
