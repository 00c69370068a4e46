"""What a sweep is: a scene, what varies, how long each run trains. All else follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from ebmviz import __version__
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.lanes.lane import Lane, lanes
from ebmviz.core.lanes.over import Over, read
from ebmviz.core.scene import from_json, to_json
from ebmviz.files import strictjson
from ebmviz.files.opening import Opened
from ebmviz.files.session import Session, pack, unpack

WHERE = "--over"


class Amount(msgspec.Struct, frozen=True):
    """How long to train: so many steps, or passes over the data of each run."""

    count: int
    unit: str = "epochs"


class Plan(msgspec.Struct, frozen=True):
    """scene, session: what all runs begin from, as JSON and as the bytes of a file, empty where the
    weights are fresh ones. overs: what varies. plugins, without: as of the command line.
    """

    scene: bytes
    session: bytes
    overs: tuple[Over, ...]
    amount: Amount
    plugins: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def lanes(self, catalogue: Catalogue) -> tuple[Lane, ...]:
        """All runs, in their order. Raises UserError of one that no scene can have."""
        scene = from_json(strictjson.decode(self.scene, "the scene"), catalogue)
        return lanes(scene, self.overs, catalogue, WHERE)

    def kept(self, catalogue: Catalogue) -> Session | None:
        """The session that all runs begin from; None where their weights are fresh ones."""
        return unpack(self.session, catalogue, "the session") if self.session else None

    @property
    def manifest(self) -> bytes:
        """What tells it from every other sweep, for people to read."""
        whole = {
            "ebmviz": __version__,
            "over": [over.text for over in self.overs],
            self.amount.unit: self.amount.count,
            "weights": hashlib.sha256(self.session).hexdigest() if self.session else "fresh",
            "scene": strictjson.decode(self.scene, "the scene"),
        }
        return strictjson.encode(whole)


def planned(
    found: Opened,
    texts: Sequence[str],
    amount: Amount,
    catalogue: Catalogue,
    plugins: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Plan:
    """The sweep over what these texts say. Raises UserError of what no run can have."""
    overs = read(texts, found.scene, catalogue, WHERE)
    if not overs:
        raise UserError(f"{WHERE}: say what varies, as PATH=a,b,c")
    plan = Plan(
        strictjson.encode(to_json(found.scene)),
        pack(found.session) if found.session else b"",
        overs,
        amount,
        tuple(plugins),
        tuple(without),
    )
    plan.lanes(catalogue)
    return plan
